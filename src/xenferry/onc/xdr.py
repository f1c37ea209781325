"""XDR (RFC 4506): numbers of four and eight bytes, and bytes padded to a multiple of four."""

from __future__ import annotations

import struct
from collections.abc import Iterable


class Short(ValueError):
    """The answer ended before it was complete."""


def number(value: int) -> bytes:
    return struct.pack(">I", value)


def hyper(value: int) -> bytes:
    return struct.pack(">Q", value)


def opaque(data: bytes) -> bytes:
    """Bytes of any length, with their length before them."""
    return number(len(data)) + data + bytes(-len(data) % 4)


def text(value: str) -> bytes:
    return opaque(value.encode())


def array(items: Iterable[bytes]) -> bytes:
    """Items that are XDR already, with their number before them."""
    listed = list(items)
    return number(len(listed)) + b"".join(listed)


class Reader:
    """Takes one value after the other from an answer. Raises Short at its end."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    def take(self, count: int) -> bytes:
        taken = self._data[self._at : self._at + count]
        if len(taken) < count:
            raise Short(f"{count} bytes were expected and {len(taken)} are left")
        self._at += count
        return taken

    def number(self) -> int:
        return int.from_bytes(self.take(4), "big")

    def hyper(self) -> int:
        return int.from_bytes(self.take(8), "big")

    def opaque(self) -> bytes:
        size = self.number()
        data = self.take(size)
        self.take(-size % 4)
        return data

    def text(self) -> str:
        return self.opaque().decode(errors="replace")
