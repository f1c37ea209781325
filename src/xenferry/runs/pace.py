"""How many moves run side by side: the plan's limits, corrected by what is seen while they run.

A migration loads its links only while it copies memory. XAPI shows the end of that in the task's progress, seconds
before it has handed the guest over, cleaned up and written where the guest is; the next one may use the links then.
"""

from __future__ import annotations

from collections.abc import Iterable

from msgspec.structs import replace

from xenferry.plan import steps as s
from xenferry.plan.schedule.limits import Limits
from xenferry.plan.schedule.load import Job, Load, job

COPIED = 0.95
"""Progress from which on memory is copied: xenopsd gives the copying ten of eleven parts."""
NEARLY = 0.85
BACK = 0.3
"""Progress that falls by so much from nearly everything: the next phase is counted anew."""


class Pace:
    """Follows the moves that run."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._highest: dict[str, float] = {}
        self._copied: set[str] = set()

    def progress(self, step: s.AnyStep, value: float) -> bool:
        """XAPI's figure (0 to 1) for the step; whether its links have just become free."""
        highest = max(self._highest.get(step.key, 0.0), value)
        self._highest[step.key] = highest
        if not isinstance(step, s.Move) or step.key in self._copied:
            return False
        if value >= COPIED or (highest >= NEARLY and value < highest - BACK):
            self._copied.add(step.key)
            return True
        return False

    def answered(self, step: s.AnyStep) -> bool:
        """XAPI says that the work is over; whether the links have become free by that."""
        if step.key in self._copied:
            return False
        self._copied.add(step.key)
        return True

    def over(self, step: s.AnyStep) -> None:
        """The step is over, in whatever way; it may be begun again later."""
        self._highest.pop(step.key, None)
        self._copied.discard(step.key)

    def blocked(self, step: s.AnyStep, running: Iterable[s.AnyStep]) -> str | None:
        """Why the step has to wait for those that run; None when it may start."""
        load = Load(self._limits)
        for other in running:
            load.take(self._job(other))
        return load.against(job(step))

    def _job(self, step: s.AnyStep) -> Job:
        found = job(step)
        return replace(found, ends=()) if step.key in self._copied else found


__all__ = ["Pace"]
