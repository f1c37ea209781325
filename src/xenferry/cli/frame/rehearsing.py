"""Whether the command that runs now is only rehearsed: then its plan goes to the rehearsal, and no pool is reached."""

from __future__ import annotations

from collections.abc import Callable, Iterator
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

_REHEARSED: ContextVar[Rehearse | None] = ContextVar("_REHEARSED", default=None)


@contextmanager
def rehearsing(rehearse: Rehearse) -> Iterator[None]:
    """Inside the block every wish of a command goes to `rehearse` instead of a pool."""
    token = _REHEARSED.set(rehearse)
    try:
        yield
    finally:
        _REHEARSED.reset(token)


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
