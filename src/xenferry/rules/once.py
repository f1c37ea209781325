"""Compute something of a snapshot once, and keep it as long as the snapshot lives."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar

from xenferry.pool.records import CLASSES, Host
from xenferry.pool.snapshot import Snapshot

T = TypeVar("T")

EVERYTHING = frozenset(CLASSES)


class Fact(Generic[T]):
    """A function of a snapshot that remembers its answers.

    `reads` names the classes that the answer follows from: a later snapshot in which none of them has changed takes
    the answer over (`Snapshot.with_tables`). Observations never change between such snapshots.
    """

    def __init__(self, compute: Callable[[Snapshot], T], reads: frozenset[str] = EVERYTHING) -> None:
        self.compute = compute
        self.reads = reads
        self.__doc__ = compute.__doc__
        self.__name__ = compute.__name__

    def __call__(self, s: Snapshot) -> T:
        if self not in s.facts:
            s.facts[self] = self.compute(s)
        found: T = s.facts[self]
        return found

    def tell(self, s: Snapshot, answer: T) -> None:
        """Say what the answer for this snapshot is, where it was found in a cheaper way."""
        s.facts[self] = answer


def once(compute: Callable[[Snapshot], T]) -> Fact[T]:
    """Remember the answer per snapshot; it may follow from anything."""
    return Fact(compute)


def once_of(*reads: str) -> Callable[[Callable[[Snapshot], T]], Fact[T]]:
    """The same of an answer that follows from these classes alone."""
    unknown = frozenset(reads) - EVERYTHING
    if unknown:
        raise ValueError(f"no classes of a snapshot: {', '.join(sorted(unknown))}")
    return lambda compute: Fact(compute, frozenset(reads))


def hosts_that(hold: Callable[[Host], bool]) -> Fact[int]:
    """The hosts of which this is true, as a mask; asked of each again only when hosts have changed."""
    return Fact(lambda s: sum(1 << at for at, host in enumerate(s.hosts) if hold(host)), frozenset({"host"}))
