"""Starting and stopping guests: the calls' bodies, with the time each takes."""

from __future__ import annotations

import asyncio
from contextlib import suppress

from xenferry.lab import locks
from xenferry.lab.context import Context
from xenferry.lab.datamodel import NULL
from xenferry.lab.error import LabError
from xenferry.lab.forwarding import forward
from xenferry.lab.guest import agent, deaf, domain
from xenferry.lab.guest.choice import any_of, choose, seeing
from xenferry.lab.guest.firmware import check_kernel, check_platform, name_bios, name_device_model
from xenferry.lab.guest.messages import tell, tell_on_host
from xenferry.lab.guest.work import spend, spend_on
from xenferry.lab.lifecycle.features import feature_error
from xenferry.lab.network.attaching import attach_networks
from xenferry.lab.placement import ha
from xenferry.lab.placement.basics import check_own_host
from xenferry.lab.placement.version import highest_in_pool
from xenferry.lab.reservation import reserved

START_S = 3.0
TOLD_S = 0.1
"""XAPI's call ends when the last of xenopsd's events on the new domain has come in, a moment after it runs."""
SHUTDOWN_S = 12.0
"""A guest that is asked to shut down needs this long."""
KILL_S = 0.5
PAUSE_S = 0.1
CANCELLED_BY_REBOOT = frozenset(
    ("clean_shutdown", "clean_reboot", "pool_migrate", "migrate_send", "call_plugin", "suspend")
)
"""What hard_reboot breaks off. Simplification: XAPI leaves migrate_send to the hypervisor, which finishes it first."""
CANCELLED_BY_SHUTDOWN = CANCELLED_BY_REBOOT | {"hard_reboot", "shutdown"}


async def start(ctx: Context, vm: str, *, paused: bool, force: bool = False) -> None:
    """On a host of XAPI's choice."""
    _check_licence(ctx, vm)
    async with locks.guest_operation(ctx, vm, "start"), locks.devices(ctx, vm):
        name_bios(ctx, vm)
        host = choose(ctx, vm)
        ha.check_arrival(ctx.lab.hypervisor.facts, vm, host)
        with reserved(ctx, vm, host, "vm_start", checked=True):
            await _boot(ctx, vm, host, paused=paused, force=force)
    tell_on_host(ctx, vm, "VM_STARTED", "started", host)


async def start_on(ctx: Context, vm: str, host: str, *, paused: bool, force: bool = False) -> None:
    """On this host. Raises OPERATION_NOT_ALLOWED [why] for another host's control domain and
    HOST_EVACUATE_IN_PROGRESS [host] before it waits for anything.
    """
    facts = ctx.lab.hypervisor.facts
    facts.get("VM", vm)
    check_upgraded(ctx, host)
    _check_licence(ctx, vm)
    check_own_host(facts, vm, host)
    if "evacuate" in facts.get("host", host)["current_operations"].values():
        raise LabError("HOST_EVACUATE_IN_PROGRESS", host)
    async with locks.guest_operation(ctx, vm, "start_on"), locks.devices(ctx, vm):
        name_bios(ctx, vm)
        with reserved(ctx, vm, host, "vm_start"):
            await _boot(ctx, vm, host, paused=paused, force=force)
        await _linger(ctx, vm, "start_delay")  # once more: XAPI waits on the guest's host and on the coordinator
    tell_on_host(ctx, vm, "VM_STARTED", "started", host)


def check_upgraded(ctx: Context, host: str) -> None:
    """During a rolling upgrade guests start and resume on the newest hosts only."""
    facts = ctx.lab.hypervisor.facts
    facts.get("host", host)
    if facts.upgrading and not highest_in_pool(facts, host):
        raise LabError("NOT_SUPPORTED_DURING_UPGRADE")


def _check_licence(ctx: Context, vm: str) -> None:
    ctx.db.get("VM", vm)
    if not ctx.lab.hypervisor.facts.licensed("vm_start"):
        raise LabError("LICENCE_RESTRICTION", "VM_start")


async def _boot(ctx: Context, vm: str, host: str, *, paused: bool = False, force: bool = False) -> None:
    await _prepare(ctx, vm, host, force=force)
    try:
        await spend(ctx, host, START_S)
    except BaseException:
        domain.leave(ctx.lab, vm)
        raise
    domain.begin(ctx.lab, vm, host, paused=paused)
    if paused:
        ctx.lab.history.pauses_now(vm, "started paused")
    agent.boot(ctx.lab, vm)
    await spend(ctx, host, TOLD_S)
    await _linger(ctx, vm, "start_delay")


