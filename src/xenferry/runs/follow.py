"""Following a pool: its matrix and its picture, drawn anew as it changes, for whoever shows them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from contextlib import aclosing, suppress

from msgspec import Struct

from xenferry.plan import picture
from xenferry.plan.picture import News, Picture
from xenferry.pool import live
from xenferry.pool.live import Change
from xenferry.rules.live import LiveMatrix
from xenferry.rules.matrix import Matrix
from xenferry.xapi import Connection, Unreachable

REST = 4.0
"""After a judgement that took t seconds, the next one waits this many times t: a large pool in turmoil may not take a
whole processor. Moves, states and tasks are shown meanwhile."""
REST_MIN = 0.2
"""Seconds: what happens within them is shown together."""


class View(Struct, frozen=True):
    """The pool at one moment, judged."""

    matrix: Matrix
    picture: Picture


Show = Callable[[View | None, Iterable[News]], None]
"""Is given the newest view (None: it has not changed, the news are about the connection) and what is news in it."""


async def follow(connection: Connection, show: Show) -> None:
    """Show the pool and every change, for ever.

    Raises:
        XapiError, Untrusted: what waiting does not cure.
    """
    loop, reading, drawing = asyncio.get_running_loop(), _Reading(connection, show), _Drawing(show)
    due, judged = 0.0, True
    async with asyncio.TaskGroup() as group:
        group.create_task(reading.read())
        while True:
            for change in await reading.next(None if judged else due):
                drawing.follow(change)
            begun = loop.time()
            judged = begun >= due
            drawing.draw(judged)
            if judged:
                due = loop.time() + REST * (loop.time() - begun)
            await asyncio.sleep(REST_MIN)


class _Reading:
    """The changes as they come, and whether the pool answers."""

    def __init__(self, connection: Connection, show: Show) -> None:
        self._connection = connection
        self._show = show
        self._silent = False
        self._changes: asyncio.Queue[Change] = asyncio.Queue()

    async def read(self) -> None:
        """For ever."""
        async with aclosing(live.watch(self._connection, self._broken)) as changes:
            async for change in changes:
                if self._silent:
                    self._silent = False
                    self._tell("The pool answers again.", "back")
                self._changes.put_nowait(change)

    def _broken(self, error: Unreachable) -> None:
        if not self._silent:
            self._silent = True
            self._tell(f"No answer from the pool ({str(error).rstrip('.')}); trying again.", "lost")

    def _tell(self, text: str, after: str) -> None:
        self._show(None, [News("connection", text, after=after)])

    async def next(self, until: float | None) -> list[Change]:
        """What has come since: at least one change, or none when that moment (None: never) has come."""
        found: list[Change] = []
        with suppress(TimeoutError):
            async with asyncio.timeout_at(until):
                found.append(await self._changes.get())
        while not self._changes.empty():
            found.append(self._changes.get_nowait())
        return found


class _Drawing:
    """The picture shown last, and the matrix that follows the pool."""

    def __init__(self, show: Show) -> None:
        self._show = show
        self._matrix: LiveMatrix | None = None
        self._picture: Picture | None = None

    def follow(self, change: Change) -> None:
        if self._matrix is None or change.resync:
            self._matrix = LiveMatrix(change.snapshot)
        else:
            self._matrix.follow(change.snapshot, change.touched)

    def draw(self, judged: bool) -> None:
        """Draw, and tell what is news; what is found is only looked at anew if `judged`."""
        if self._matrix is None:
            return
        matrix = self._matrix.matrix
        drawn = picture.draw(self._matrix.snapshot, matrix, None if judged else self._picture)
        before, self._picture = self._picture, drawn
        told = picture.begin(drawn) if before is None else picture.news(before, drawn)
        self._show(View(matrix, drawn), list(told))
