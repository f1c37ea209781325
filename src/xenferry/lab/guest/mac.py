"""MAC addresses of interfaces for which nobody chose one."""

from __future__ import annotations

import hashlib


def generated(seed: str, device: int) -> str:
    """The MAC address that XAPI makes of a guest's seed and the interface's number."""
    data = seed.encode()
    for _ in range(2 * device):
        data = _digest(data)
    first = _digest(data)
    second = _digest(first)
    return ":".join(f"{byte:02x}" for byte in (first[0] & 0xFE | 2, *first[1:4], *second[1:3]))


def _digest(data: bytes) -> bytes:
    return hashlib.md5(data, usedforsecurity=False).digest()
