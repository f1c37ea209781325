"""Work that takes a while and is watched meanwhile: a look at a server, a rehearsal. It is lost when the server ends,
for it changes nothing; runs, which do, are in the journal."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator
from typing import TypeVar

KEPT = 50
"""So many pieces of work are kept to be read; the oldest goes first."""
MISTAKE = "xenferry made a mistake here; its terminal says which. Nothing was changed."

T = TypeVar("T", bound="Work")


class Work:
    """One piece of it, on a pool."""

    def __init__(self, desk: str) -> None:
        self.id = secrets.token_hex(6)
        self.desk = desk
        self.over = False
        self.trouble = ""
        """Why it could not be done; empty when it could, or goes on."""
        self.number = 1
        """Grows with everything that there is to see."""
        self._changed = asyncio.Event()

    async def do(self) -> None:
        """All of it. What it raises is a mistake of ours."""
        raise NotImplementedError

    async def whole(self) -> None:
        """Do it, and say when it is over, however it ended."""
        try:
            await self.do()
        except Exception:
            self.trouble = MISTAKE
            raise
        finally:
            self.over = True
            self.wake()

    def wake(self) -> None:
        """Something is new."""
        self.number += 1
        waiting, self._changed = self._changed, asyncio.Event()
        waiting.set()

    async def changes(self, every: float) -> AsyncIterator[int]:
        """The number, now and whenever it has grown, and at least so often (seconds); until it is over."""
        while not self.over:
            waiting = self._changed
            yield self.number
            try:
                async with asyncio.timeout(every):
                    await waiting.wait()
            except TimeoutError:
                continue
        yield self.number


class Bench:
    """All the work that is kept."""

    def __init__(self) -> None:
        self.turn = asyncio.Semaphore(1)
        """Of those that would take a whole processor one goes on at a time."""
        self._works: dict[str, Work] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    def begin(self, work: Work) -> None:
        """Do it from now on."""
        self._works[work.id] = work
        while len(self._works) > KEPT:
            del self._works[next(iter(self._works))]
        task = asyncio.create_task(work.whole())
        self._tasks.add(task)
        task.add_done_callback(self._ended)

    def find(self, name: str, kind: type[T]) -> T | None:
        """The work with this id."""
        found = self._works.get(name)
        return found if isinstance(found, kind) else None

    async def close(self) -> None:
        """End everything that goes on."""
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (mistake := task.exception()) is not None:
            told = {"message": "Work on the bench ended with a mistake", "exception": mistake}
            asyncio.get_running_loop().call_exception_handler(told)  # to the terminal, with its traceback