async def _linger(ctx: Context, vm: str, delay: str) -> None:
    """The call goes on for as long as the guest is said to need until others can build on it, or stop after it."""
    if ctx.db.exists("VM", vm):
        await asyncio.sleep(float(ctx.db.get("VM", vm)[delay]))


async def _prepare(ctx: Context, vm: str, host: str, *, force: bool) -> None:
    """What the host's toolstack writes into the guest's records before it hands the guest to the hypervisor.

    A guest that the hypervisor does not even take is said to be there, Halted, with its devices plugged; of one that
    it has taken nothing stays (both recorded).
    """
    await forward(ctx, host)
    protect(ctx, vm)
    name_device_model(ctx, vm)
    check_platform(ctx, vm, force=force)
    agent.forget(ctx.lab, vm)
    domain.attach(ctx.lab, vm, attached=True)
    try:
        check_kernel(ctx, vm)
        attach_networks(ctx.lab, vm, host)
    except LabError as error:
        domain.stay(ctx.lab, vm, host)
        if error.code == "PIF_CONFIGURATION_ERROR":
            domain.leave(ctx.lab, vm)
        raise


def protect(ctx: Context, vm: str) -> None:
    """A guest with the priority `restart` is HA's from the moment somebody starts it."""
    if ctx.db.get("VM", vm)["ha_restart_priority"] == "restart":
        ctx.db.update("VM", vm, ha_always_run=True)


async def clean_shutdown(ctx: Context, vm: str) -> None:
    async with locks.guest_operation(ctx, vm, "clean_shutdown"):
        await _ask(ctx, vm)
        _stop(ctx, vm, "shut down")
        await _linger(ctx, vm, "shutdown_delay")
    tell(ctx, vm, "VM_SHUTDOWN", "shutdown")


async def hard_shutdown(ctx: Context, vm: str) -> None:
    """Breaks off a migration and whatever else is going on; a suspended guest loses its image.

    Raises NO_HOSTS_AVAILABLE [] when no host sees the disks of a suspended guest.
    """
    async with locks.guest_operation(ctx, vm, "hard_shutdown"):
        await _break_off(ctx, vm, CANCELLED_BY_SHUTDOWN)
        await _kill(ctx, vm)
    tell(ctx, vm, "VM_SHUTDOWN", "shutdown forcibly")


async def shutdown(ctx: Context, vm: str) -> None:
    """Cleanly if the guest can, and by force when that fails, whatever the reason."""
    async with locks.guest_operation(ctx, vm, "shutdown"):
        if not await _shuts_down(ctx, vm):
            await _kill(ctx, vm)
    tell(ctx, vm, "VM_SHUTDOWN", "shutdown")


async def _shuts_down(ctx: Context, vm: str) -> bool:
    record = ctx.db.get("VM", vm)
    if record["power_state"] != "Running" or feature_error(
        ctx.lab.hypervisor.facts, vm, record, "clean_shutdown", strict=True
    ):
        return False
    try:
        await _ask(ctx, vm)
    except LabError:
        return False
    _stop(ctx, vm, "shut down")
    await _linger(ctx, vm, "shutdown_delay")
    return True


async def _kill(ctx: Context, vm: str) -> None:
    if ctx.db.get("VM", vm)["power_state"] == "Suspended":
        await forward(ctx, _with_its_disks(ctx, vm))
        await lose_memory(ctx, vm)
    elif ctx.db.get("VM", vm)["power_state"] != "Halted":
        await spend_on(ctx, vm, KILL_S)
        _stop(ctx, vm, "killed")
        await _linger(ctx, vm, "shutdown_delay")


async def lose_memory(ctx: Context, vm: str) -> None:
    """A suspended guest is Halted, its image deleted; when that fails it stays behind, and XAPI's log tells of it."""
    image = ctx.db.get("VM", vm)["suspend_VDI"]
    if image != NULL:
        with suppress(LabError):
            await ctx.lab.call_within(ctx.task, "VDI.destroy", image)
    ctx.db.update("VM", vm, suspend_VDI=NULL)
    _stop(ctx, vm, "killed")


async def clean_reboot(ctx: Context, vm: str) -> None:
    async with locks.guest_operation(ctx, vm, "clean_reboot"), locks.devices(ctx, vm):
        await _ask(ctx, vm)
        await _start_again(ctx, vm)
    tell(ctx, vm, "VM_REBOOTED", "rebooted cleanly")


