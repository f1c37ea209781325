"""Whether a host's toolstack answers: connections, crashes, restarts."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from xenferry.lab.lab import Lab

STILL_ANSWERS_S = {True: 4.5, False: 2.0}
"""How long a toolstack that was told to restart still answers: the coordinator's, a member's (recorded)."""
SILENT_S = {True: 3.0, False: 2.5}
"""How long it then does not answer (recorded)."""


class Toolstacks:
    """`silent` are the hosts whose toolstack does not answer. Connections register how they can be broken."""

    def __init__(self, lab: Lab) -> None:
        self._lab = lab
        self.silent: set[str] = set()
        self._breakers: dict[str, set[Callable[[], None]]] = {}
        self._restarts: set[asyncio.Task[None]] = set()

    def answers(self, host: str) -> bool:
        return host not in self.silent

    def connected(self, host: str, break_off: Callable[[], None]) -> Callable[[], None]:
        """Remembers a connection to a host; returns the function that forgets it again."""
        breakers = self._breakers.setdefault(host, set())
        breakers.add(break_off)
        return lambda: breakers.discard(break_off)

    async def stop(self, host: str) -> None:
        """The toolstack dies: connections are reset, its tasks and sessions are gone, nothing answers."""
        self.silent.add(host)
        for break_off in tuple(self._breakers.get(host, ())):
            break_off()
        everything = host == self._lab.coordinator
        await self._lab.tasks.drop(None if everything else host)
        self._lab.sessions.forget(host)

    def start(self, host: str) -> None:
        """The toolstack is back; the coordinator's has forgotten what was running and counts every object as new."""
        if host == self._lab.coordinator:
            self._lab.db.stamps.restart(self._lab.db.tables)
        self.silent.discard(host)

    def restart(self, host: str) -> None:
        """As `host.restart_agent` does: returns at once; the host answers a little longer, is silent, comes back."""
        work = asyncio.get_running_loop().create_task(self._restart(host))
        self._restarts.add(work)
        work.add_done_callback(self._restarts.discard)

    async def _restart(self, host: str) -> None:
        coordinator = host == self._lab.coordinator
        await asyncio.sleep(STILL_ANSWERS_S[coordinator])
        await self.stop(host)
        await asyncio.sleep(SILENT_S[coordinator])
        self.start(host)
