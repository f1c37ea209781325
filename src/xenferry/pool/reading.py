"""A live pool as it is now: all its classes, asked for at once and decoded straight into records."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, Protocol, TypeVar

import msgspec
from msgspec import Raw

from xenferry.pool.records import CLASSES, Pool, Record, Ref
from xenferry.pool.snapshot import Snapshot, Tables, decode_answer
from xenferry.xapi import XapiError

T = TypeVar("T")

GONE = ("MESSAGE_METHOD_UNKNOWN", "MESSAGE_REMOVED", "NOT_IMPLEMENTED")
"""How a XAPI answers for a class that it does not have."""
AT_ONCE = 6
"""Requests under way at a time while a pool is read."""


class CaptureError(ValueError):
    """The file is no capture; the message says where, what was seen and what was expected."""


class Caller(Protocol):
    """What of a connection is needed."""

    async def typed(self, kind: type[T], method: str, *params: Any) -> T:
        """Call XenAPI and decode the answer."""


async def read_tables(pool: Caller, classes: tuple[str, ...] = tuple(CLASSES)) -> dict[str, dict[str, Any]]:
    """The tables of a live pool, one request a class; classes that its XAPI does not have are left out.

    Raises:
        XapiError, Unreachable
    """
    return await _ask_all(pool, classes, lambda _, answer: msgspec.json.decode(answer, type=dict[str, Any]))


async def _ask_all(pool: Caller, classes: Iterable[str], read: Callable[[str, Raw], T]) -> dict[str, T]:
    """Class -> its records, read as soon as they are here, so that no more than a few answers are held at a time."""
    gate = asyncio.Semaphore(AT_ONCE)

    async def table(name: str) -> T | None:
        async with gate:
            try:
                answer = await pool.typed(Raw, f"{name}.get_all_records")
            except XapiError as error:
                if error.code in GONE:
                    return None
                raise
            return read(name, answer)

    names = tuple(classes)
    found = await asyncio.gather(*(table(name) for name in names))
    return {name: rows for name, rows in zip(names, found, strict=True) if rows is not None}


async def read_pool(pool: Caller) -> Snapshot:
    """A live pool as it is now.

    The classes are read one after the other, as XenAPI offers no look at all of them at one moment: an object that
    comes or goes meanwhile may be named by another and be missing.

    Raises:
        XapiError, Unreachable
        CaptureError: a record is not as XenAPI has it; the message names it.
    """
    tables = await _ask_all(pool, CLASSES, _records)
    master = next((record.master for record in tables.get("pool", {}).values() if isinstance(record, Pool)), None)
    taken_at = await _time(pool, master) if master else 0.0
    snapshot = Snapshot(tables, taken_at=taken_at, not_read=frozenset(CLASSES) - tables.keys())
    return whole(snapshot, "the pool")


def _records(name: str, answer: Raw) -> dict[Ref, Record]:
    """An answer as records, without the detour over plain dictionaries."""
    try:
        with _collector_at_rest():
            return decode_answer(name, answer)
    except msgspec.ValidationError as error:
        where = pinpoint({name: msgspec.json.decode(answer)})
        raise CaptureError(f"the pool: {where}: {error}") from None


@contextmanager
def _collector_at_rest() -> Iterator[None]:
    """Records hold no cycles, and looking for some among tens of thousands of new ones takes as long as making them."""
    running = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if running:
            gc.enable()


async def clock(pool: Caller, tables: Tables) -> float:
    """The pool's own time, in seconds since the epoch: its coordinator's."""
    for record in tables.get("pool", {}).values():
        return await _time(pool, record["master"])
    return 0.0


async def _time(pool: Caller, host: str) -> float:
    text = await pool.typed(str, "host.get_servertime", host)
    return datetime.strptime(text, "%Y%m%dT%H:%M:%SZ").replace(tzinfo=UTC).timestamp()


def whole(snapshot: Snapshot, where: str) -> Snapshot:
    """The snapshot, if it is one of a pool with hosts.

    Raises:
        CaptureError: it is not; `where` says of what.
    """
    if not (snapshot.tables["pool"] and snapshot.hosts):  # judged as it is, nothing would be reported as ready
        missing = "host" if snapshot.tables["pool"] else "pool"
        raise CaptureError(f"{where} holds no record of class {missing}: it is not a whole pool")
    return snapshot


def pinpoint(tables: Tables) -> str:
    """Which record does not decode: the decoder itself names only the field."""
    for name, rows in tables.items():
        for ref, record in rows.items() if name in CLASSES else ():
            try:
                msgspec.convert(record, CLASSES[name], strict=False)
            except msgspec.ValidationError:
                return f'{name}["{ref}"]'
    return "a record"
