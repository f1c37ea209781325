"""What the journal keeps, and what it says no with."""

from __future__ import annotations

from typing import Any

from msgspec import Struct


class Taken(RuntimeError):
    """Somebody else drives a run of this pool; the message says who and since when it was last heard of."""

    def __init__(self, run: str, owner: str, until: float, now: float) -> None:
        super().__init__(
            f"run {run} of this pool is being driven by {owner}, "
            f"which must be heard of again within {max(0.0, until - now):.0f} s; wait for it, or end that program"
        )
        self.run, self.owner, self.until = run, owner, until


class LeaseLost(RuntimeError):
    """Another program has taken this run over; this one must not touch the pool any more."""


class NoSuchRun(LookupError):
    """The journal has no run of this id, or several begin like it."""


class Run(Struct, frozen=True, kw_only=True):
    """A run as the journal knows it."""

    id: str
    pool: str
    pool_name: str
    wish: str
    owner: str
    state: str
    """new, running, abandoned (running, and its program has not been heard of for longer than its lease), done,
    incomplete (steps failed or wait for a person), cancelled."""
    created: float
    changed: float
    cancel: str
    """Empty, or how it shall stop: finish (let running steps end) or tasks (cancel them)."""


class StepState(Struct, frozen=True, kw_only=True):
    """A step as the journal knows it; steps without a row were never begun."""

    key: str
    state: str
    """started, waiting, done, failed, person."""
    task: str = ""
    """Reference of the XAPI task that does it, once known."""
    tries: int = 0
    outcome: str = ""
    """The outcome as JSON."""
    started: float | None = None
    changed: float = 0.0


class Entry(Struct, frozen=True, kw_only=True):
    """One line of a run's history: progress for people, audit for later."""

    run: str
    seq: int
    time: float
    kind: str
    text: dict[str, Any]


class Lease(Struct, frozen=True):
    """The right to drive this run."""

    pool: str
    run: str
    owner: str