async def hard_reboot(ctx: Context, vm: str) -> None:
    """A guest that ended when something else was broken off is started where it was."""
    host = ctx.db.get("VM", vm)["resident_on"]
    async with locks.guest_operation(ctx, vm, "hard_reboot"):
        await _break_off(ctx, vm, CANCELLED_BY_REBOOT)
        async with locks.devices(ctx, vm):
            if ctx.db.get("VM", vm)["power_state"] == "Halted":
                await _boot(ctx, vm, host)
            else:
                await spend_on(ctx, vm, KILL_S)
                await _start_again(ctx, vm)
    tell(ctx, vm, "VM_REBOOTED", "rebooted forcibly")


async def pause(ctx: Context, vm: str) -> None:
    async with locks.guest_operation(ctx, vm, "pause"):
        await spend_on(ctx, vm, PAUSE_S)
        ctx.db.update("VM", vm, power_state="Paused")
        ctx.lab.history.pauses_now(vm, "paused")
    tell(ctx, vm, "VM_PAUSED", "paused")


async def unpause(ctx: Context, vm: str) -> None:
    async with locks.guest_operation(ctx, vm, "unpause"):
        await spend_on(ctx, vm, PAUSE_S)
        ctx.db.update("VM", vm, power_state="Running")
        ctx.lab.history.resumes(vm)
    tell(ctx, vm, "VM_UNPAUSED", "unpaused")


async def power_state_reset(ctx: Context, vm: str) -> None:
    """Only what XAPI believes changes: a domain that still runs on a host that does not answer goes on, unseen.

    Raises CANNOT_RESET_CONTROL_DOMAIN [vm], and what is known against it of a guest that has a host.
    """
    record = ctx.db.get("VM", vm)
    if record["is_control_domain"]:
        raise LabError("CANNOT_RESET_CONTROL_DOMAIN", vm)
    if record["power_state"] in ("Running", "Paused"):
        _check_lost(ctx, vm, record["resident_on"])
    if record["power_state"] != "Halted":
        domain.end(ctx.lab, vm, "", gone=False)
    for cls, refs in (("VBD", record["VBDs"]), ("VIF", record["VIFs"]), ("VUSB", record["VUSBs"]), ("VM", [vm])):
        for ref in refs:
            ctx.db.update(cls, ref, current_operations={})


def _check_lost(ctx: Context, vm: str, host: str) -> None:
    """The coordinator looks for the domain of its own guest; of another host it asks whether it lives.

    Raises DOMAIN_EXISTS [vm], HOST_IS_LIVE [host].
    """
    if host == ctx.lab.coordinator:
        if ctx.db.get("VM", vm)["power_state"] == "Running" and host in ctx.lab.history.where(vm):
            raise LabError("DOMAIN_EXISTS", vm)
    elif ctx.db.exists("host", host) and ctx.lab.hypervisor.facts.live(host) and ctx.lab.toolstacks.answers(host):
        raise LabError("HOST_IS_LIVE", host)


async def _ask(ctx: Context, vm: str) -> None:
    await deaf.refuse(ctx, vm, "shutdown")
    await spend_on(ctx, vm, SHUTDOWN_S, lambda _: ctx.checkpoint())


async def _start_again(ctx: Context, vm: str) -> None:
    """The same host, a new domain; what changed of the guest's settings counts from now."""
    host = ctx.db.get("VM", vm)["resident_on"]
    domain.end(ctx.lab, vm, "rebooted")
    agent.forget_old(ctx.lab, vm)
    domain.begin(ctx.lab, vm, host)
    agent.boot(ctx.lab, vm)


async def _break_off(ctx: Context, vm: str, operations: frozenset[str]) -> None:
    """Cancels what else goes on with the guest and waits until that has ended, one way or the other."""
    while True:
        current = ctx.db.get("VM", vm)["current_operations"]
        others = {task for task, name in current.items() if task != locks.key(ctx) and name in operations}
        if not others:
            return
        for task in others:
            if ctx.db.exists("task", task) and not ctx.lab.tasks.is_cancelled(task):
                ctx.lab.tasks.cancel(task)
        await ctx.lab.hypervisor.wait_released("VM", vm, 1.0)


def _with_its_disks(ctx: Context, vm: str) -> str:
    """Any host that sees the disks of a suspended guest forgets it. Raises NO_HOSTS_AVAILABLE []."""
    drives = [ctx.db.get("VBD", vbd) for vbd in ctx.db.get("VM", vm)["VBDs"]]
    able = seeing(ctx, {ctx.db.get("VDI", vbd["VDI"])["SR"] for vbd in drives if not vbd["empty"]})
    if not able:
        raise LabError("NO_HOSTS_AVAILABLE")
    return any_of(ctx, able)


def _stop(ctx: Context, vm: str, why: str) -> None:
    ctx.db.update("VM", vm, ha_always_run=False)
    domain.end(ctx.lab, vm, why)
