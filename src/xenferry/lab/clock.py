"""Time in the lab: an event loop whose clock jumps, and one whose clock runs faster.

Nothing in the lab reads the wall clock; everything waits with `asyncio.sleep` and asks `loop.time()`. So hours of
migrations take milliseconds in `virtual_run`, and a served lab may run sixty times as fast on a `ScaledLoop`.
"""

from __future__ import annotations

import asyncio
import selectors
import time
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime
from typing import Any, TypeVar

T = TypeVar("T")

SOCKET_GRACE_S = 0.001
THREAD_GRACE_S = 0.02


class Stalled(RuntimeError):
    """Everything waits for something that can never happen: no timer, no socket, no thread is left."""


def virtual_run(main: Coroutine[Any, Any, T], *, start: float = 0.0) -> T:
    """Runs `main` like `asyncio.run`, but the loop's clock jumps to the next deadline whenever nothing is ready.

    Real sockets and threads may be used: they are polled before each jump. Raises Stalled instead of hanging for ever.
    """
    with asyncio.Runner(loop_factory=lambda: VirtualLoop(start)) as runner:
        return runner.run(main)


class VirtualLoop(asyncio.SelectorEventLoop):
    """An event loop with a clock of its own, `start` seconds at first."""

    def __init__(self, start: float = 0.0) -> None:
        self._virtual_now = start
        self._threads_used = False
        self._jobs = 0
        self._polled = _PollingSelector(selectors.DefaultSelector(), self._pass_time)
        super().__init__(self._polled)
        self._clock_resolution = 1e-6

    def time(self) -> float:
        return self._virtual_now

    def run_in_executor(self, executor: Any, func: Any, *args: Any) -> asyncio.Future[Any]:  # type: ignore[override]
        """Time stands still while a thread works, for nobody can tell how long that is."""
        self._threads_used = True
        self._jobs += 1
        future = super().run_in_executor(executor, func, *args)
        future.add_done_callback(self._job_done)
        return future

    async def shutdown_default_executor(self, timeout: float | None = None) -> None:  # noqa: ASYNC109 (Python's own)
        """Without the limit that Python has from 3.12 on: on this clock its five minutes would be over at once."""
        self._jobs += 1
        try:
            await super().shutdown_default_executor()
        finally:
            self._jobs -= 1

    def _job_done(self, _future: asyncio.Future[Any]) -> None:
        self._jobs -= 1

    def _pass_time(self, timeout: float | None, poll: Callable[[float | None], list[Any]]) -> list[Any]:
        sockets = self._polled.watched > 1
        ready = poll(THREAD_GRACE_S if self._jobs else SOCKET_GRACE_S if sockets else 0)
        if ready or self._jobs:
            return ready
        if timeout is None:
            return self._wait_for_ever(sockets, poll)
        self._virtual_now += timeout
        return ready

    def _wait_for_ever(self, sockets: bool, poll: Callable[[float | None], list[Any]]) -> list[Any]:
        if sockets or self._threads_used:
            return poll(None)
        raise Stalled("every task waits for something that nothing can bring about any more")


class ScaledLoop(asyncio.SelectorEventLoop):
    """An event loop whose clock runs `speed` times as fast as the wall clock.

    A clock faster than the wall clock runs only while the loop waits, and no further than to the next deadline: what
    this program itself needs to answer (milliseconds) would else count as seconds of the lab, and a guest's pause be
    measured many times too long. So a busy lab runs slower than promised, but what it measures is right. At `speed` 1
    or less it is the wall clock, work included.

    Time limits that mean real seconds (TLS handshakes, keep-alive) must be multiplied by `speed` by whoever sets them;
    see `real_seconds`.
    """

    def __init__(self, speed: float) -> None:
        if speed <= 0:
            raise ValueError(f"the speed of a clock must be positive, not {speed}")
        self.speed = speed
        self._now = self._real_start = time.monotonic()
        super().__init__(_PollingSelector(selectors.DefaultSelector(), self._shorten))

    def time(self) -> float:
        if self.speed > 1:
            return self._now
        return self._real_start + (time.monotonic() - self._real_start) * self.speed

    def _shorten(self, timeout: float | None, poll: Callable[[float | None], list[Any]]) -> list[Any]:
        began = time.monotonic()
        ready = poll(None if timeout is None else timeout / self.speed)
        passed = (time.monotonic() - began) * self.speed
        self._now += passed if timeout is None else min(passed, timeout) if ready else timeout
        return ready


def real_seconds(seconds: float, loop: asyncio.AbstractEventLoop) -> float:
    """How long `seconds` of the wall clock are on the clock of this loop."""
    return seconds * getattr(loop, "speed", 1.0)


def xenapi_date(seconds: float) -> str:
    """Seconds since 1970 in XenAPI's form, `20260821T02:00:23Z`."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y%m%dT%H:%M:%SZ")


class _PollingSelector(selectors.BaseSelector):
    """A selector that leaves the waiting to the loop that owns it."""

    def __init__(
        self,
        real: selectors.BaseSelector,
        wait: Callable[[float | None, Callable[[float | None], list[Any]]], list[Any]],
    ) -> None:
        self._real = real
        self._wait = wait

    @property
    def watched(self) -> int:
        """How many files are watched, the loop's own wake-up pipe included."""
        return len(self._real.get_map())

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        if timeout is not None and timeout <= 0:
            return self._real.select(0)
        return self._wait(timeout, self._real.select)

    def register(self, fileobj: Any, events: int, data: Any = None) -> selectors.SelectorKey:
        return self._real.register(fileobj, events, data)

    def unregister(self, fileobj: Any) -> selectors.SelectorKey:
        return self._real.unregister(fileobj)

    def modify(self, fileobj: Any, events: int, data: Any = None) -> selectors.SelectorKey:
        return self._real.modify(fileobj, events, data)

    def close(self) -> None:
        self._real.close()

    def get_map(self) -> Any:
        return self._real.get_map()
