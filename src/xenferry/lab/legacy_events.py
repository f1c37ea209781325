"""The old event interface: `event.register`, `event.next`, `event.unregister`.

Every change is queued for each session that registered for its class; `event.next` waits until something is queued,
then 0.2 s more. A deletion carries the last record. Simplification: the queue has no limit, so EVENTS_LOST comes only
when that was ordered.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from xenferry.lab.error import LabError
from xenferry.lab.events import Wish
from xenferry.lab.stamps import NOT_IN_EVENTS

if TYPE_CHECKING:
    from xenferry.lab.lab import Lab

BATCH_S = 0.2


@dataclass
class _Queue:
    filters: set[str] = field(default_factory=set)
    events: list[dict[str, Any]] = field(default_factory=list)
    filled: asyncio.Event = field(default_factory=asyncio.Event)
    calls: int = 0
    lost: bool = False

    @property
    def wish(self) -> Wish:
        return Wish.parse(sorted(self.filters))


class LegacyEvents:
    def __init__(self, lab: Lab) -> None:
        self._lab = lab
        self._queues: dict[str, _Queue] = {}
        self._count = 0
        lab.db.stamps.observers.append(self._observe)

    def register(self, session: str, filters: list[str]) -> None:
        """Adds classes or `class/ref`; unknown ones are accepted and never match."""
        self._queues.setdefault(session, _Queue()).filters.update(filters)

    def unregister(self, session: str, filters: list[str]) -> None:
        """Removes filters; `*` removes all. The session stays registered, and `next` then waits for ever."""
        queue = self._queues.setdefault(session, _Queue())
        queue.filters = set() if "*" in filters else queue.filters - set(filters)

    async def next(self, session: str) -> list[dict[str, Any]]:
        """Never empty. Of two calls that wait at the same time the later one is answered (recorded).

        Raises SESSION_NOT_REGISTERED [trackid=...], SESSION_INVALID [session], EVENTS_LOST [] once after `lose`.
        """
        queue = self._queues.get(session)
        if queue is None:
            raise LabError("SESSION_NOT_REGISTERED", f"trackid={self._track(session)}")
        queue.calls += 1
        number = queue.calls
        while not queue.events or number != queue.calls:
            if queue.lost:
                queue.lost = False
                raise LabError("EVENTS_LOST")
            await queue.filled.wait()
            await asyncio.sleep(BATCH_S)
            if session not in self._queues:
                raise LabError("SESSION_INVALID", session)
        events, queue.events = queue.events, []
        queue.filled.clear()
        return events

    def lose(self) -> None:
        """What is queued is thrown away; every session that is registered hears of it once, by EVENTS_LOST."""
        for queue in self._queues.values():
            queue.events, queue.lost = [], True
            queue.filled.set()

    def _track(self, session: str) -> str:
        """XAPI shows a hash of the session, never the session itself."""
        record = self._lab.db.get("session", session)
        return str(record["uuid"]).replace("-", "")

    def _observe(self, cls: str, ref: str, kind: str, record: dict[str, Any] | None) -> None:
        if cls == "session" and kind == "del":
            self._forget(ref)
        if cls in NOT_IN_EVENTS or not self._queues:
            return
        for queue in self._queues.values():
            if queue.wish.wants_object(cls, ref):
                queue.events.append(self._event(cls, ref, kind, record))
                queue.filled.set()

    def _forget(self, session: str) -> None:
        queue = self._queues.pop(session, None)
        if queue is not None:
            queue.filled.set()

    def _event(self, cls: str, ref: str, kind: str, record: dict[str, Any] | None) -> dict[str, Any]:
        event = {"id": str(self._count), "timestamp": f"{int(self._lab.now())}.", "class": cls.lower()}
        self._count += 1
        return event | {"operation": kind, "ref": ref, "snapshot": dict(record or {})}
