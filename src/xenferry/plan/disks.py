"""A guest's disks as a plan sees them: what it has, where each lies, what of it would have to move."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from xenferry.plan.steps import Disk, MoveDisk, MoveWithDisks
from xenferry.plan.things import thing
from xenferry.pool import records as r
from xenferry.pool.records import NULL, Ref
from xenferry.pool.snapshot import Snapshot

GROWTH = 0.05
"""A running guest writes on while the plan waits for its approval: so much more than now may move."""


def drives(snapshot: Snapshot, vm: r.VM) -> Iterator[tuple[r.VBD, r.VDI]]:
    """The guest's disks without CDs, in XAPI's order; a VBD whose VDI is unknown is left out."""
    for ref in vm.VBDs:
        vbd = snapshot.VBD.get(ref)
        if vbd is None or vbd.empty or vbd.type == "CD":
            continue
        vdi = snapshot.VDI.get(vbd.VDI)
        if vdi is not None:
            yield vbd, vdi


def by_device(snapshot: Snapshot, vm: r.VM) -> Mapping[str, r.VDI]:
    """The guest's disks by the VBD's userdevice, which survives a move of the disk."""
    return {vbd.userdevice: vdi for vbd, vdi in drives(snapshot, vm)}


def unseen(snapshot: Snapshot, vm: r.VM) -> str:
    """In words, the record without which no move of the guest can be planned and which was not read; empty if none."""
    if vm.resident_on not in (NULL, "") and vm.resident_on not in snapshot.host:
        return "the host it is on"
    names = (vdi.name_label or vdi.uuid for _, vdi in drives(snapshot, vm) if vdi.SR not in snapshot.SR)
    return next((f"the SR of its disk {name}" for name in names), "")


def present_bytes(snapshot: Snapshot, vdi: r.VDI) -> int:
    """What a move of this disk copies: its own data and that of its snapshots, as last measured by the SR.

    Where the SR has not measured it (0), the virtual size is taken, because that is what may have to be copied.
    Simplification: data that a disk shares with its snapshots is counted once per disk, as XAPI reports it.
    """
    chain = [vdi, *(snapshot.VDI[ref] for ref in vdi.snapshots if ref in snapshot.VDI)]
    return sum(each.physical_utilisation or each.virtual_size for each in chain)


def stated_bytes(snapshot: Snapshot, vm: r.VM, vdi: r.VDI) -> int:
    """What the plan states as the most that may move of this disk."""
    now = present_bytes(snapshot, vdi)
    return now if vm.power_state != "Running" else int(now * (1 + GROWTH))


def placed(snapshot: Snapshot, vm: r.VM, targets: Mapping[Ref, Ref]) -> tuple[Disk, ...]:
    """Every disk of the guest with the SR it shall be on; `targets` maps VDI -> SR for those that move."""
    return tuple(_disk(snapshot, vm, vbd, vdi, targets.get(vdi.ref, vdi.SR)) for vbd, vdi in drives(snapshot, vm))


def _disk(snapshot: Snapshot, vm: r.VM, vbd: r.VBD, vdi: r.VDI, target: Ref) -> Disk:
    return Disk(
        disk=thing(snapshot, "VDI", vdi.ref),
        device=vbd.userdevice,
        source=thing(snapshot, "SR", vdi.SR),
        target=thing(snapshot, "SR", target),
        bytes=stated_bytes(snapshot, vm, vdi) if target != vdi.SR else 0,
    )


def in_place(snapshot: Snapshot, vm: r.VM, disks: tuple[Disk, ...]) -> bool:
    """Does every one of these disks lie on the SR it shall be on?"""
    present = by_device(snapshot, vm)
    return all(_on(snapshot, present.get(disk.device), disk) for disk in disks)


def _on(snapshot: Snapshot, vdi: r.VDI | None, disk: Disk) -> bool:
    sr = snapshot.SR.get(vdi.SR if vdi else NULL)
    return sr is not None and sr.uuid == disk.target.uuid


def would_move(snapshot: Snapshot, vm: r.VM, step: MoveWithDisks | MoveDisk) -> int:
    """Disk bytes that carrying the step out now would move."""
    present = by_device(snapshot, vm)
    wanted = step.disks if isinstance(step, MoveWithDisks) else (step.disk,)
    pairs = [(present[disk.device], disk) for disk in wanted if disk.device in present]
    return sum(present_bytes(snapshot, vdi) for vdi, disk in pairs if not _on(snapshot, vdi, disk))


def unplanned(snapshot: Snapshot, vm: r.VM, step: MoveWithDisks) -> tuple[str, ...]:
    """Names of disks the guest has now and the plan does not know."""
    known = {disk.device for disk in step.disks}
    return tuple(vdi.name_label or vdi.uuid for device, vdi in by_device(snapshot, vm).items() if device not in known)
