"""What a cure is told, and what it is."""

from __future__ import annotations

from msgspec import Struct

from xenferry.probe.view import (
    ADMITS,
    ANSWERS,
    DAEMONS,
    LISTS,
    MAKES,
    MOUNTS,
    MOUNTS_BELOW,
    PACKETS,
    RESOLVES,
    ROOM,
    ROUTE,
    VERSION,
    WRITES,
)

ACCESS = frozenset({ADMITS, MOUNTS, MAKES, MOUNTS_BELOW, WRITES})
"""Steps that hang on how the directory is shared: one line cures them all, because it says everything at once."""
SERVICE = frozenset({ANSWERS, DAEMONS, LISTS})


class Need(Struct, frozen=True, kw_only=True):
    """What the pool wants of the server."""

    server: str
    path: str
    hosts: tuple[str, ...]
    """The addresses under which the server sees the pool's hosts, all of them: a host left out fails next."""
    version: str = "3"

    @property
    def major(self) -> str:
        """`3` or `4`."""
        return self.version[:1] or "3"

    @property
    def name(self) -> str:
        """The last part of the path, which many servers call the share."""
        return self.path.rstrip("/").rpartition("/")[2] or "SHARE"


class Cure(Struct, frozen=True, kw_only=True):
    """What to do on a server of one make."""

    make: str
    title: str
    lines: tuple[str, ...]


__all__ = ["ACCESS", "PACKETS", "RESOLVES", "ROOM", "ROUTE", "SERVICE", "VERSION", "Cure", "Need"]
