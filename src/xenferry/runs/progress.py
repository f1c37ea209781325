"""How far a step is: percent, bytes, seconds left, from XAPI's progress and the plan's forecast.

XAPI's progress jumps back when it goes from one phase to the next and may say 1.0 long before the end. So the highest
value counts, and a hundred percent is only said when the pool shows the step as done.
"""

from __future__ import annotations

from msgspec import Struct

from xenferry.plan.steps import AnyStep

WRITE_EVERY_SECONDS = 10.0


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
