"""How far a step is, and the whole run: percent, bytes, seconds left, from XAPI's progress and the plan's forecast.

XAPI's progress jumps back when it goes from one phase to the next and may say 1.0 long before the end. So the highest
value counts, and a hundred percent is only said when the pool shows the step as done.
"""

from __future__ import annotations

from collections.abc import Collection

from msgspec import Struct

from xenferry.plan.forecast import SHORT_SECONDS
from xenferry.plan.steps import AnyStep, Plan
from xenferry.runs.kept import Entry

WRITE_EVERY_SECONDS = 10.0
SEEN_SHARE = 0.05
"""Of the run: before so much of it was seen, its own pace says nothing."""


class Progress(Struct, frozen=True, kw_only=True):
    """One look at a running step."""

    step: str
    name: str
    """The guest's name, else the host's."""
    percent: int
    bytes_done: int
    bytes_total: int
    seconds_left: float | None
    """None when nothing can be said yet."""


class Meter:
    """The progress of one step, from the moment at which it was begun (in the loop's seconds)."""

    def __init__(self, step: AnyStep, begun: float) -> None:
        self._step = step
        self._begun = begun
        self._highest = 0.0
        self._written = begun

    def read(self, value: float, now: float) -> Progress:
        """What XAPI's `value` (0 to 1) means now."""
        self._highest = max(self._highest, min(0.99, value))
        total = self._step.forecast.memory_bytes + self._step.forecast.disk_bytes
        return Progress(
            step=self._step.key,
            name=name_of(self._step),
            percent=int(self._highest * 100),
            bytes_done=int(total * self._highest),
            bytes_total=total,
            seconds_left=self._left(now - self._begun),
        )

    def _left(self, elapsed: float) -> float | None:
        """From the forecast at first, more and more from what was seen."""
        share, forecast = self._highest, self._step.forecast.seconds
        planned = max(0.0, forecast - elapsed) if forecast else None
        if share < 0.05 or elapsed <= 0:
            return planned
        seen = elapsed * (1 - share) / share
        return seen if planned is None else share * seen + (1 - share) * planned

    def worth_writing(self, now: float) -> bool:
        """Shall this one go into the journal, too? Once in ten seconds is enough for that."""
        if now - self._written < WRITE_EVERY_SECONDS:
            return False
        self._written = now
        return True


def name_of(step: AnyStep) -> str:
    """Whom the step is about, as people call it."""
    thing = getattr(step, "guest", None) or getattr(step, "host", None)
    return thing.name if thing else step.key


class Whole:
    """The progress of a whole run: each step weighs what it was forecast to take."""

    def __init__(self, plan: Plan, done: Collection[str] = ()) -> None:
        self._weights = {step.key: max(SHORT_SECONDS, step.forecast.seconds) for step in plan.steps}
        self._shares = dict.fromkeys(done, 1.0)
        self._before = self._share
        self._forecast = plan.totals.seconds
        self._begun: float | None = None

    def hear(self, entry: Entry) -> None:
        """Take an event of the run into account."""
        self._begun = entry.time if self._begun is None else self._begun
        key = str(entry.text.get("step", ""))
        if entry.kind == "progress":
            self._shares[key] = max(self._shares.get(key, 0.0), entry.text["percent"] / 100)
        elif entry.kind == "step-done":
            self._shares[key] = 1.0

    @property
    def done(self) -> int:
        """How many steps have come to their end."""
        return sum(share >= 1.0 for share in self._shares.values())

    def left(self, now: float) -> float | None:
        """Seconds to the end: from the forecast at first, more and more from what was seen; None before it began."""
        if self._begun is None:
            return None
        elapsed, share = now - self._begun, self._share
        planned = self._forecast * (1 - share)
        if share - self._before < SEEN_SHARE:
            return planned
        seen = elapsed * (1 - share) / (share - self._before)
        return share * seen + (1 - share) * planned

    @property
    def _share(self) -> float:
        whole = sum(self._weights.values())
        return sum(self._weights.get(key, 0.0) * share for key, share in self._shares.items()) / whole if whole else 1.0
