"""`event.from`: what has changed since a token, batched as XAPI batches it.

A token is two 20-digit numbers: the newest stamp of the database classes that were asked for, and that of messages; the
part of a kind that was not asked for is 0 (recorded from xapi 26.17). Class filters are never refused: nonsense waits.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from xenferry.lab.batching import pauses
from xenferry.lab.error import LabError
from xenferry.lab.stamps import NOT_IN_EVENTS

if TYPE_CHECKING:
    from xenferry.lab.lab import Lab

BATCH_S = 0.05
"""XAPI waits this long before it looks for the first time; not when only tasks are watched."""

ENDLESS_S = 24 * 3600.0
"""What XAPI makes of a negative time limit."""

_Change = tuple[int, str, int, int, str, int]
"""Rank of the kind, kind, number of the class, rank within it, reference, stamp: in the order of a batch."""

KIND_ORDER = {"add": 0, "mod": 1, "del": 2}
_TOKEN = re.compile(r"(-?\d+),(-?\d+)")


@dataclass(frozen=True)
class Wish:
    """The classes and objects a client asks for. `whole` are lower-case class names, "*" for all."""

    whole: frozenset[str]
    single: frozenset[tuple[str, str]]

    @classmethod
    def parse(cls, filters: list[str]) -> Wish:
        parts = [entry.split("/", 1) for entry in filters]
        whole = frozenset(part[0].lower() for part in parts if len(part) == 1)
        return cls(whole, frozenset((part[0].lower(), part[1]) for part in parts if len(part) == 2))

    def wants(self, cls: str) -> bool:
        """Whether some object of this (XenAPI) class may be asked for."""
        name = cls.lower()
        everything = "*" in self.whole or name in self.whole
        return cls not in NOT_IN_EVENTS and (everything or any(name == one for one, _ in self.single))

    def wants_object(self, cls: str, ref: str) -> bool:
        name = cls.lower()
        return "*" in self.whole or name in self.whole or (name, ref) in self.single

    @property
    def only_tasks(self) -> bool:
        return (self.whole | {cls for cls, _ in self.single}) <= {"task"}


class Events:
    def __init__(self, lab: Lab) -> None:
        self._lab = lab
        self._waiting: dict[asyncio.Event, Wish] = {}
        lab.db.stamps.observers.append(self._observe)
        lab.db.watch(self._wake)

    async def since(self, session: str, filters: list[str], token: str, limit_s: float) -> dict[str, Any]:
        """The answer of `event.from`. A negative limit waits for a day, as XAPI does.

        Raises EVENT_FROM_TOKEN_PARSE_FAILURE [token], SESSION_INVALID [session] when it is logged out meanwhile.
        """
        seen, wish = parse_token(token), Wish.parse(filters)
        loop = asyncio.get_running_loop()
        deadline = loop.time() + (limit_s if limit_s >= 0 else ENDLESS_S)
        for pause in pauses(0 if wish.only_tasks else BATCH_S):
            changed = asyncio.Event()
            self._waiting[changed] = wish
            try:
                await asyncio.sleep(pause)
                self._check(session)
                events = self._collect(wish, seen)
                if events or not await _wait(changed, deadline - loop.time()):
                    return self._answer(events, wish, seen)
            finally:
                del self._waiting[changed]
        raise AssertionError("pauses never end")

    def inject(self, cls: str, ref: str) -> str:
        """Makes a change of an object out of nothing; the token before it. Raises HANDLE_INVALID [class; ref]."""
        if cls not in self._lab.db.tables or not self._lab.db.exists(cls, ref):
            raise LabError("HANDLE_INVALID", cls, ref)
        before = self._lab.db.stamps.generation
        self._lab.db.stamps.changed(cls, ref, self._lab.db.tables[cls][ref])
        return f"{before:020d},{0:020d}"

    def _observe(self, cls: str, ref: str, kind: str, record: dict[str, Any] | None) -> None:
        """Sessions are never reported, but one that is gone ends its call."""
        if cls == "session" and kind == "del":
            for waiting in self._waiting:
                waiting.set()

    def _wake(self, cls: str) -> None:
        for waiting, wish in self._waiting.items():
            if wish.wants(cls):
                waiting.set()

    def _check(self, session: str) -> None:
        if not self._lab.db.exists("session", session):
            raise LabError("SESSION_INVALID", session)

    def _collect(self, wish: Wish, seen: tuple[int, int]) -> list[dict[str, Any]]:
        """Messages first, deleted ones before new ones; then all that is new, changed and gone, class by class."""
        self._lab.menus.settle()
        wanted = [cls for cls in self._lab.db.tables if wish.wants(cls) and cls != "message"]
        found = sorted(
            change for number, cls in enumerate(wanted) for change in self._of_class(number, cls, wish, seen)
        )
        messages = sorted(self._of_class(0, "message", wish, seen), reverse=True) if wish.wants("message") else []
        return [self._event("message", ref, kind, 0) for _, kind, _, _, ref, _ in messages] + [
            self._event(wanted[number], ref, kind, stamp) for _, kind, number, _, ref, stamp in found
        ]

    def _of_class(self, number: int, cls: str, wish: Wish, seen: tuple[int, int]) -> Iterator[_Change]:
        message = cls == "message"
        for stamp, kind, ref in self._lab.db.stamps.since(cls, seen[message], unseen=message):
            if wish.wants_object(cls, ref):
                yield KIND_ORDER[kind], kind, number, -stamp if kind == "del" else 0, ref, stamp

    def _event(self, cls: str, ref: str, kind: str, stamp: int) -> dict[str, Any]:
        event: dict[str, Any] = {
            "id": str(stamp),
            "timestamp": "0.0",
            "class": cls.lower(),
            "operation": kind,
            "ref": ref,
        }
        if kind != "del":
            event["snapshot"] = dict(self._lab.db.get(cls, ref))
        return event

    def _answer(self, events: list[dict[str, Any]], wish: Wish, seen: tuple[int, int]) -> dict[str, Any]:
        tables = self._lab.db.tables
        newest = [self._newest(cls, wish) for cls in tables if cls != "message" and wish.wants(cls)]
        database = max([*newest, seen[0] if newest or wish.single else 0])
        messages = max(self._lab.db.stamps.newest.get("message", 0), seen[1]) if wish.wants("message") else 0
        hidden = {"message": 0, "role": 0, "diagnostics": 0}
        counts = {name: len(rows) for name, rows in tables.items()} | hidden
        ordered = {name.lower(): counts[name] for name in sorted(counts, reverse=True)}
        return {"events": events, "valid_ref_counts": ordered, "token": f"{database:020d},{messages:020d}"}

    def _newest(self, cls: str, wish: Wish) -> int:
        """The newest stamp of what was asked for of a class; a single object's own stamp."""
        if "*" in wish.whole or cls.lower() in wish.whole:
            return self._lab.db.stamps.newest.get(cls, 0)
        changes = self._lab.db.stamps.changes.get(cls, {})
        return max((changes.get(ref, 0) for name, ref in wish.single if name == cls.lower()), default=0)


def parse_token(token: str) -> tuple[int, int]:
    """(stamp of the database, stamp of messages); "" means from the beginning."""
    if not token:
        return 0, 0
    match = _TOKEN.fullmatch(token)
    if match is None:
        raise LabError("EVENT_FROM_TOKEN_PARSE_FAILURE", token)
    stamps = int(match[1]), int(match[2])
    if max(stamps) >= 2**63:
        raise LabError("EVENT_FROM_TOKEN_PARSE_FAILURE", token)
    return max(0, stamps[0]), max(0, stamps[1])


async def _wait(changed: asyncio.Event, limit_s: float) -> bool:
    """Whether something changed before the time was up."""
    if limit_s <= 0:
        return False
    try:
        await asyncio.wait_for(changed.wait(), limit_s)
    except TimeoutError:
        return False
    return True
