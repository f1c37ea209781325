"""The pool live in the terminal: hosts, guests, tasks, findings and readiness, as they change."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import aclosing, contextmanager, suppress
from typing import TYPE_CHECKING

import click

from xenferry.cli.frame.paper import coloured, say, say_json_line
from xenferry.cli.frame.source import Source, act

if TYPE_CHECKING:
    from xenferry.plan.picture import News, Picture
    from xenferry.pool.live import Change
    from xenferry.xapi import Connection, Unreachable

    Show = Callable[[Picture | None, Iterable[News]], None]

REST = 4.0
"""After a judgement that took t seconds, the next one waits this many times t: a large pool in turmoil may not take a
whole processor. Moves, states and tasks are shown meanwhile."""
REST_MIN = 0.2
"""Seconds: what happens within them is shown together."""

_STYLE = {"blocks": "red", "risk": "yellow", "unknown": "cyan"}


@click.command()
@click.option("-p", "--pool", default="", metavar="NAME", help="A pool of the configuration (`xenferry pool`).")
@click.option("--json", "as_json", is_flag=True, help="One JSON object for each change (docs/json.md).")
def command(pool: str, as_json: bool) -> int:
    """Show the pool and what changes in it, until Ctrl-C.

    Hosts with their guests and free memory, running tasks, findings that appear and vanish, and whether every host
    could be emptied. Without a terminal there is one line for each change. When the connection breaks, what happened
    meanwhile is shown as soon as it is back.
    """
    with _output(as_json) as show:
        try:
            act(Source(pool=pool), lambda connection: follow(connection, show))
        except KeyboardInterrupt:
            return 0
    return 0


@contextmanager
def _output(as_json: bool) -> Iterator[Show]:
    if not as_json and coloured(sys.stdout):
        from xenferry.cli.frame.screen import screen

        with screen() as show:
            yield show
        return
    begun: list[float] = []

    def tell(picture: Picture | None, news: Iterable[News]) -> None:
        now = asyncio.get_running_loop().time()
        begun[:] = begun or [now]
        for each in news:
            (_say_json if as_json else _say_line)(now - begun[0], each)
        sys.stdout.flush()

    yield tell


def _say_line(seconds: float, each: News) -> None:
    mark = f"{each.severity} {each.code}: " if each.kind == "finding" else ""
    style = _STYLE.get(each.severity, "") if each.kind == "finding" else ""
    say(f"{seconds:7.1f} s  {mark}{each.text}", style=style, wrap=False)


def _say_json(seconds: float, each: News) -> None:
    import msgspec

    say_json_line({"seconds": round(seconds, 3), **msgspec.to_builtins(each)})


async def follow(connection: Connection, show: Show) -> None:
    """Show the pool and every change, for ever."""
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
        from xenferry.pool import live

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
        from xenferry.plan.picture import News

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
        from xenferry.rules.live import LiveMatrix

        self._show = show
        self._new = LiveMatrix
        self._matrix: LiveMatrix | None = None
        self._picture: Picture | None = None

    def follow(self, change: Change) -> None:
        if self._matrix is None or change.resync:
            self._matrix = self._new(change.snapshot)
        else:
            self._matrix.follow(change.snapshot, change.touched)

    def draw(self, judged: bool) -> None:
        """Draw, and tell what is news; what is found is only looked at anew if `judged`."""
        from xenferry.plan import picture

        if self._matrix is None:
            return
        drawn = picture.draw(self._matrix.snapshot, self._matrix.matrix, None if judged else self._picture)
        before, self._picture = self._picture, drawn
        self._show(drawn, list(picture.begin(drawn) if before is None else picture.news(before, drawn)))
