"""Reading any paste: from text to the errors that stand in it, in the order in which they stand there.

Each form of text has a file in `forms/`. What one form has read is left out for the later ones; the same error read
twice (a client repeats it in its message) is one reading.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable

from msgspec.structs import replace

from xenferry.errors.reading.assemble import assemble, unpack
from xenferry.errors.reading.carried import carry
from xenferry.errors.reading.clean import plain
from xenferry.errors.reading.command_line import asked
from xenferry.errors.reading.forms import bare, forms
from xenferry.errors.reading.log_line import commands, placed
from xenferry.errors.reading.merge import merge
from xenferry.errors.reading.raw import Raw, is_known
from xenferry.errors.reading.unwrap import Unwrapped, blanks, wraps
from xenferry.errors.reading.value import LogLine, Reading, Thing

__all__ = ["LogLine", "Reading", "Thing", "read"]


def read(text: str) -> tuple[Reading, ...]:
    """Every error in a text. Never fails; a text without any gives an empty tuple. Time grows linearly with the text.

    For very long texts use `sieve.pick`, which leaves out what cannot hold an error before this is asked.
    """
    cleaned = plain(text)
    found = _read(cleaned)
    if ends := wraps(text) or blanks(cleaned):
        whole = Unwrapped(cleaned, ends)
        again = _read(whole.text)
        if again and {one.code for one in again} >= {one.code for one in found if is_known(one.code)}:
            found = tuple(replace(one, start=whole.original(one.start), end=whole.original(one.end)) for one in again)
    line_starts = [0, *(at + 1 for at, character in enumerate(text) if character == "\n")]
    return tuple(replace(one, line=bisect_right(line_starts, one.start)) for one in found)


def _read(text: str) -> tuple[Reading, ...]:
    found = sorted(_free(text), key=lambda raw: raw.start)
    given = commands(text)
    readings = (asked(placed(assemble(raw), text, given), text) for raw in found)
    return carry(merge(inner for reading in readings for inner in unpack(reading)))


def _free(text: str) -> Iterable[Raw]:
    """The finds of all forms, each character used once, but several errors of one JSON document share its place."""
    taken = bytearray(len(text))
    for find in (bare.find,) if bare.is_alone(text) else forms():
        found = [raw for raw in find(text) if taken.find(1, raw.start, raw.end) < 0 or _around(raw, taken)]
        for raw in found:
            taken[raw.start : raw.end] = b"\x01" * (raw.end - raw.start)
        yield from found


def _around(raw: Raw, taken: bytearray) -> bool:
    """A storage driver's error whose detail holds another error that was found already: `[opterr=['CODE', ...]]`."""
    free_ends = not taken[raw.start] and not taken[raw.end - 1]
    return raw.form == "call" and free_ends and any("[opterr=[" in each for each in raw.params)
