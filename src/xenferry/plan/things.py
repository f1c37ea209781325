"""Between a plan, which names objects by UUID, and a snapshot, which knows them by reference."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from weakref import WeakKeyDictionary

from xenferry.plan.steps import Thing
from xenferry.pool import records as r
from xenferry.pool.records import NULL, Ref
from xenferry.pool.snapshot import Snapshot

_INDEX: WeakKeyDictionary[Snapshot, dict[str, Mapping[str, Ref]]] = WeakKeyDictionary()


class Gone(LookupError):
    """The object that a plan names is not in the pool (any more)."""

    def __init__(self, thing: Thing) -> None:
        super().__init__(f"{thing.kind} {thing.name} ({thing.uuid}) is not in the pool any more")
        self.thing = thing


class Unseen(LookupError):
    """The pool names an object whose record was not read: it came while the rest was read, or a capture was cut."""

    def __init__(self, kind: str, ref: Ref) -> None:
        super().__init__(
            f"the pool names {kind} {ref}, but its record was not read; read the pool again, or capture it anew"
        )


def thing(snapshot: Snapshot, kind: str, ref: Ref) -> Thing:
    """How a plan names this object.

    Raises:
        Unseen: the snapshot has no such object.
    """
    record = snapshot.tables[kind].get(ref)
    if record is None:
        raise Unseen(kind, ref)
    label = str(getattr(record, "name_label", "") or getattr(record, "device", "") or record.uuid)
    return Thing(kind, record.uuid, label)


def any_thing(snapshot: Snapshot, ref: str) -> Thing:
    """The same of an object whose class is not known; one that is in no table keeps its reference for a name."""
    for kind, table in snapshot.tables.items():
        record = table.get(ref)  # type: ignore[call-overload]
        if record is not None:
            return Thing(kind, record.uuid, snapshot.name(ref))
    return Thing("", "", ref)


def seek(snapshot: Snapshot, wanted: Thing) -> Ref | None:
    """The object's reference in this snapshot, or None when it is gone."""
    return _uuids(snapshot, wanted.kind).get(wanted.uuid)


def find(snapshot: Snapshot, wanted: Thing) -> Ref:
    """The object's reference in this snapshot.

    Raises:
        Gone: the pool has no object of this UUID.
    """
    ref = seek(snapshot, wanted)
    if ref is None:
        raise Gone(wanted)
    return ref


def guest(snapshot: Snapshot, wanted: Thing) -> r.VM | None:
    """The guest's record, or None when it is gone."""
    return snapshot.VM.get(seek(snapshot, wanted) or NULL)


def host(snapshot: Snapshot, wanted: Thing) -> r.Host | None:
    """The host's record, or None when it is gone."""
    return snapshot.host.get(seek(snapshot, wanted) or NULL)


def _uuids(snapshot: Snapshot, kind: str) -> Mapping[str, Ref]:
    index = _INDEX.setdefault(snapshot, {})
    if kind not in index:
        table: Mapping[Ref, Any] = snapshot.tables.get(kind, {})
        index[kind] = {record.uuid: ref for ref, record in table.items()}
    return index[kind]
