"""The lab's database: records in XenAPI's JSON shape, their reverse references, and what changed when.

Everything a client can see goes through `create`, `update` and `destroy`, so that events and reverse references cannot
be forgotten. Values in a record are never changed in place: `update(cls, ref, other_config={**old, "k": "v"})`.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any
from uuid import UUID

from xenferry.lab import relations
from xenferry.lab.datamodel import NULL, datamodel
from xenferry.lab.error import LabError
from xenferry.lab.stamps import Stamps

Record = Mapping[str, Any]
Tables = Mapping[str, Mapping[str, Record]]
Follower = Callable[[str, str, Record, Collection[str] | None], None]
"""Is told class, reference, record and the fields that changed; None for an object that came or went."""

PASSING = ("task", "session", "message")
"""Classes whose objects come by the way. Their references are drawn apart, so that what else gets which reference
does not depend on how often somebody asked."""


class Database:
    """Tables `{class: {ref: record}}` in order of creation. `internal` holds fields that XAPI keeps but never shows.

    `stamps` remembers the generation of every creation, change and deletion (the source of `event.from`); `followers`
    are told which fields a change concerns.
    """

    def __init__(self, seed: int = 0) -> None:
        self.tables: dict[str, dict[str, dict[str, Any]]] = {name: {} for name in datamodel().classes}
        self.internal: dict[str, dict[str, dict[str, Any]]] = {}
        self.stamps = Stamps()
        self.followers: list[Follower] = []
        self.by_reference = False
        """Whether calls list objects by reference, as XAPI does, and not in the order in which they came to be."""
        self._random, self._passing = random.Random(seed), random.Random(seed + 1)  # noqa: S311 (the same each time)

    def load(self, tables: Tables, internal: Mapping[str, Mapping[str, Record]] | None = None) -> None:
        """Takes over whole tables: absent fields get defaults, absent reverse references are added.

        Raises KeyError for a class or a field that XenAPI does not have.
        """
        for cls, rows in tables.items():
            model = datamodel().classes[cls]
            names = model.new_record().keys()
            for ref, record in (_oldest_first(rows) if cls == "message" else rows).items():
                if record.keys() - names:
                    raise KeyError(f"{cls} has no field {', '.join(sorted(record.keys() - names))}")
                whole = len(record) == len(names)
                self.tables[cls][ref] = dict(record) if whole else {**model.new_record(), **record}
        for cls, rows in (internal or {}).items():
            self.internal.setdefault(cls, {}).update({ref: dict(row) for ref, row in rows.items()})
        self._link()
        self.stamps.restart(self.tables)

    def new_uuid(self) -> str:
        """A uuid that depends on the seed and on nothing else."""
        return _uuid(self._random)

    def new_ref(self, cls: str = "") -> str:
        return f"OpaqueRef:{_uuid(self._source(cls))}"

    def _source(self, cls: str) -> random.Random:
        return self._passing if cls in PASSING else self._random

    def get(self, cls: str, ref: str) -> Record:
        """The record as it is now. Raises HANDLE_INVALID [class; ref]."""
        record = self.tables[cls].get(ref)
        if record is None:
            raise LabError("HANDLE_INVALID", cls, ref)
        return record

    def exists(self, cls: str, ref: str) -> bool:
        return ref in self.tables[cls]

    def all(self, cls: str) -> Mapping[str, Record]:
        return self.tables[cls]

    def find(self, cls: str, /, **fields: Any) -> list[str]:
        """References of all objects of the class whose fields have exactly these values."""
        wanted = fields.items()
        return [ref for ref, record in self.tables[cls].items() if all(record[k] == v for k, v in wanted)]

    def by_uuid(self, cls: str, uuid: str) -> str:
        """Raises UUID_INVALID [class; uuid]."""
        for ref in self.find(cls, uuid=uuid):
            return ref
        raise LabError("UUID_INVALID", cls, uuid)

    def hidden(self, cls: str, ref: str) -> dict[str, Any]:
        """The fields of an object that XAPI never shows, e.g. a host's `boot_memory`; free to change, no events."""
        return self.internal.setdefault(cls, {}).setdefault(ref, {})

    def create(self, cls: str, fields: Record | None = None, /, *, ref: str | None = None, **more: Any) -> str:
        """A new object; fields not given get their default, `uuid` a new one. Returns its reference."""
        given = {**(fields or {}), **more}
        record = datamodel().classes[cls].new_record()
        unknown = given.keys() - record.keys()
        if unknown:
            raise KeyError(f"{cls} has no field {', '.join(sorted(unknown))}")
        ref = ref or self.new_ref(cls)
        record["uuid"] = given.get("uuid") or _uuid(self._source(cls))
        self.tables[cls][ref] = record | {k: v for k, v in given.items() if k != "uuid"}
        self._mirror(cls, ref, {}, self.tables[cls][ref])
        self.stamps.created(cls, ref, self.tables[cls][ref])
        self._tell(cls, ref, self.tables[cls][ref], None)
        return ref

    def update(self, cls: str, ref: str, /, **fields: Any) -> None:
        """Sets fields. A field set to the value it has makes no event. Raises HANDLE_INVALID."""
        record = self.tables[cls].get(ref)
        if record is None:
            raise LabError("HANDLE_INVALID", cls, ref)
        changed = {name: value for name, value in fields.items() if record[name] != value}
        for name in changed:
            if (cls, name) in relations.derived():
                raise ValueError(f"{cls}.{name} follows from other objects and cannot be set")
        if changed:
            old = {name: record[name] for name in changed}
            record.update(changed)
            self._mirror(cls, ref, old, changed)
            self.stamps.changed(cls, ref, record)
            self._tell(cls, ref, record, changed)

    def destroy(self, cls: str, ref: str) -> None:
        """Raises HANDLE_INVALID. References to the object elsewhere are left dangling, as XAPI leaves them."""
        record = self.tables[cls].pop(ref, None)
        if record is None:
            raise LabError("HANDLE_INVALID", cls, ref)
        self._mirror(cls, ref, record, {})
        self.internal.get(cls, {}).pop(ref, None)
        self.stamps.deleted(cls, ref, record)
        self._tell(cls, ref, record, None)

    def watch(self, callback: Callable[[str], None]) -> Callable[[], None]:
        """Calls back with the class name after every change; returns the function that ends this."""
        self.stamps.watchers.append(callback)
        return lambda: self.stamps.watchers.remove(callback)

    def _mirror(self, cls: str, ref: str, old: Record, new: Record) -> None:
        for field, (parent, list_field) in relations.fields_of(cls):
            if field in old or field in new:
                before, after = _refs(old.get(field)), _refs(new.get(field))
                for gone in sorted(before - after):
                    self._edit_list(parent, gone, list_field, ref, present=False)
                for come in sorted(after - before):
                    self._edit_list(parent, come, list_field, ref, present=True)

    def _edit_list(self, cls: str, ref: str, field: str, member: str, *, present: bool) -> None:
        """XAPI puts a new member first and makes a change of the parent from it."""
        record = self.tables[cls].get(ref)
        if record is None or field not in record or (member in record[field]) == present:
            return
        record[field] = [member, *record[field]] if present else [one for one in record[field] if one != member]
        self.stamps.changed(cls, ref, record)
        self._tell(cls, ref, record, (field,))

    def _tell(self, cls: str, ref: str, record: Record, changed: Collection[str] | None) -> None:
        for follower in self.followers:
            follower(cls, ref, record, changed)

    def _link(self) -> None:
        for cls, rows in self.tables.items():
            for field, (parent, list_field) in relations.fields_of(cls):
                members: dict[str, list[str]] = {}
                for ref, record in rows.items():
                    for target in sorted(_refs(record[field])):
                        members.setdefault(target, []).append(ref)
                for target in members.keys() & self.tables[parent].keys():
                    listed = self.tables[parent][target]
                    known = set(listed[list_field])
                    new = [ref for ref in members[target] if ref not in known]
                    listed[list_field] = [*reversed(new), *listed[list_field]]


def _uuid(random_: random.Random) -> str:
    return str(UUID(int=random_.getrandbits(128), version=4))


def _refs(value: str | Iterable[str] | None) -> set[str]:
    if not value:
        return set()
    return ({value} if isinstance(value, str) else set(value)) - {NULL}


def _oldest_first(messages: Mapping[str, Record]) -> Mapping[str, Record]:
    """A capture has them newest first, as XAPI answers."""
    dates = [str(message.get("timestamp", "")) for message in messages.values()]
    return messages if dates[:1] <= dates[-1:] else dict(reversed(list(messages.items())))
