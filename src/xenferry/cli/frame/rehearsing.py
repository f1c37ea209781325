"""Whether the command that runs now is only rehearsed: then its plan goes to the rehearsal, and no pool is reached."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING

from xenferry.cli.frame.failure import Wrong

if TYPE_CHECKING:
    from xenferry.cli.frame.doing import How
    from xenferry.plan.steps import Plan
    from xenferry.pool.snapshot import Snapshot

Rehearse = Callable[["How", Callable[["Snapshot"], "Plan"]], int]
"""What carries a wish out on a twin; the exit status."""

Looks = Mapping[str, "Snapshot"]
"""A pool as its options name it (`Source.words`) -> what its twin looks like."""

_REHEARSED: ContextVar[Rehearse | None] = ContextVar("_REHEARSED", default=None)
_LOOKS: ContextVar[Looks] = ContextVar("_LOOKS")


@contextmanager
def rehearsing(rehearse: Rehearse, looks: Looks | None = None) -> Iterator[None]:
    """Inside the block every wish of a command goes to `rehearse`, and a look at one of these pools to its twin."""
    tokens = _REHEARSED.set(rehearse), _LOOKS.set(looks or {})
    try:
        yield
    finally:
        _REHEARSED.reset(tokens[0])
        _LOOKS.reset(tokens[1])


def look_of_twin(words: str) -> Snapshot | None:
    """What the twin of this pool looks like; None outside of a rehearsal, or if the pool has no twin."""
    return _LOOKS.get({}).get(words)


def rehearsed() -> Rehearse | None:
    """What carries the wish out in place of the pool; None outside of a rehearsal."""
    return _REHEARSED.get()


def refuse_if_rehearsed() -> None:
    """Called before any pool is reached.

    Raises:
        Wrong: the command is only rehearsed, and wants a pool all the same.
    """
    if rehearsed() is not None:
        raise Wrong("This would reach a pool, and a rehearsal reaches none: it cannot be rehearsed in this form.")
