"""Compute something of a snapshot once, and keep it as long as the snapshot lives."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TypeVar
from weakref import WeakKeyDictionary

from xenferry.pool.snapshot import Snapshot

T = TypeVar("T")


def once(compute: Callable[[Snapshot], T]) -> Callable[[Snapshot], T]:
    """Remember the answer per snapshot. The answer must not hold the snapshot, or neither is ever freed."""
    known: WeakKeyDictionary[Snapshot, T] = WeakKeyDictionary()

    @wraps(compute)
    def remembered(s: Snapshot) -> T:
        if s not in known:
            known[s] = compute(s)
        return known[s]

    return remembered
