"""The demo's stage: a lab in a thread of its own, on a clock that runs fast, answering real HTTPS on loopback."""

from __future__ import annotations

import asyncio
import secrets
import threading
from collections.abc import Callable
from concurrent.futures import Future
from types import TracebackType
from typing import TypeVar

from xenferry.lab import scenario
from xenferry.lab.clock import ScaledLoop
from xenferry.lab.dom0.server import Dom0Address, serve_dom0
from xenferry.lab.lab import Lab
from xenferry.lab.server import Served, serve
from xenferry.probe.dom0 import Login

T = TypeVar("T")

SPEED = 300.0
"""Lab seconds in one second of the audience's: a reboot of five minutes takes a second."""
START_SECONDS = 30.0
ASK_SECONDS = 10.0


class Stage:
    """A served lab of a shipped scenario; `with Stage(name) as stage` starts and ends it.

    The thread's loop is the only one that touches the lab; `ask` hands it what an administrator would do at the NAS.
    """

    def __init__(self, name: str) -> None:
        self.lab = Lab.from_scenario(scenario.load(name), password=secrets.token_urlsafe(12))
        self._ready: Future[tuple[dict[str, Served], dict[str, Dom0Address]]] = Future()
        self._thread = threading.Thread(target=self._run, name="lab", daemon=True)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._end: asyncio.Event | None = None

    def __enter__(self) -> Stage:
        self._thread.start()
        self.served, self.dom0 = self._ready.result(START_SECONDS)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._loop is not None and self._end is not None:
            self._loop.call_soon_threadsafe(self._end.set)
        self._thread.join(START_SECONDS)

    @property
    def coordinator(self) -> Served:
        """Where the pool is reached."""
        return next(iter(self.served.values()))

    def login(self, address: str) -> Login:
        """How to log in to the dom0 of the host with this address, over real ssh."""
        host = next(ref for ref, served in self.served.items() if served.address == address)
        place = self.dom0[host]
        sessions = self.lab.sessions
        return Login(
            address=place.address,
            port=place.port,
            user=sessions.username,
            password=lambda: sessions.password,
            key=place.fingerprint,
        )

    def ask(self, question: Callable[[Lab], T]) -> T:
        """Ask or change the lab and its world, in its own thread; waits for the answer."""
        assert self._loop is not None

        async def answer() -> T:
            return question(self.lab)

        return asyncio.run_coroutine_threadsafe(answer(), self._loop).result(ASK_SECONDS)

    def _run(self) -> None:
        try:
            with asyncio.Runner(loop_factory=lambda: ScaledLoop(SPEED)) as runner:
                runner.run(self._serve())
        except BaseException as error:
            if not self._ready.done():
                self._ready.set_exception(error)
            raise

    async def _serve(self) -> None:
        self._loop, self._end = asyncio.get_running_loop(), asyncio.Event()
        async with serve(self.lab) as served, serve_dom0(self.lab) as dom0:
            self._ready.set_result((served, dom0))
            await self._end.wait()
