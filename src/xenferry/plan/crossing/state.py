"""Where is a guest that changes pools? Told from two snapshots alone: that of the pool it leaves, and the other one.

A guest keeps its UUID. XAPI first makes records of it there, halted, then sends it, and removes the records here last;
so a snapshot of this pool must be taken before that of the other one: a guest found in neither is then really lost.
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum
from weakref import WeakKeyDictionary

from xenferry.plan.crossing.step import Cross, Destination, StartThere
from xenferry.plan.step import Thing
from xenferry.plan.things import guest, host, seek
from xenferry.pool import records as r
from xenferry.pool.records import NULL
from xenferry.pool.snapshot import Snapshot

STEP = "xenferry-step"
"""How a run tags the tasks that it starts with the step (`xenferry.runs.do`)."""

_BESIDE: WeakKeyDictionary[Snapshot, dict[str, Snapshot]] = WeakKeyDictionary()


class Where(Enum):
    """In which of the two pools XAPI has records of the guest."""

    HERE = "only here"
    BOTH = "in both pools"
    THERE = "only there"
    NOWHERE = "in neither pool"


def put_beside(here: Snapshot, there: Snapshot) -> Snapshot:
    """Let questions about `here` see the other pool too; gives `here` back."""
    _BESIDE.setdefault(here, {})[there.pool.uuid] = there
    return here


def beside(here: Snapshot, there: Destination) -> Snapshot | None:
    """The other pool as it was looked at together with this one; None if it was not."""
    return _BESIDE.get(here, {}).get(there.pool.uuid)


def where(step: Cross | StartThere, here: Snapshot) -> Where | None:
    """In which pool the guest is; None when the other one was not looked at."""
    there = beside(here, step.there)
    if there is None:
        return None
    known = guest(here, step.guest) is not None, guest(there, step.guest) is not None
    return {(True, False): Where.HERE, (True, True): Where.BOTH, (False, True): Where.THERE}.get(known, Where.NOWHERE)


def arrived(step: Cross | StartThere, here: Snapshot) -> r.VM | None:
    """The guest's record in the other pool, whatever its state."""
    there = beside(here, step.there)
    return guest(there, step.guest) if there else None


def crossed(step: Cross, here: Snapshot) -> bool:
    """Has it left here and arrived there? One that came running must run, on the host that was chosen."""
    vm, there = arrived(step, here), beside(here, step.there)
    if vm is None or there is None or where(step, here) is not Where.THERE or under_way(step, here):
        return False
    if vm.scheduled_to_be_resident_on not in (NULL, ""):
        return False
    return step.source is None or (vm.power_state == "Running" and vm.resident_on == seek(there, step.there.host))


def under_way(step: Cross, here: Snapshot) -> bool:
    """Is XAPI still at work on it? Disks here are removed after the records, and the task ends last."""
    tagged = (task for task in here.task.values() if task.other_config.get(STEP) == step.key)
    return any(task.status in ("pending", "cancelling") for task in tagged)


def started_there(step: StartThere, here: Snapshot) -> bool:
    """Does it run there, on the host that was chosen?"""
    vm, there = arrived(step, here), beside(here, step.there)
    if vm is None or there is None:
        return False
    return vm.power_state == "Running" and vm.resident_on == seek(there, step.there.host)


def missing(step: Cross | StartThere, here: Snapshot) -> Iterator[str]:
    """In words, what of the destination the other pool no longer has; nothing if that pool was not looked at."""
    there = beside(here, step.there)
    if there is None:
        return
    if host(there, step.there.host) is None:
        yield f"host {step.there.host.name} is not in pool {step.there.pool.name} any more"
    targets: list[Thing] = []
    if isinstance(step, Cross):
        targets = [*(each.target for each in step.cargo), *(each.target for each in step.links)]
    for thing in dict.fromkeys(targets):
        if seek(there, thing) is None:
            yield f"{thing.kind} {thing.name} is not in pool {step.there.pool.name} any more"


def new_disks(step: Cross, here: Snapshot, vm: r.VM) -> Iterator[str]:
    """Names of disks that the guest has now and the plan does not know."""
    known = {cargo.device for cargo in step.cargo}
    for ref in vm.VBDs:
        vbd = here.VBD.get(ref)
        vdi = here.VDI.get(vbd.VDI) if vbd and vbd.type != "CD" and not vbd.empty else None
        if vbd and vdi and vbd.userdevice not in known:
            yield vdi.name_label or vdi.uuid


def new_links(step: Cross, here: Snapshot, vm: r.VM) -> Iterator[str]:
    """Interfaces that the guest has now and the plan does not know, by number."""
    known = {link.vif.uuid for link in step.links}
    for ref in vm.VIFs:
        vif = here.VIF.get(ref)
        if vif and vif.uuid not in known:
            yield vif.device
