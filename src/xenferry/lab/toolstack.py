"""Whether a host's toolstack answers: connections, crashes, restarts."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Coroutine
from typing import TYPE_CHECKING, Any

from xenferry.lab.faults import Dropped

if TYPE_CHECKING:
    from xenferry.lab.lab import Lab

STILL_ANSWERS_S = {True: 4.35, False: 2.0}
"""How long a toolstack that was told to restart still answers: the coordinator's, a member's (recorded)."""
SILENT_S = {True: 2.7, False: 2.5}
"""How long it then does not answer (recorded)."""


class Toolstacks:
    """`silent` are the hosts whose toolstack does not answer, `dead` those of them that are not there at all.

    A silent host still accepts connections, reads the request and closes (stunnel listens, recorded): a client cannot
    know what happened. To a dead one nothing can be sent; connections are refused (a simplification: a machine without
    power lets them time out). Connections register how they can be broken.
    `stopped` and `started` are called with a host after its toolstack has died and before it answers again: XAPI
    cleans up what it finds then.
    """

    def __init__(self, lab: Lab) -> None:
        self._lab = lab
        self.silent: set[str] = set()
        self.dead: set[str] = set()
        self._starting: dict[str, asyncio.Event] = {}
        self.stopped: list[Callable[[str], None]] = []
        self.started: list[Callable[[str], None]] = []
        self._breakers: dict[str, set[Callable[[], None]]] = {}
        self._calls: dict[str, set[asyncio.Task[Any]]] = {}

    def answers(self, host: str) -> bool:
        return host not in self.silent

    def connected(self, host: str, break_off: Callable[[], None]) -> Callable[[], None]:
        """Remembers a connection to a host; returns the function that forgets it again."""
        breakers = self._breakers.setdefault(host, set())
        breakers.add(break_off)
        return lambda: breakers.discard(break_off)

    def accept(self, host: str) -> None:
        """A toolstack that starts takes requests and lets them wait until `start`."""
        self._starting[host] = asyncio.Event()
        self.silent.discard(host)

    async def ready(self, host: str) -> None:
        """Returns when the toolstack has started."""
        if host in self._starting:
            await self._starting[host].wait()

    async def carry(self, host: str, work: Coroutine[Any, Any, Any]) -> Any:
        """Carries out a call on a host. It goes on when the caller gives up, and dies with the toolstack (Dropped)."""
        call = asyncio.get_running_loop().create_task(work)
        calls = self._calls.setdefault(host, set())
        calls.add(call)
        call.add_done_callback(calls.discard)
        call.add_done_callback(_take_note)
        try:
            return await asyncio.shield(call)
        except asyncio.CancelledError:
            if call.cancelled():
                raise Dropped("the toolstack stopped during the call") from None
            raise

    async def stop(self, host: str) -> None:
        """The toolstack dies: connections are reset, its calls, tasks and sessions are gone, nothing answers."""
        self.silent.add(host)
        for break_off in tuple(self._breakers.get(host, ())):
            break_off()
        await end(self._calls.pop(host, set()))
        everything = host == self._lab.coordinator
        await self._lab.tasks.drop(None if everything else host)
        self._lab.sessions.forget(host)
        for callback in self.stopped:
            callback(host)

    def start(self, host: str) -> None:
        """The toolstack is back, and goes on with what `accept` let wait.

        The coordinator's has forgotten what was running and counts every object as new.
        """
        for callback in self.started:
            callback(host)
        if host == self._lab.coordinator:
            self._lab.db.stamps.restart(self._lab.db.tables)
        else:
            self._lab.tasks.greet(host)
        self.silent.discard(host)
        self.dead.discard(host)
        waiting = self._starting.pop(host, None)
        if waiting is not None:
            waiting.set()

    def restart(self, host: str) -> None:
        """As `host.restart_agent` does: returns at once; the host answers a little longer, is silent, comes back."""
        self._lab.spawn(self._restart(host))

    async def _restart(self, host: str) -> None:
        coordinator = host == self._lab.coordinator
        await asyncio.sleep(STILL_ANSWERS_S[coordinator])
        await self.stop(host)
        await asyncio.sleep(SILENT_S[coordinator])
        self.start(host)


async def end(works: Collection[asyncio.Task[Any]]) -> None:
    """Cancels these and waits until they have ended; whoever asks is not cancelled itself."""
    others = [work for work in works if work is not asyncio.current_task()]
    for work in others:
        work.cancel()
    await asyncio.gather(*others, return_exceptions=True)


def _take_note(call: asyncio.Task[Any]) -> None:
    """An error that no caller waits for any more concerns nobody; asyncio would report it as forgotten."""
    if not call.cancelled():
        call.exception()
