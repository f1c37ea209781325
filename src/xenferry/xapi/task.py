"""Work that XAPI does in the background, as something to wait for.

A task's status is the only sign of its end: progress jumps back and may read 1.0 long before (xenopsd counts each phase
anew), and the record disappears when a toolstack restarts.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Protocol, TypeVar
from xml.parsers import expat

from msgspec import Struct

from xenferry.xapi.error import TaskCancelled, TaskVanished, Unreachable, XapiError

T = TypeVar("T")

FIRST_PAUSE_SECONDS = 0.2
LONGEST_PAUSE_SECONDS = 2.0
NEARLY = 0.85
"""Progress from which on the end, or the next phase, is near: who waits for it is told sooner."""
NEAR_PAUSE_SECONDS = 0.5
PATIENCE_SECONDS = 120.0
"""How long a coordinator that does not answer is asked again before the waiter is told."""


class Caller(Protocol):
    """The calls a task needs."""

    async def typed(self, kind: type[T], method: str, *params: object) -> T:
        """See Connection."""


class TaskRecord(Struct, frozen=True):
    """What of a task's record matters to who waits for it."""

    status: str = "pending"
    progress: float = 0.0
    result: str = ""
    error_info: tuple[str, ...] = ()


class Task:
    """A task of XAPI."""

    def __init__(self, pool: Caller, ref: str, blot: Callable[[str], str]) -> None:
        """`blot` takes secrets out of a text of the host's."""
        self._pool = pool
        self._ref = ref
        self._blot = blot

    def __repr__(self) -> str:
        return f"<task {self._ref}>"

    @property
    def ref(self) -> str:
        """The task's reference."""
        return self._ref

    async def record(self) -> TaskRecord:
        """The task as it is now.

        Raises:
            TaskVanished: XAPI does not know it (any more).
        """
        try:
            return await self._pool.typed(TaskRecord, "task.get_record", self._ref)
        except XapiError as error:
            if error.code == "HANDLE_INVALID":
                raise TaskVanished(f"XAPI no longer knows task {self._ref}; a toolstack restarted meanwhile") from None
            raise

    async def wait(self, progress: Callable[[float], None] | None = None) -> str:
        """Wait for the end; the result as text (a reference, or empty), and the record removed.

        Args:
            progress: told XAPI's own figure (0 to 1) whenever it changes.

        Raises:
            XapiError: the work failed.
            TaskCancelled, TaskVanished
            Unreachable: the coordinator has been silent for two minutes.
        """
        pause, shown, growth = FIRST_PAUSE_SECONDS, -1.0, 1.3
        while True:
            record = await self._patiently()
            if progress is not None and record.progress != shown:
                shown = record.progress
                progress(shown)
            if record.status not in ("pending", "cancelling"):
                await self._remove()
                return self._result(record)
            if record.progress >= NEARLY and growth > 1.1:
                pause, growth = min(pause, NEAR_PAUSE_SECONDS), 1.05
            await asyncio.sleep(pause)
            pause = min(growth * pause, LONGEST_PAUSE_SECONDS)

    async def cancel(self) -> None:
        """Ask XAPI to stop; it does so as long as the guest is not being switched over, and says nothing if not."""
        await self._pool.typed(object, "task.cancel", self._ref)

    async def _patiently(self) -> TaskRecord:
        """The record, asked for again while the coordinator is silent: the work goes on without us."""
        now = asyncio.get_running_loop().time
        until = now() + PATIENCE_SECONDS
        while True:
            try:
                return await self.record()
            except Unreachable:
                if now() > until:
                    raise
                await asyncio.sleep(LONGEST_PAUSE_SECONDS)

    def _result(self, record: TaskRecord) -> str:
        if record.status == "cancelled":
            raise TaskCancelled("the task was cancelled")
        if record.status != "success":
            nothing = ("INTERNAL_ERROR", f"the task ended as {record.status} without a reason")
            code, *params = record.error_info or nothing
            raise XapiError(code, tuple(map(self._blot, params)))
        return text_of(record.result)

    async def _remove(self) -> None:
        try:
            await self._pool.typed(object, "task.destroy", self._ref)
        except (XapiError, Unreachable):
            return  # XAPI collects finished tasks by itself after an hour


def text_of(result: str) -> str:
    """A result is an XML fragment, e.g. `<value>OpaqueRef:..</value>`; its text without the markup."""
    if not result.startswith("<"):
        return result
    pieces: list[str] = []
    parser = expat.ParserCreate()
    parser.CharacterDataHandler = pieces.append
    try:
        parser.Parse(f"<result>{result}</result>", True)
    except expat.ExpatError:
        return result
    return "".join(pieces)
