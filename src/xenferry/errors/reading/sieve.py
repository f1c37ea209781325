"""The few lines of a long log that may hold an error, picked out of the bytes before anything is decoded or read.

A log of 100 MB repeats the same errors thousands of times. Lines are looked at only where one of a few words stands
(found by plain byte search), and a line that differs from an earlier one only in its time, references and numbers of
processes is left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

SIGNS = (
    b"SR_BACKEND_FAILURE",
    b"Server_error(",
    b"opterr=",
    b"Raising exception",
    b"Error code:",
    b"ErrorDescription",
    b"XenAPI.Failure",
    b"XapiError",
    b'"error_info"',
    b"error_info",
    b"nternal error",
    b"nternal_error",
    b"enopsd_error",
    b"Cannot_free_this_much_memory",
    b"OpaqueRef:NULL)",
    b"Failed to scan SR",
)
"""Byte strings of which every form of an error holds one, apart from bare codes."""

_CODE = re.compile(
    rb"\b(?:VM|VDI|VIF|HOST|HOSTS|SR|PIF|HA|CANNOT|NO_HOSTS|OTHER|OPERATION|POOL|JOINING|TOO|MIRROR|NETWORK|VLAN)_[A-Z_]{4,}\b"
)
_HEAD = re.compile(rb"^(?:[A-Z][a-z]{2} +\d+ [\d:.]+|\[?\d{4}-?\d\d-?\d\d[T ][\d:.]+Z?[^ ]*)")
_VARYING = re.compile(rb"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|[RD]:[0-9a-f]{8,}|\d{5,}|\|\|\d+")
_AROUND = 40
"""Lines before and after a sign that are kept where the text is not a log of one entry per line."""
_CHUNK = 1 << 20
_KEPT = 4_000
"""Different lines of a log that are kept; beyond it nothing new is learned."""


def pick(data: bytes) -> str:
    """The parts of a long text that may hold an error, as text, in their order."""
    return pick_stream([data])


def pick_stream(chunks: Iterable[bytes]) -> str:
    """The same for a text that comes in pieces and need not fit into memory."""
    seen: set[bytes] = set()
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


def _pick_block(block: bytes, seen: set[bytes]) -> Iterator[bytes]:
    hits = sorted(set(_hits(block)))
    if not hits:
        return
    until = 0
    for hit in hits:
        if hit < until:
            continue
        start = block.rfind(b"\n", 0, hit) + 1
        end = _line_end(block, hit)
        if _HEAD.match(block, start):
            until = end
        else:
            start, end = _around(block, start, end, until)
            until = end
        piece = block[start:end]
        shape = _VARYING.sub(b"#", _HEAD.sub(b"", piece))
        if shape not in seen:
            seen.add(shape)
            yield piece


def _hits(block: bytes) -> Iterator[int]:
    for sign in SIGNS:
        at = block.find(sign)
        while at >= 0:
            yield at
            at = block.find(sign, _line_end(block, at))
    for code in _CODE.finditer(block):
        yield code.start()


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
