"""A program that may be killed at any commit of its journal, and the eyes by which it sees the lab."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from sqlalchemy import Connection as Database

from xenferry.lab.lab import Lab
from xenferry.pool.snapshot import Snapshot
from xenferry.runs.journal import Entry, Journal
from xenferry.xapi import Connection, connect


class Killed(BaseException):
    """The program is no more: nothing that it does from now on reaches the disk."""


class MortalJournal(Journal):
    """A journal whose program is killed before or after the n-th event from now is written."""

    def __init__(self) -> None:
        super().__init__("sqlite://", clock=lambda: asyncio.get_running_loop().time())
        self.left, self.early = -1, False

    def doom(self, left: int, *, before: bool) -> None:
        """After so many events. Negative: never."""
        self.left, self.early = left, before

    def _append(self, connection: Database, run: str, kind: str, text: Any) -> Entry:
        if self.left == 0:
            raise Killed
        if self.left > 0:
            self.left -= 1
        if self.left == 0 and self.early:
            raise Killed
        return super()._append(connection, run, kind, text)

    def _hold(self, connection: Database, lease: Any) -> None:
        if self.left == 0:
            raise Killed
        super()._hold(connection, lease)

    def release(self, lease: Any) -> None:
        if self.left != 0:
            super().release(lease)


@asynccontextmanager
async def connected(lab: Lab) -> AsyncIterator[Connection]:
    at = lab.address(lab.coordinator)
    async with connect(at, "root", "lab", pin=None, dial=lab.dial) as connection:
        yield connection


class Glance:
    """As `read_pool`, but for the tables, which come from the lab's memory: a real call asks whether it answers."""

    def __init__(self, lab: Lab) -> None:
        self._lab = lab
        self._seen: tuple[int, Snapshot] | None = None

    async def __call__(self, connection: Connection) -> Snapshot:
        await connection.typed(str, "host.get_servertime", self._lab.coordinator)
        stamp = self._lab.db.stamps.generation
        if self._seen is None or self._seen[0] != stamp:
            self._seen = stamp, Snapshot.from_tables(self._lab.db.tables, taken_at=self._lab.now())
        return self._seen[1]
