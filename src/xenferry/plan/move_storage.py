"""The wish "bring these guests' disks to another SR", while they run: each guest stays on its host.

XAPI moves a guest's disks by migrating it to its own host, so its memory is needed there a second time meanwhile, and
at most three such moves run on one host. Each leaves layers behind that the SR has to merge: a disk whose chain is
nearly as long as the driver allows is not moved before that.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec.structs import replace

from xenferry.plan import disks
from xenferry.plan import steps as s
from xenferry.plan.draft import Draft
from xenferry.plan.judgement import judge as usual
from xenferry.plan.migrate import migrate
from xenferry.plan.mobility import Judge
from xenferry.plan.words import size
from xenferry.pool import records as r
from xenferry.pool.records import Ref
from xenferry.pool.snapshot import Snapshot
from xenferry.rules.facts import layers

CHAIN_MOST = 30
"""Layers of a disk that the drivers take (sm, vhdutil.py: MAX_CHAIN_SIZE)."""
CHAIN_NEEDED = 2
"""Layers that a move adds for its time: XAPI snapshots the disk, and the mirror starts from that snapshot."""


def move_storage(snapshot: Snapshot, guests: Sequence[Ref], sr: Ref, *, judge: Judge = usual) -> s.Plan:
    """Plan to bring all disks of these guests to the SR; running guests go on running, on their hosts.

    Args:
        snapshot: the pool now.
        guests: references of the guests.
        sr: where their disks shall be.
        judge: makes the judgement of a snapshot.

    Raises:
        KeyError: a reference is not in the snapshot.
    """
    target = snapshot.SR[sr]
    staying = {ref: why for ref in guests if (why := _hindrance(snapshot, snapshot.VM[ref], target))}
    plan = migrate(snapshot, [ref for ref in guests if ref not in staying], sr=sr, judge=judge)
    names = ", ".join(snapshot.VM[ref].name_label for ref in guests)
    plan = replace(plan, wish=f"move disks of {names} to SR {target.name_label}")
    return _with_room(snapshot, _without(snapshot, plan, staying), target)


def of_sr(snapshot: Snapshot, sr: Ref) -> tuple[Ref, ...]:
    """The guests that have a disk on this SR."""
    return tuple(vm.ref for vm in snapshot.guests if any(sr == vdi.SR for _, vdi in disks.drives(snapshot, vm)))


def _hindrance(snapshot: Snapshot, vm: r.VM, target: r.SR) -> s.Hindrance | None:
    """Why this guest's disks cannot go there while it stays where it is; None when nothing of that kind is known."""
    host = snapshot.host.get(vm.resident_on)
    if host and snapshot.place[host.ref] not in snapshot.with_sr_plugged.get(target.ref, ()):
        text = f"{host.name_label}, where guest {vm.name_label} runs, is not connected to SR {target.name_label}"
        if not target.shared:
            elsewhere = f"`xenferry migrate {vm.name_label} --sr {target.name_label}` takes the guest to where it is"
            return s.Hindrance(f"{text}, which belongs to another host", (elsewhere,))
        return s.Hindrance(text, ("connect it: `xenferry storage check` shows where it is missing",))
    long = too_long(snapshot, vm, target.ref)
    cure = "let the SR merge layers first (`xe sr-scan`), or delete snapshots that nobody needs"
    return s.Hindrance(long, (cure,)) if long else None


def too_long(snapshot: Snapshot, vm: r.VM, sr: Ref) -> str:
    """In words, a disk whose chain leaves no room for a move's snapshot; empty if there is none."""
    for _, vdi in disks.drives(snapshot, vm):
        depth = layers.depth(snapshot, vdi)
        if sr != vdi.SR and depth + CHAIN_NEEDED > CHAIN_MOST:
            return (
                f"disk {vdi.name_label or vdi.uuid} is a chain of {depth} layers; a move adds {CHAIN_NEEDED} for its"
                f" time, and {CHAIN_MOST} are the most"
            )
    return ""


def _without(snapshot: Snapshot, plan: s.Plan, staying: dict[Ref, s.Hindrance]) -> s.Plan:
    """The plan, with those guests left behind."""
    draft = Draft(snapshot, plan.wish)
    for ref, why in staying.items():
        draft.leave(snapshot.VM[ref], (why,))
    return replace(plan, left=(*map(_offered, plan.left), *draft.finish().left))


def _offered(left: s.Left) -> s.Left:
    """`--cold` is an option of `migrate`: named with its command, since this one has none."""
    return replace(
        left, choices=tuple(each.replace("(--cold)", "(`xenferry migrate --cold`)") for each in left.choices)
    )


def _with_room(snapshot: Snapshot, plan: s.Plan, target: r.SR) -> s.Plan:
    """The plan with the sum of what comes against the room there is, which no guest alone may exceed."""
    moving = [disk for disk in _moving(plan) if disk.source != disk.target]
    if not moving:
        return plan
    coming = sum(disk.bytes for disk in moving)
    free = max(0, target.physical_size - target.physical_utilisation)
    notes = [f"SR {target.name_label} has {size(free)} free, and {size(coming)} come to it"]
    if coming > free:
        notes.append(f"not all of it fits: {size(coming - free)} are too much; name fewer guests, or make room first")
    unmerged = [vdi for ref in _refs(snapshot, moving) if layers.unmerged(snapshot, vdi := snapshot.VDI[ref])]
    if unmerged:
        names = ", ".join(vdi.name_label or vdi.uuid for vdi in unmerged)
        notes.append(f"layers of {names} wait to be merged; the run waits for that before it moves them")
    grown = sum(snapshot.VDI[ref].virtual_size for ref in _refs(snapshot, moving))
    if coming <= free < grown:
        notes.append(f"it fits now; once the guests have written everywhere their disks need {size(grown)}")
    return replace(plan, notes=(*notes, *plan.notes))


def _moving(plan: s.Plan) -> Iterator[s.Disk]:
    for step in plan.steps:
        if isinstance(step, s.MoveWithDisks):
            yield from step.disks


def _refs(snapshot: Snapshot, moving: Sequence[s.Disk]) -> Iterator[Ref]:
    wanted = {disk.disk.uuid for disk in moving}
    return (ref for ref, vdi in snapshot.VDI.items() if vdi.uuid in wanted)
