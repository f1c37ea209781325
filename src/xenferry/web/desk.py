"""One pool as the pages see it: followed for ever where it is live, looked at once where it is a capture."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import AbstractAsyncContextManager
from typing import Protocol

from msgspec import Struct

from xenferry.plan import picture
from xenferry.plan.picture import Guest, News, Picture
from xenferry.pool.records import Ref
from xenferry.pool.snapshot import Snapshot
from xenferry.rules.matrix import Matrix, matrix
from xenferry.runs.follow import View, follow
from xenferry.runs.hearing import Knock
from xenferry.web import board
from xenferry.web.control import ControlDomains
from xenferry.xapi import Connection, Unreachable, Untrusted, XapiError

KEPT = 500
"""So many of the latest news are kept for those who come back."""
MISTAKE = (
    "xenferry made a mistake and no longer follows this pool: what stands here is old. Start `xenferry serve` again; "
    "runs can be resumed."
)
AGAIN_S = 15.0
"""After so many seconds a pool that could not be logged in to is tried again."""

Connect = Callable[[], AbstractAsyncContextManager[Connection]]


class Told(Struct, frozen=True):
    """News with its number; numbers only ever grow while the server lives."""

    number: int
    time: float
    news: News


class Clock(Protocol):
    """Seconds since the epoch."""

    def __call__(self) -> float: ...


class Desk:
    """What is known of one pool. `connect` is None where there is nothing to connect to: a capture.

    `knock` asks addresses of its guests; None where they cannot be asked from here, as those of an embedded pool.
    `control` are its control domains; None where ssh reaches none.
    `file` is where a capture lies, as `--capture` takes it.
    """

    def __init__(
        self,
        name: str,
        clock: Clock,
        *,
        connect: Connect | None = None,
        still: Snapshot | None = None,
        knock: Knock | None = None,
        control: ControlDomains | None = None,
        file: str = "",
    ):
        self.name, self.file, self.control = name, file, control
        self.connect = connect
        self.knock = knock
        self.trouble = ""
        """Why nothing, or nothing new, is known; empty when all is well."""
        self.view: View | None = None
        self.following: tuple[board.Next, ...] = ()
        """What to do next in this pool."""
        self.told: deque[Told] = deque(maxlen=KEPT)
        self.drawn: dict[Ref, int] = {}
        """Host -> the number of the latest news when its picture last changed."""
        self.begun: tuple[float, int] | None = None
        """When the pool was first seen, and its score then."""
        self._clock = clock
        self._number = 0
        self._changed = asyncio.Event()
        if still is not None:
            judged = matrix(still)
            self._show(View(judged, picture.draw(still, judged)), ())

    @property
    def picture(self) -> Picture | None:
        return self.view.picture if self.view else None

    @property
    def matrix(self) -> Matrix | None:
        return self.view.matrix if self.view else None

    @property
    def snapshot(self) -> Snapshot | None:
        return self.view.matrix.snapshot if self.view else None

    @property
    def number(self) -> int:
        """Of the latest news."""
        return self._number

    async def keep(self) -> None:
        """Follow the pool for ever; a mistake of ours is told, too, before it is raised."""
        try:
            await self._keep()
        except Exception as mistake:
            self._say(MISTAKE)
            told = {"message": f"Pool {self.name} is no longer followed", "exception": mistake}
            asyncio.get_running_loop().call_exception_handler(told)  # to the terminal, with its traceback
            raise

    async def _keep(self) -> None:
        """What waiting does not cure is told and tried again later."""
        while self.connect is not None:
            try:
                async with self.connect() as connection:
                    self._say("")
                    await follow(connection, self._show)
            except* (Unreachable, Untrusted, XapiError) as several:
                self._say(str(several.exceptions[0]))
            await asyncio.sleep(AGAIN_S)

    def _say(self, trouble: str) -> None:
        if trouble != self.trouble:
            self.trouble = trouble
            self._add([News("connection", trouble or "The pool answers.", after="lost" if trouble else "back")])
            self._wake()

    def _show(self, view: View | None, news: Iterable[News]) -> None:
        first = self.view is None
        told = [each for each in news if not first]  # what is there when we come is no news
        for each in told:
            if each.kind == "connection":
                self.trouble = each.text if each.after == "lost" else ""
        self._add(told)
        if view is not None:
            self.begun = self.begun or (self._clock(), view.picture.readiness.score)
            if self.picture is None or self.picture.findings is not view.picture.findings:
                self.following = board.following(view.picture)
            self._note_hosts(self.picture, view.picture)
            self.view = view
        self._wake()

    def _add(self, news: Iterable[News]) -> None:
        for each in news:
            self._number += 1
            self.told.append(Told(self._number, self._clock(), each))

    def _note_hosts(self, before: Picture | None, after: Picture) -> None:
        """Which hosts look different now."""
        guests = _guests(before) if before else {}
        self._number += 1
        now = _guests(after)
        earlier = {ref: (place, guests[ref]) for ref, place in before.hosts.items()} if before else {}
        for ref, place in after.hosts.items():
            if earlier.get(ref) != (place, now[ref]):
                self.drawn[ref] = self._number

    def _wake(self) -> None:
        waiting, self._changed = self._changed, asyncio.Event()
        waiting.set()

    async def changes(self, every: float) -> AsyncIterator[int]:
        """The latest number, now and whenever it has grown, and at least so often (seconds)."""
        while True:
            waiting = self._changed
            yield self._number
            try:
                async with asyncio.timeout(every):
                    await waiting.wait()
            except TimeoutError:
                continue


def _guests(drawn: Picture) -> dict[Ref, list[Guest]]:
    """Host -> what is seen of the guests on it."""
    found: dict[Ref, list[Guest]] = {ref: [] for ref in drawn.hosts}
    for guest in drawn.guests.values():
        if guest.host in found:
            found[guest.host].append(guest)
    return found
