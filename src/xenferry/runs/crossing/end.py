"""Is the end as promised, of guests that changed pools? Judged on fresh snapshots of both.

It must be in one pool only, run exactly once and where it was promised, with its disks on the promised SRs and its
interfaces on the promised networks; and nothing of it may be left in the pool that it came from.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from xenferry.plan import disks
from xenferry.plan import steps as s
from xenferry.plan.crossing import state as cross_state
from xenferry.plan.crossing.state import Where
from xenferry.plan.things import guest, seek
from xenferry.pool import records as r
from xenferry.pool.records import NULL, Ref
from xenferry.pool.snapshot import Snapshot
from xenferry.runs import pulse
from xenferry.runs.crossing.look import crossings, reach
from xenferry.runs.port import Beyond


def crossing(own: Sequence[s.AnyStep]) -> s.Cross | None:
    """The step by which a guest changes pools, if there is one."""
    return next((step for step in own if isinstance(step, s.Cross)), None)


def home(step: s.Cross | None, here: Snapshot) -> Snapshot:
    """The pool in which the guest is to be looked for: the other one as soon as it is no longer here alone."""
    there = cross_state.beside(here, step.there) if step else None
    if step is None or there is None:
        return here
    return there if cross_state.where(step, here) in (Where.BOTH, Where.THERE) else here


async def silent(plan: s.Plan, here: Snapshot, beyond: Beyond | None) -> frozenset[Ref]:
    """Hosts of other pools with guests of the plan that do not answer."""
    found: frozenset[Ref] = frozenset()
    for steps in _by_pool(plan).values():
        there = cross_state.beside(here, steps[0].there)
        if there is not None:
            vms = (guest(there, step.guest) for step in steps)
            hosts = {vm.resident_on for vm in vms if vm is not None}
            found |= await pulse.silent((await reach(steps[0].there, beyond)).pool, there, hosts)
            found |= {host.ref for host in there.hosts if _dead(there, host)}
    return found


def _by_pool(plan: s.Plan) -> dict[str, list[s.Cross | s.StartThere]]:
    found: dict[str, list[s.Cross | s.StartThere]] = {}
    for step in crossings(plan):
        found.setdefault(step.there.pool.uuid, []).append(step)
    return found


def _dead(there: Snapshot, host: r.Host) -> bool:
    metrics = there.host_metrics.get(host.metrics)
    return metrics is not None and not metrics.live


def promise(step: s.Cross, own: Sequence[s.AnyStep]) -> str:
    """Where it shall be in the end, and how."""
    runs = step.source is not None or any(isinstance(each, s.StartThere) for each in own)
    place = f"{step.there.host.name}, pool {step.there.pool.name}"
    return f"runs on {place}" if runs else f"in pool {step.there.pool.name}"


def faults(step: s.Cross, own: Sequence[s.AnyStep], here: Snapshot) -> list[str]:
    """Everything about this guest that is not as promised, in words."""
    there, name = cross_state.beside(here, step.there), f"guest {step.guest.name}"
    if there is None:
        return [f"whether {name} is well is not known: pool {step.there.pool.name} was not looked at"]
    vm, mine = guest(there, step.guest), guest(here, step.guest)
    if vm is None and mine is not None:
        return [f"{name} is still in pool {here.pool.name_label}, {_state(mine, own, here)}"]
    found = list(_remains(step, here))
    if vm is None:
        return [f"{name} is not in pool {step.there.pool.name}", *found]
    return [*_misplaced(step, own, there, vm), *_disks(step, there, vm), *_networks(step, there, vm), *found]


def _state(mine: r.VM, own: Sequence[s.AnyStep], here: Snapshot) -> str:
    if mine.power_state == "Halted" and any(isinstance(step, s.Shutdown) for step in own):
        start = f"`xe vm-start uuid={mine.uuid}`"
        return f"and it is DOWN: it was shut down for its move. Go on with this run, or start it here again: {start}"
    on = f" on {here.name(mine.resident_on)}" if mine.resident_on in here.host else ""
    return f"{mine.power_state.lower()}{on}"


def _misplaced(step: s.Cross, own: Sequence[s.AnyStep], there: Snapshot, vm: r.VM) -> Iterator[str]:
    runs = step.source is not None or any(isinstance(each, s.StartThere) for each in own)
    on = f" on {there.name(vm.resident_on)}" if vm.resident_on in there.host else ""
    if runs and (vm.power_state != "Running" or vm.resident_on != seek(there, step.there.host)):
        promised = promise(step, own)
        yield f"guest {step.guest.name} is {vm.power_state.lower()}{on} in its new pool, promised was: {promised}"
    holders = [host.name_label for host in there.hosts if vm.ref in host.resident_VMs]
    named = [there.host[vm.resident_on].name_label] if vm.resident_on in there.host else []
    if holders != named:
        listed, own_word = ", ".join(holders) or "no host", ", ".join(named) or "no host"
        yield f"guest {step.guest.name} is listed by {listed}, but its own record names {own_word}"


def _disks(step: s.Cross, there: Snapshot, vm: r.VM) -> Iterator[str]:
    present = disks.by_device(there, vm)
    for cargo in step.cargo:
        vdi = present.get(cargo.device)
        if vdi is None or seek(there, cargo.target) != vdi.SR:
            yield f"disk {cargo.disk.name} of guest {step.guest.name} is not on SR {cargo.target.name}"


def _networks(step: s.Cross, there: Snapshot, vm: r.VM) -> Iterator[str]:
    vifs = [there.VIF[ref] for ref in vm.VIFs if ref in there.VIF]
    present = {vif.device: vif.network for vif in vifs}
    for link in step.links:
        if not link.of_snapshot and present.get(link.device, NULL) != seek(there, link.target):
            yield f"interface {link.device} of guest {step.guest.name} is not on network {link.target.name}"


def _remains(step: s.Cross, here: Snapshot) -> Iterator[str]:
    """What XAPI should have removed from the pool that the guest came from."""
    vm, pool = guest(here, step.guest), here.pool.name_label
    if vm is not None:
        yield f"guest {step.guest.name} has records in pool {pool} still ({vm.power_state.lower()})"
    for cargo in step.cargo:
        if cargo.source.uuid != cargo.target.uuid and seek(here, cargo.disk) is not None:
            yield f"disk {cargo.disk.name} of guest {step.guest.name} was left on SR {cargo.source.name} of pool {pool}"
