"""What the administrator wants of the pool's storage: disks brought elsewhere, one share more."""

from __future__ import annotations

from random import Random

from xenferry.plan import disks, forecast
from xenferry.plan import steps as s
from xenferry.plan.add_storage import add_nfs
from xenferry.plan.draft import Draft
from xenferry.plan.migrate import migrate
from xenferry.plan.move_storage import move_storage, of_sr
from xenferry.plan.steps import Plan
from xenferry.plan.things import thing
from xenferry.pool import records as r
from xenferry.pool.records import Ref
from xenferry.pool.snapshot import Snapshot

SHARE = {"server": "nas", "serverpath": "/more"}
NAME = "added share"


def plan(chance: Random, snapshot: Snapshot, wish: str) -> Plan:
    """The plan of one of these wishes."""
    guests = chance.sample(list(snapshot.guests), min(len(snapshot.guests), chance.randint(1, 3)))
    refs = [vm.ref for vm in guests]
    match wish:
        case "share":
            return _share(chance, snapshot)
        case "one disk":
            return _one_by_one(chance, snapshot, guests)
        case "empty":
            return move_storage(snapshot, of_sr(snapshot, _named(snapshot, "shared")), _named(snapshot, "second"))
        case "carry":
            target = chance.choice([host.ref for host in snapshot.hosts])
            return migrate(snapshot, refs, target=target, sr=_named(snapshot, chance.choice(("second", "cellar"))))
        case _:
            return move_storage(snapshot, refs, _named(snapshot, "second"))


def _share(chance: Random, snapshot: Snapshot) -> Plan:
    """A new one, or one that is in the pool and not on every host."""
    if chance.random() < 0.3:
        return add_nfs(snapshot, {"server": "nas", "serverpath": "/vol"}, "shared", make_default=True)
    return add_nfs(snapshot, SHARE, NAME, make_default=chance.random() < 0.4, iso=chance.random() < 0.2)


def _one_by_one(chance: Random, snapshot: Snapshot, guests: list[r.VM]) -> Plan:
    """Some of the guests' disks, each by itself, to the other SR."""
    draft = Draft(snapshot, f"move single disks of {', '.join(vm.name_label for vm in guests)}")
    for vm in guests:
        last: tuple[str, ...] = ()
        if not _may(draft, vm):
            continue
        for vbd, vdi in disks.drives(snapshot, vm):
            if snapshot.name(vdi.SR) in ("shared", "second") and chance.random() < 0.7:
                last = (draft.add(_move(draft, vm, vbd, vdi, last)),)
    return draft.finish()


def _may(draft: Draft, vm: r.VM) -> bool:
    """Would the planner move its disks?"""
    plans = (move_storage(draft.snapshot, [vm.ref], _named(draft.snapshot, name)) for name in ("shared", "second"))
    steps = [step for plan in plans for step in plan.steps]
    return bool(steps) and (vm.resident_on not in draft.snapshot.host or draft.has_room(vm, vm.resident_on))


def _move(draft: Draft, vm: r.VM, vbd: r.VBD, vdi: r.VDI, after: tuple[str, ...]) -> s.MoveDisk:
    """The guest's memory is needed on its own host a second time meanwhile."""
    snapshot = draft.snapshot
    target = _named(snapshot, "second" if snapshot.name(vdi.SR) == "shared" else "shared")
    size = disks.stated_bytes(snapshot, vm, vdi)
    disk = s.Disk(
        disk=thing(snapshot, "VDI", vdi.ref),
        device=vbd.userdevice,
        source=thing(snapshot, "SR", vdi.SR),
        target=thing(snapshot, "SR", target),
        bytes=size,
    )
    cost = s.Forecast(disk_bytes=size, seconds=size * 8 / forecast.DISK_BITS)
    key = f"move-{vm.uuid}-{vbd.userdevice}"
    after = (*after, *draft.pass_through(vm, key)) if vm.resident_on in snapshot.host else after
    return s.MoveDisk(key=key, after=after, guest=thing(snapshot, "VM", vm.ref), disk=disk, forecast=cost)


def _named(snapshot: Snapshot, name: str) -> Ref:
    return next(sr.ref for sr in snapshot.SR.values() if sr.name_label == name)
