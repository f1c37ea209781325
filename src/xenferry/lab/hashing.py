"""The order in which XAPI lists what it keeps in a hash table by reference.

It is no order anybody chose, but clients see it: which error of several `host.evacuate` raises, and which guest leaves
first. The function is OCaml's `Hashtbl.hash` (MurmurHash3 over the constructor's header and the text).
"""

from __future__ import annotations

from collections.abc import Iterable

WORD = 0xFFFFFFFF
HEADER = 1 << 10
"""A block of one field with tag 0: the constructor around a reference's text."""
BUCKETS = 16
"""Of a table that is made for ten entries; it doubles when it holds more than two per bucket."""
LONGEST = 255
PREFIX = "OpaqueRef:"


def in_table(refs: Iterable[str]) -> list[str]:
    """The references as iterating over the table gives them after they were put in one by one, in the given order."""
    found = list(dict.fromkeys(refs))
    buckets = BUCKETS
    while len(found) > 2 * buckets:
        buckets *= 2
    newest_first = reversed(found)
    return sorted(newest_first, key=lambda ref: hash_of(ref) % buckets)


def hash_of(ref: str) -> int:
    """OCaml's hash of a reference to an object."""
    text = ref.removeprefix(PREFIX).encode()
    state = _mix(0, HEADER)
    for start in range(0, min(len(text), LONGEST), 4):
        state = _mix(state, int.from_bytes(text[start : start + 4], "little"))
    return _finish(state ^ len(text)) & 0x3FFFFFFF


def _mix(state: int, data: int) -> int:
    data = data * 0xCC9E2D51 & WORD
    data = _rotated(data, 15) * 0x1B873593 & WORD
    return (_rotated(state ^ data, 13) * 5 + 0xE6546B64) & WORD


def _rotated(word: int, by: int) -> int:
    return (word << by | word >> (32 - by)) & WORD


def _finish(state: int) -> int:
    for shift, factor in ((16, 0x85EBCA6B), (13, 0xC2B2AE35)):
        state = (state ^ state >> shift) * factor & WORD
    return state ^ state >> 16
