"""A set of a snapshot's hosts in one integer, so that a question about a thousand hosts is one machine operation.

Bit *i* stands for `snapshot.hosts[i]`. Sets of different snapshots must not be mixed: the bit order is the snapshot's.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator


class HostSet(int):
    """Hosts by their position in `Snapshot.hosts`: `a | b`, `a & b`, `a - b`, `i in a`, iteration, `len`.

    It *is* an int, so inner loops may use plain integer operations on it and wrap the result once.
    """

    __slots__ = ()

    @classmethod
    def of(cls, positions: Iterable[int]) -> HostSet:
        """The set of these positions (0-based)."""
        bits = 0
        for position in positions:
            bits |= 1 << position
        return cls(bits)

    @classmethod
    def first(cls, count: int) -> HostSet:
        """The positions 0 to count - 1: with `count = len(hosts)`, every host."""
        return cls((1 << count) - 1)

    def __or__(self, other: int) -> HostSet:
        return HostSet(int(self) | other)

    def __and__(self, other: int) -> HostSet:
        return HostSet(int(self) & other)

    def __sub__(self, other: int) -> HostSet:
        return HostSet(int(self) & ~other)

    def __contains__(self, position: int) -> bool:
        return bool(self >> position & 1)

    def __iter__(self) -> Iterator[int]:
        rest = int(self)
        while rest:
            lowest = rest & -rest
            yield lowest.bit_length() - 1
            rest ^= lowest

    def __len__(self) -> int:
        return self.bit_count()

    def __repr__(self) -> str:
        return f"HostSet.of({list(self)})"
