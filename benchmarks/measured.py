"""What a benchmark hands to whoever shows it: rows with our figure, another's, both measured in one run.

A benchmark is a module with `measure(quick) -> Iterator[Measured]`; `quick` asks for small sizes, for tests.
"""

from __future__ import annotations

from typing import Literal

from msgspec import Struct


class Goal(Struct, frozen=True):
    """What was promised: at most so much, of the other's figure or of ours itself."""

    at_most: float
    of: Literal["ratio", "ours"] = "ratio"


class Measured(Struct, frozen=True, kw_only=True):
    """One figure, and what it is compared with. Less is better, always."""

    what: str
    size: str
    ours: float
    unit: str
    against: str = ""
    """Whose figure `theirs` is."""
    theirs: float | None = None
    """None: nothing was measured beside it."""
    goal: Goal | None = None
    hosts: int = 0
    """Above 0: a point of the curve of this `what` over the size of the pool."""

    @property
    def ratio(self) -> float | None:
        """Ours as a share of theirs; None where it says nothing."""
        return self.ours / self.theirs if self.theirs else None

    @property
    def met(self) -> bool | None:
        """Is the goal reached? None: there is none, or nothing to compare with."""
        if self.goal is None:
            return None
        figure = self.ratio if self.goal.of == "ratio" else self.ours
        return None if figure is None else figure <= self.goal.at_most


SIZES = ((4, 250), (16, 1_000), (64, 4_000), (256, 16_000), (1_024, 50_000))
"""Hosts and guests of the pools over which growth is shown."""


def named(hosts: int, guests: int) -> str:
    """A pool's size in words."""
    return f"{hosts:,} hosts, {guests:,} guests"
