"""The truth about every guest: where it ran and when, how long it stood still, what was moved.

XAPI's tables say what XAPI believes; this says what happened. Tests and the demo prove with it that no guest stopped
and that none ran twice. Times are seconds on the event loop's clock.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import pairwise


@dataclass
class Run:
    """A time during which a guest's domain was on a host, paused or not. `end` is None while it goes on."""

    guest: str
    host: str
    begin: float
    end: float | None = None
    why: str = ""
    """How it ended: `moved`, `shut down`, `suspended`, `crashed`, .."""


@dataclass
class Pause:
    """A time during which a guest did not execute although it was not stopped."""

    guest: str
    begin: float
    end: float | None = None
    why: str = ""


@dataclass
class Move:
    """A migration. `end` is None while it goes on, `outcome` then empty, later `arrived` or an error's code."""

    guest: str
    source: str
    target: str
    begin: float
    end: float | None = None
    memory_bytes: int = 0
    disk_bytes: int = 0
    rounds: int = 0
    outcome: str = ""


@dataclass
class History:
    runs: list[Run] = field(default_factory=list)
    pauses: list[Pause] = field(default_factory=list)
    moves: list[Move] = field(default_factory=list)
    earlier: dict[str, str] = field(default_factory=dict)
    """A guest that came from another pool -> its reference there."""
    _runs_now: dict[str, list[Run]] = field(default_factory=dict, repr=False)
    _pauses_now: dict[str, list[Pause]] = field(default_factory=dict, repr=False)

    def begins(self, guest: str, host: str, at: float | None = None) -> None:
        """The guest's domain exists on a host from now on (or from `at`)."""
        run = Run(guest, host, now() if at is None else at)
        self.runs.append(run)
        self._runs_now.setdefault(guest, []).append(run)

    def ends(self, guest: str, why: str) -> None:
        """The guest's domain is gone; whatever paused it, too."""
        self._end(guest, why)
        self.resumes(guest)

    def moves_over(self, guest: str, target: str) -> None:
        """The guest goes on executing on another host, without a gap and never on both."""
        self._end(guest, "moved")
        self.begins(guest, target)

    def _end(self, guest: str, why: str) -> None:
        for run in self._runs_now.pop(guest, []):
            run.end, run.why = now(), why

    def pauses_now(self, guest: str, why: str) -> None:
        pause = Pause(guest, now(), why=why)
        self.pauses.append(pause)
        self._pauses_now.setdefault(guest, []).append(pause)

    def resumes(self, guest: str) -> None:
        for pause in self._pauses_now.pop(guest, []):
            pause.end = now()

    def sets_out(self, guest: str, source: str, target: str) -> Move:
        move = Move(guest, source, target, now())
        self.moves.append(move)
        return move

    def where(self, guest: str) -> list[str]:
        """The hosts on which the guest's domain is now: one, or none when it is not running."""
        return [run.host for run in self._runs_now.get(guest, [])]

    def on(self, host: str) -> list[str]:
        """The guests whose domains are on a host now, whatever XAPI believes."""
        return [guest for guest, runs in self._runs_now.items() for run in runs if run.host == host]

    def of(self, guest: str) -> list[Run]:
        return [run for run in self.runs if run.guest == guest]

    def stopped(self, guest: str) -> bool:
        """Whether the guest ever ended other than by going on elsewhere."""
        return any(run.end is not None and run.why != "moved" for run in self.of(guest))

    def longest_pause_s(self, guest: str) -> float:
        """Seconds of the longest pause that is over; 0 when there was none."""
        lengths = (pause.end - pause.begin for pause in self.pauses if pause.guest == guest and pause.end is not None)
        return max(lengths, default=0.0)

    def twice(self) -> list[str]:
        """Guests that were on two hosts at once. There must never be one."""
        return [guest for guest in {run.guest for run in self.runs} if overlap(self.of(guest))]


def overlap(runs: Iterable[Run]) -> bool:
    """Whether two of these runs went on at the same time."""
    ordered = sorted(runs, key=lambda run: run.begin)
    return any(a.end is None or a.end > b.begin for a, b in pairwise(ordered))


def now() -> float:
    """Seconds on the running loop's clock; 0 before any loop runs."""
    try:
        return asyncio.get_running_loop().time()
    except RuntimeError:
        return 0.0
