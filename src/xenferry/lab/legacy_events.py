"""The old event interface: `event.register`, `event.next`, `event.unregister`.

There is one queue for all sessions. A change gets into it, and a number, if any session has registered for its class;
a session remembers up to which number it has read. The queue holds ten million characters of JSON, as XAPI's: a session
that has not read what was dropped gets EVENTS_LOST once. A deletion carries the last record.
"""

from __future__ import annotations

import asyncio
import json
from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from xenferry.lab.batching import pauses
from xenferry.lab.error import LabError
from xenferry.lab.events import Wish
from xenferry.lab.stamps import NOT_IN_EVENTS

if TYPE_CHECKING:
    from xenferry.lab.lab import Lab

BATCH_S = 0.2
"""XAPI waits this long before `event.next` looks for the first time."""

QUEUE_MAX_CHARACTERS = 10_000_000


@dataclass
class _Reader:
    """A session that has registered. `read` is the number of the first event it has not read."""

    read: int
    filters: set[str] = field(default_factory=set)
    waiting: list[object] = field(default_factory=list)

    @property
    def wish(self) -> Wish:
        return Wish.parse(sorted(self.filters))


@dataclass(frozen=True)
class _Entry:
    number: int
    size: int
    event: dict[str, Any]


class LegacyEvents:
    def __init__(self, lab: Lab) -> None:
        self._lab = lab
        self._readers: dict[str, _Reader] = {}
        self._queue: deque[_Entry] = deque()
        self._size = 0
        self._dropped = -1
        self._changed = asyncio.Event()
        self.count = 0
        """The number of the next event, what `event.get_current_id` answers."""
        lab.db.stamps.observers.append(self._observe)

    def register(self, session: str, filters: list[str]) -> None:
        """Adds classes or `class/ref`; unknown ones are accepted and never match."""
        self._reader(session).filters.update(_plain(filters))

    def unregister(self, session: str, filters: list[str]) -> None:
        """Removes these very filters: `*` only what was registered as `*`.

        The session stays registered, and `next` then waits for ever.
        """
        self._reader(session).filters.difference_update(_plain(filters))

    async def next(self, session: str) -> list[dict[str, Any]]:
        """Never empty. Of two calls that wait at the same time the later one gets everything.

        Simplification: in reality they share; recorded is that the earlier got the first change and the later the rest.

        Raises SESSION_NOT_REGISTERED [trackid=...], SESSION_INVALID [session], EVENTS_LOST [].
        """
        reader, mark = self._readers.get(session), object()
        if reader is None:
            raise LabError("SESSION_NOT_REGISTERED", f"trackid={self._track(session)}")
        reader.waiting.append(mark)
        try:
            while True:
                events = self._between(reader, await self._range(session, reader, mark))
                if events:
                    return events
        finally:
            reader.waiting.remove(mark)

    async def _range(self, session: str, reader: _Reader, mark: object) -> range:
        """The numbers that are new to this reader, at least one; they count as read from now on."""
        for pause in pauses(BATCH_S):
            await asyncio.sleep(pause)
            if session not in self._readers:
                break
            if reader.read < self.count and reader.waiting[-1] is mark:
                new = range(reader.read, self.count)
                reader.read = self.count
                return new
            await self._changed.wait()
        raise LabError("SESSION_INVALID", session)

    def _between(self, reader: _Reader, numbers: range) -> list[dict[str, Any]]:
        if self._dropped >= numbers.start:
            raise LabError("EVENTS_LOST")
        wish = reader.wish
        events = [entry.event for entry in self._queue if entry.number in numbers]
        return [event for event in events if wish.wants_object(event["class"], event["ref"])]

    def lose(self) -> None:
        """What is queued is thrown away; every session that is registered hears of it once, by EVENTS_LOST."""
        self._queue.clear()
        self._size, self._dropped = 0, self.count
        self.count += 1
        self._wake()

    def _reader(self, session: str) -> _Reader:
        return self._readers.setdefault(session, _Reader(self.count))

    def _track(self, session: str) -> str:
        """XAPI shows a hash of the session, never the session itself."""
        record = self._lab.db.get("session", session)
        return str(record["uuid"]).replace("-", "")

    def _observe(self, cls: str, ref: str, kind: str, record: dict[str, Any] | None) -> None:
        if cls == "session" and kind == "del" and self._readers.pop(ref, None) is not None:
            self._wake()
        if cls in NOT_IN_EVENTS or not self._readers:
            return
        if any(reader.wish.wants_object(cls, ref) for reader in self._readers.values()):
            self._add(self._event(cls, ref, kind, record))

    def _add(self, event: dict[str, Any]) -> None:
        size = len(json.dumps(event, separators=(",", ":"), ensure_ascii=False))
        self._queue.append(_Entry(self.count, size, event))
        self.count += 1
        self._size += size
        if self._size > QUEUE_MAX_CHARACTERS:
            self._drop()
        self._wake()

    def _drop(self) -> None:
        while self._size >= QUEUE_MAX_CHARACTERS:
            oldest = self._queue.popleft()
            self._size -= oldest.size
            self._dropped = oldest.number

    def _wake(self) -> None:
        self._changed.set()
        self._changed = asyncio.Event()

    def _event(self, cls: str, ref: str, kind: str, record: dict[str, Any] | None) -> dict[str, Any]:
        event = {"id": str(self.count), "timestamp": f"{int(self._lab.now())}.", "class": cls.lower()}
        return event | {"operation": kind, "ref": ref, "snapshot": dict(record or {})}


def _plain(filters: list[str]) -> set[str]:
    """The class of a filter in lower case, as XAPI compares it."""
    parts = [entry.partition("/") for entry in filters]
    return {cls.lower() + slash + ref for cls, slash, ref in parts}
