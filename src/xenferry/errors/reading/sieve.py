"""The few lines of a long log that may hold an error, picked out of the bytes before anything is decoded or read.

A log of 100 MB repeats the same errors thousands of times. Lines are looked at only where one of a few words stands
(found by plain byte search). Of lines that differ only in time, references and process numbers a few are kept, so that
several guests with the same trouble are named, but not thousands.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache

from xenferry.errors import catalogue

SIGNS = (
    b"Server_error(",
    b"opterr=",
    b"Raising exception",
    b": EXCEPTION <",
    b" - ERROR - ",
    b"Error code:",
    b"ErrorDescription",
    b"XenAPI.Failure",
    b"XapiError",
    b"error_info",
    b"nternal error",
    b"nternal_error",
    b"enopsd_error",
    b"Cannot_free_this_much_memory",
    b"OpaqueRef:NULL)",
    b"Failed to scan SR",
    b"Db_exn.",
    b"errorInfo",
    b"mount.nfs",
    b"mount error",
    b"iscsiadm: ",
    b"ECONNREFUSED",
    b"EHOSTUNREACH",
    b"unhealthy VDI chain",
    b"destroyed before completion",
)
"""Byte strings of which every form of an error that hosts and Xen Orchestra log holds one, apart from bare codes."""

_PART = re.compile(rb"_[A-Z]{3,40}[A-Z0-9_]{0,100}")
"""The end of a word that may be a code. It begins with an underscore because those are rare in logs: looking for them
is as fast as reading the file."""
_WORD_START = re.compile(rb"[A-Z0-9_]{0,100}\Z")
_LONGEST = 100
_HEAD = re.compile(rb"(?:[A-Z][a-z]{2} +\d+ [\d:.]+|\[?\d{4}-?\d\d-?\d\d[T ][\d:.]+Z?[^ ]*)")
_HANDLE = re.compile(rb"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_VARYING = re.compile(rb"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|[RD]:[0-9a-f]{8,}|\d{5,}|\|\d+\b")
_AROUND = 40
"""Lines before and after a sign that are kept where the text is not a log of one entry per line."""
_CHUNK = 1 << 20
_KEPT = 4_000
"""Different shapes of lines that are kept; beyond it nothing new is learned."""
_ALIKE = 16
"""Lines of one shape that are kept."""


def pick(data: bytes) -> str:
    """The parts of a long text that may hold an error, as text, in their order."""
    return pick_stream([data])


def pick_stream(chunks: Iterable[bytes]) -> str:
    """The same for a text that comes in pieces and need not fit into memory."""
    seen: dict[bytes, set[bytes]] = {}
    kept: list[bytes] = []
    for block in _blocks(chunks):
        if len(seen) >= _KEPT:
            break
        kept.extend(_pick_block(block, seen))
    return b"\n".join(kept).decode("utf-8", "replace")


def _blocks(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Pieces of about a mebibyte that end at the end of a line; a line without end is cut."""
    rest = b""
    for chunk in chunks:
        for at in range(0, len(chunk), _CHUNK):
            rest += chunk[at : at + _CHUNK]
            cut = rest.rfind(b"\n") + 1
            if cut or len(rest) > 4 * _CHUNK:
                cut = cut or len(rest)
                yield rest[:cut]
                rest = rest[cut:]
    yield rest


def _pick_block(block: bytes, seen: dict[bytes, set[bytes]]) -> Iterator[bytes]:
    until = 0
    for hit in sorted(set(_hits(block))):
        if hit < until:
            continue
        start, end = block.rfind(b"\n", 0, hit) + 1, _line_end(block, hit)
        if not _HEAD.match(block, start):
            start, end = _around(block, start, end, until)
        until = end
        if _is_new(block[start:end], seen):
            yield block[start:end]


def _is_new(piece: bytes, seen: dict[bytes, set[bytes]]) -> bool:
    """Whether this says something that too many others have not said already."""
    text = _HEAD.sub(b"", piece, count=1)
    alike = seen.setdefault(_VARYING.sub(b"#", text), set())
    mark = b"".join(_HANDLE.findall(text))
    if mark in alike or len(alike) >= _ALIKE:
        return False
    alike.add(mark)
    return True


def _hits(block: bytes) -> Iterator[int]:
    for sign in SIGNS:
        at = block.find(sign)
        while at >= 0:
            yield at
            at = block.find(sign, _line_end(block, at))
    known = _known()
    for part in _PART.finditer(block):
        before = _WORD_START.search(block, max(0, part.start() - _LONGEST), part.start())
        if before is not None and before[0] + part[0] in known:
            yield before.start()


@cache
def _known() -> frozenset[bytes]:
    return frozenset(code.encode() for code in catalogue.codes())


def _line_end(block: bytes, at: int) -> int:
    end = block.find(b"\n", at)
    return end if end >= 0 else len(block)


def _around(block: bytes, start: int, end: int, until: int) -> tuple[int, int]:
    for _ in range(_AROUND):
        if start <= until:
            break
        start = block.rfind(b"\n", 0, start - 1) + 1
    for _ in range(_AROUND):
        end = _line_end(block, min(end + 1, len(block)))
    return max(start, until), end
