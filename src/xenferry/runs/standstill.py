"""Sees before a guest is paused that it would stand still for longer than it may.

XAPI tells no rate at which a guest rewrites its memory. But the first round of copying ends when the task's progress
says so, and each further one takes as long as what was rewritten during the one before: the longer they take, the more
is left for the pause. Until the pause XAPI lets the migration be cancelled, and the guest goes on where it was.
"""

from __future__ import annotations

import math

from xenferry.plan import steps as s
from xenferry.plan.forecast.figures import PAUSE_SECONDS
from xenferry.plan.forecast.rewriting import ROUNDS
from xenferry.plan.words import span
from xenferry.runs.pace import COPIED

FIRST_ROUND = 0.9
"""Progress at which all memory has been sent once: xenopsd gives the copying ten of eleven parts."""
SLACK, POLLS_SECONDS = 1.2, 3.0
"""How much longer than reckoned it may take: progress is asked for every few seconds."""


class Standstill:
    """Watches one migration."""

    def __init__(self, step: s.AnyStep, *, accepted: bool) -> None:
        self._limit = step.pause_limit if isinstance(step, s.Move) and not accepted else None
        self._name = step.guest.name if isinstance(step, s.Move) else ""
        self._begun: float | None = None
        self._first: float | None = None
        self._round = 0.0
        self._copied = False

    def progress(self, value: float, now: float) -> None:
        """XAPI's progress has become this."""
        if self._begun is None:
            self._begun = now if value > 0 else None
        elif self._first is None and value >= FIRST_ROUND:
            self._first, self._round = now, now - self._begun
        self._copied = self._copied or value >= COPIED

    def overdue(self, now: float) -> str:
        """Why the migration has to be stopped now; empty if it may go on."""
        if self._limit is None or self._first is None or self._copied:
            return ""
        taken = now - self._first
        if taken <= self._allowed() * SLACK + POLLS_SECONDS:
            return ""
        return (
            f"guest {self._name} rewrites its memory so fast that it would stand still for more than the "
            f"{span(self._limit)} that it may; it was sent once in {span(self._round)}, and what it rewrote meanwhile "
            f"was still being sent after {span(taken)}; the migration was stopped, the guest goes on where it was; "
            "move it when it is less busy, raise its tag, or resume with this step accepted"
        )

    def _allowed(self) -> float:
        """Seconds of further rounds up to the pause, for a guest that just keeps to its limit."""
        assert self._limit is not None
        rest = max(0.0, self._limit - PAUSE_SECONDS) / max(self._round, 1e-6)
        share = math.pow(min(1.0, rest), 1 / ROUNDS)
        return self._round * math.fsum(math.pow(share, number) for number in range(1, ROUNDS))
