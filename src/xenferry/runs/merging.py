"""Layers that an SR is about to merge: a disk is not copied away while what it is made of changes.

A disk whose layers were merged (coalesced) while it was moved between SRs has been lost: what was newest had not
arrived, and the source was deleted. XAPI does not look; so a move waits until nothing below its disks is left to merge.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

from xenferry.plan import disks
from xenferry.plan import steps as s
from xenferry.plan.things import guest
from xenferry.plan.words import span
from xenferry.pool import records as r
from xenferry.pool.snapshot import Snapshot
from xenferry.rules.facts import layers
from xenferry.runs.outcome import NeedsPerson, Outcome, RetryLater

PATIENCE_S = 1800.0
"""After this long the SR's collector does not get along, and a person has to look."""
AGAIN_S = 15.0


class Merging:
    """Since when each step of this program's run has been waiting."""

    def __init__(self) -> None:
        self._since: dict[str, float] = {}

    def refusal(self, step: s.AnyStep, snapshot: Snapshot) -> Outcome | None:
        """Why the step must not begin now; None when nothing waits to be merged."""
        waiting = list(_waiting(step, snapshot))
        if not waiting:
            self._since.pop(step.key, None)
            return None
        now = asyncio.get_running_loop().time()
        waited = now - self._since.setdefault(step.key, now)
        text = f"layers of {', '.join(vdi.name_label or vdi.uuid for vdi in waiting)} wait to be merged"
        if waited < PATIENCE_S:
            return RetryLater(text, AGAIN_S, counted=False)
        return NeedsPerson(
            f"{text}, and were not within {span(waited)}: `xe sr-scan uuid={_sr(snapshot, waiting[0])}` starts it, and"
            " SMGC in SMlog on the SR's master says what stops it; resume with this step accepted to move all the same"
        )


def _waiting(step: s.AnyStep, snapshot: Snapshot) -> Iterator[r.VDI]:
    """The disks that the step would copy from one SR to another while layers below them can be merged."""
    for place, target in _moving(step):
        vm = guest(snapshot, step.guest) if isinstance(step, s.MoveDisk | s.MoveWithDisks | s.Cross) else None
        vdi = disks.by_device(snapshot, vm).get(place) if vm else None
        if vdi is not None and _sr(snapshot, vdi) != target and layers.unmerged(snapshot, vdi):
            yield vdi


def _moving(step: s.AnyStep) -> Iterator[tuple[str, str]]:
    """The place in its guest of each disk of the step, and the UUID of the SR where it shall be."""
    match step:
        case s.MoveDisk():
            yield step.disk.device, step.disk.target.uuid
        case s.MoveWithDisks():
            yield from ((disk.device, disk.target.uuid) for disk in step.disks)
        case s.Cross():
            yield from ((disk.device, disk.target.uuid) for disk in step.cargo)
        case _:
            return


def _sr(snapshot: Snapshot, vdi: r.VDI) -> str:
    sr = snapshot.SR.get(vdi.SR)
    return sr.uuid if sr else ""
