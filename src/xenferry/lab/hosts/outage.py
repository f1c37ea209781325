"""A host dies or boots: what becomes of its guests, and what XAPI comes to believe, and when."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from xenferry.lab.guest import domain
from xenferry.lab.hosts import arrival, autostart, enabling
from xenferry.lab.network.boot import boot_nics, on_network
from xenferry.lab.storage.boot import boot_storage
from xenferry.lab.updates import dom0_access, guidance

if TYPE_CHECKING:
    from xenferry.lab.lab import Lab

ASSUMED_DEAD_S = 600.0
"""Without HA, XAPI believes this long in a host that does not answer (host_assumed_dead_interval)."""
ENABLE_AFTER_S = 1.5
"""From a member's toolstack's return until its host is enabled again (recorded: 1 to 2 s)."""
ENABLE_COORDINATOR_AFTER_S = 6.0
"""The same for the coordinator (recorded: not yet after 4.3 s)."""


def watch(lab: Lab) -> None:
    """Follows the toolstacks of the lab; called once."""
    lab.toolstacks.stopped.append(lambda host: _stopped(lab, host))
    lab.toolstacks.started.append(lambda host: _started(lab, host))


def die(lab: Lab, host: str) -> None:
    """From now on the machine is dead; its toolstack has still to be stopped."""
    lab.toolstacks.dead.add(host)


def boot(lab: Lab, host: str) -> None:
    """A dead machine boots: its toolstack answers again."""
    lab.toolstacks.start(host)


def _stopped(lab: Lab, host: str) -> None:
    """Streams from and to the host break. If the machine is dead, so are its guests; XAPI believes otherwise."""
    lab.hypervisor.links.sever(host)
    if host in lab.toolstacks.dead:
        for vm in lab.hypervisor.history.on(host):
            lab.hypervisor.history.ends(vm, "crashed")
        lab.spawn(_assume_dead(lab, host))


def _started(lab: Lab, host: str) -> None:
    """After a boot the guests are Halted and the NICs get their names; after any restart the host is enabled again.

    A wish of before to have it disabled is forgotten, unless it came with auto_enable=false; see enabling.returns.
    """
    if not lab.db.exists("host", host):
        return
    if host in lab.toolstacks.dead:
        _boot(lab, host)
    set_live(lab, host, live=True)
    lab.db.update("host", host, enabled=False)
    lab.db.hidden("host", host)["starting"] = True
    if host == lab.coordinator:
        lab.spawn(arrival.renew_cpus(lab, host))
        arrival.note_start(lab, host)
    else:
        lab.spawn(arrival.synchronise(lab, host))
    lab.spawn(_enable(lab, host))


def _boot(lab: Lab, host: str) -> None:
    for vm in guests(lab, host):
        domain.end(lab, vm, "crashed")
    lab.db.hidden("host", host)["last_domid"] = 0
    lab.db.update("host", host, current_operations={})
    arrival.note_start(lab, host, "boot_time")
    dom0_access.boot(lab.db, host)
    guidance.booted(lab.db, host)
    boot_nics(lab, host)
    boot_storage(lab, host)
    lab.spawn(autostart.start_guests(lab, host))


def guests(lab: Lab, host: str) -> list[str]:
    """The guests XAPI believes on a host, its control domain left out."""
    vms = lab.db.get("host", host)["resident_VMs"]
    return [vm for vm in vms if not lab.db.get("VM", vm)["is_control_domain"]]


async def _assume_dead(lab: Lab, host: str) -> None:
    await asyncio.sleep(ASSUMED_DEAD_S)
    if lab.db.exists("host", host) and host in lab.toolstacks.dead and host != lab.coordinator:
        set_live(lab, host, live=False)


def set_live(lab: Lab, host: str, *, live: bool) -> None:
    metrics = lab.db.get("host", host)["metrics"]
    if lab.db.exists("host_metrics", metrics):
        lab.db.update("host_metrics", metrics, live=live)


async def _enable(lab: Lab, host: str) -> None:
    await asyncio.sleep(ENABLE_COORDINATOR_AFTER_S if host == lab.coordinator else ENABLE_AFTER_S)
    while lab.toolstacks.answers(host) and not on_network(lab, host):  # noqa: ASYNC110 (a cable tells nobody)
        await asyncio.sleep(ENABLE_AFTER_S)
    if lab.toolstacks.answers(host) and lab.db.exists("host", host):
        lab.db.hidden("host", host)["starting"] = False
        if enabling.returns(lab, host):
            lab.db.update("host", host, enabled=True)
