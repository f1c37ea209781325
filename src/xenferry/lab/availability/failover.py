"""HA at work: dead hosts are noticed, their guests count as Halted, and the protected ones are started elsewhere.

Simplifications: a dead machine is noticed after the configured time, a silent toolstack never is (in reality HA's
daemon restarts it); the heartbeat's own failures, fencing of isolated hosts and the state file's loss are not played.
When the coordinator dies, the living host with the smallest uuid is elected.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import TYPE_CHECKING

from xenferry.lab.availability import status
from xenferry.lab.context import Context
from xenferry.lab.error import LabError
from xenferry.lab.guest import domain, power
from xenferry.lab.hosts import coordinator, outage
from xenferry.lab.placement import ha

if TYPE_CHECKING:
    from xenferry.lab.lab import Lab

TIMEOUT_S = 60.0
"""Without a beat for so long a host is out (configuration key `timeout`)."""
LOOK_S = 10.0
"""The coordinator looks every 20 seconds; on average it is late by half of that."""
AGAIN_S = 120.0
"""A guest that could not be started is not tried again for so long."""
BEST_EFFORT = "best-effort"


def watch(lab: Lab) -> None:
    """Follows the toolstacks of the lab; called once."""
    lab.toolstacks.stopped.append(lambda host: lab.spawn(_miss(lab, host)))
    lab.toolstacks.started.append(lambda host: lab.spawn(_welcome(lab, host)))


async def _miss(lab: Lab, host: str) -> None:
    if not status.is_on(lab) or host not in lab.toolstacks.dead:
        return
    expected = bool(lab.db.get("host", host)["current_operations"])
    pool = lab.db.get("pool", status.pool_of(lab))
    await asyncio.sleep(float(pool["ha_configuration"].get("timeout", TIMEOUT_S)) + LOOK_S)
    if status.is_on(lab) and lab.db.exists("host", host) and host in lab.toolstacks.dead:
        await _lose(lab, host, expected=expected)


async def _lose(lab: Lab, host: str, *, expected: bool) -> None:
    """`expected`: the host was shutting down."""
    if host == lab.coordinator and not await _elect(lab):
        return
    record = lab.db.get("host", host)
    if lab.hypervisor.facts.live(host) and not expected:
        status.tell(lab, "HA_HOST_FAILED", "Host", record["uuid"], f"Server '{record['name_label']}' has failed")
    outage.set_live(lab, host, live=False)
    lost = outage.guests(lab, host)
    for vm in lost:
        domain.end(lab, vm, "crashed")
    status.refresh(lab)
    await restart(lab, lost)


async def _elect(lab: Lab) -> bool:
    """A new coordinator, unless nobody lives."""
    alive = [host for host in lab.db.all("host") if lab.toolstacks.answers(host)]
    if not alive:
        return False
    chosen = min(alive, key=lambda host: str(lab.db.get("host", host)["uuid"]))
    await coordinator.take_over(lab, chosen, (chosen,), fuse=0.0)
    return True


async def _welcome(lab: Lab, host: str) -> None:
    """A host is back: the plan is made anew, and halted guests with best effort get their chance."""
    await asyncio.sleep(2 * outage.ENABLE_AFTER_S)
    if status.is_on(lab) and lab.db.exists("host", host) and lab.toolstacks.answers(lab.coordinator):
        status.refresh(lab)
        await restart(lab, list(lab.db.all("VM")))


async def restart(lab: Lab, reset: Iterable[str] = ()) -> None:
    """Starts what is protected and halted, by order; then of `reset` what has best effort. Tries until all run."""
    failed: set[str] = set()
    while status.is_on(lab):
        await _wait_allowed(lab)
        failed = await _round(lab, failed)
        if not failed:
            await _start_all(lab, {vm: "" for vm in reset if _wants(lab, vm)})
            return
        await asyncio.sleep(AGAIN_S)


async def think_again(lab: Lab) -> None:
    """At its next look the coordinator makes its plan anew."""
    await asyncio.sleep(LOOK_S)
    if status.is_on(lab):
        status.refresh(lab)


async def _wait_allowed(lab: Lab) -> None:
    """Until pool.ha_prevent_restarts_for has passed."""
    hidden = lab.db.hidden("pool", status.pool_of(lab))
    while (left := float(hidden.get("no_restarts_until", 0.0)) - lab.now()) > 0:  # noqa: ASYNC110 (may be prolonged)
        await asyncio.sleep(left)


async def _round(lab: Lab, told: set[str]) -> set[str]:
    """One try for everybody; the guests that still do not run, each told once."""
    plan, complete = ha.restart_plan(lab.hypervisor.facts)
    if not complete:
        halted = lab.db.find("VM", power_state="Halted")
        plan = {vm: "" for vm in halted if ha.is_protected(lab.db.get("VM", vm))}
    failed = await _start_all(lab, plan)
    for vm in failed - told:
        status.tell(lab, "HA_PROTECTED_VM_RESTART_FAILED", "VM", lab.db.get("VM", vm)["uuid"], "")
    return failed


async def _start_all(lab: Lab, places: dict[str, str]) -> set[str]:
    """Group by group, the lowest `order` first, a negative one last; the guests that could not be started."""
    failed: set[str] = set()
    orders = {vm: order if (order := int(lab.db.get("VM", vm)["order"])) >= 0 else 2**62 for vm in places}
    for order in sorted(set(orders.values())):
        group = [vm for vm in places if orders[vm] == order]
        started = await asyncio.gather(*(_start(lab, vm, places[vm]) for vm in group))
        failed |= {vm for vm, well in zip(group, started, strict=True) if not well}
    return failed


def _wants(lab: Lab, vm: str) -> bool:
    if not lab.db.exists("VM", vm):
        return False
    record = lab.db.get("VM", vm)
    return bool(record["ha_restart_priority"] == BEST_EFFORT and record["power_state"] == "Halted")


async def _start(lab: Lab, vm: str, host: str) -> bool:
    """As a client would start it, on this host or, without one, on a host of XAPI's choice."""
    call = "VM.start_on" if host else "VM.start"
    task = lab.tasks.create(f"Async.{call}", host=lab.coordinator)
    ctx = Context(lab, call, lab.coordinator, None, task)
    try:
        if host:
            await power.start_on(ctx, vm, host, paused=False)
        else:
            await power.start(ctx, vm, paused=False)
    except LabError as error:
        if error.code == "HA_OPERATION_WOULD_BREAK_FAILOVER_PLAN":
            status.overcommit(lab)
        return False
    finally:
        lab.tasks.forget(task)
    return True
