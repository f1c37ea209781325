"""A snapshot that follows a pool: everything once, then only what changes.

XAPI forgets deletions after a few hundred and over a restart; the only sign is its count of objects a class, so every
batch's counts are compared with ours, and a difference makes us begin anew.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Iterable
from contextlib import aclosing
from typing import Any, Protocol, cast

import msgspec
from msgspec import Struct

from xenferry.pool.records import CLASSES, Record, Ref
from xenferry.pool.snapshot import Snapshot
from xenferry.xapi import Batch, Event
from xenferry.xapi.events import Broken

NAMES = {name.lower(): name for name in CLASSES}
"""How event.from spells a class -> how XenAPI does."""
UNCOUNTED = ("message",)
"""Classes whose count XAPI always gives as 0."""


Batches = AsyncGenerator[Batch, None]


class Source(Protocol):
    """What of a connection is needed."""

    def events(self, classes: Iterable[str], token: str = "", broken: Broken | None = None) -> Batches:
        """Changes for ever."""


class Change(Struct, frozen=True):
    """The pool after a change, and which objects it touched."""

    snapshot: Snapshot
    touched: frozenset[Ref]
    resync: bool = False
    """Everything was read anew: `touched` names what is there, not what differs."""


Held = dict[str, dict[Ref, Record]]


async def watch(pool: Source, broken: Broken | None = None) -> AsyncGenerator[Change, None]:
    """The pool now, and again whenever something of it changes. Ends only by an error or by being closed.

    `broken` is called whenever the pool does not answer; it is asked again until it does, and nothing is lost.

    Close it (`contextlib.aclosing`) when you leave it: the request that waits for news is then ended, too.

    Raises:
        XapiError, Untrusted: what waiting does not cure; see `Connection.events`.
    """
    snapshot: Snapshot | None = None
    unlisted: dict[str, int] = {}
    while True:
        async with aclosing(pool.events(CLASSES, broken=broken)) as batches:
            async for batch in batches:
                whole = batch.resync or snapshot is None
                snapshot, touched = _apply(None if whole else snapshot, batch.events)
                if whole:
                    unlisted = _unlisted(snapshot, batch.valid_ref_counts)
                elif _unlisted(snapshot, batch.valid_ref_counts) != unlisted:
                    snapshot = None
                    break
                if touched or whole:
                    yield Change(snapshot, touched, whole)


def _apply(before: Snapshot | None, events: Iterable[Event]) -> tuple[Snapshot, frozenset[Ref]]:
    """The snapshot after the events. Tables without events are shared with the one before."""
    changed: Held = {}
    touched: set[Ref] = set()
    for event in events:
        name = NAMES.get(event.cls.lower())
        if name is None:
            continue
        if name not in changed:
            changed[name] = dict(before.tables[name]) if before else {}
        ref = Ref(event.ref)
        touched.add(ref)
        if event.operation == "del":
            changed[name].pop(ref, None)
        else:
            changed[name][ref] = _record(name, ref, event.snapshot)
    taken_at = before.taken_at if before else 0.0
    after = before.with_tables(changed, taken_at) if before else Snapshot(changed)
    return after, frozenset(touched)


def _record(name: str, ref: Ref, text: msgspec.Raw) -> Record:
    kind: Any = CLASSES[name]
    record = cast(Record, msgspec.json.decode(text, type=kind, strict=False))
    msgspec.structs.force_setattr(record, "ref", ref)
    return record


def _unlisted(snapshot: Snapshot, counts: dict[str, int]) -> dict[str, int]:
    """How many objects more than ours XAPI counts, by class, where it differs.

    What a full listing leaves out is not read again for: that would never end. Only a difference that changes counts.
    """
    differences = {
        cls: count - len(snapshot.tables[NAMES[cls]])
        for cls, count in counts.items()
        if cls in NAMES and cls not in UNCOUNTED
    }
    return {cls: difference for cls, difference in differences.items() if difference}
