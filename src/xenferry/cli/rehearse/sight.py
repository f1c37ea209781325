"""What a run sees of its twin: asked for like a real pool, but of each class only when something in it has changed.

A run looks at the whole pool many times a minute. A real pool's answer takes its time anyway; a twin's would be most of
the work of a rehearsal. The twin tells which classes have changed since they were last read; these alone are read
again, and the pool's record and clock with every look, so that a pool that is silent is noticed as in reality.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from xenferry.pool.capture import clock, read_tables
from xenferry.pool.records import CLASSES, Record, Ref
from xenferry.pool.snapshot import Snapshot, decode_table

if TYPE_CHECKING:
    from xenferry.lab.lab import Lab
    from xenferry.xapi import Connection

YOUNG = 200_000
"""Objects made before rubbish is looked for; each look makes many that last, and Python would search them all."""
ALWAYS = ("pool",)
"""Read with every look: who the coordinator is decides whom to ask for the time."""


class Sight:
    """Looks at one twin through one connection."""

    def __init__(self, lab: Lab, pool: Connection) -> None:
        self._stamps = lab.db.stamps
        self._pool = pool
        self._pools: dict[str, Any] = {}
        self._tables: dict[str, tuple[int, Mapping[Ref, Record]]] = {}
        """Class -> up to which of the twin's changes its table is known, and the table."""

    async def look(self) -> Snapshot:
        """The pool as it is now. Several may look at a time.

        Raises:
            XapiError, Unreachable
        """
        await self._read(ALWAYS)
        await self._read(tuple(name for name in CLASSES if self._is_news(name)))
        taken_at = await clock(self._pool, {"pool": self._pools})
        tables = {name: table for name, (_, table) in self._tables.items()}
        return Snapshot(tables, taken_at=taken_at, not_read=frozenset(CLASSES) - tables.keys())

    def _is_news(self, name: str) -> bool:
        known = self._tables.get(name)
        return known is None or self._stamps.newest.get(name, self._stamps.generation) > known[0]

    async def _read(self, classes: tuple[str, ...]) -> None:
        until = self._stamps.generation
        found = await read_tables(self._pool, classes)
        self._pools = found.get("pool", self._pools)
        for name, rows in found.items():
            if name not in self._tables or self._tables[name][0] <= until:
                self._tables[name] = until, decode_table(name, rows)


@contextmanager
def seldom_tidied() -> Iterator[None]:
    """Inside the block Python looks for rubbish less often: half of the time of a rehearsal on a big pool."""
    before = gc.get_threshold()
    gc.set_threshold(YOUNG, 20, 100)
    try:
        yield
    finally:
        gc.set_threshold(*before)
