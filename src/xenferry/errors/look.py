"""A look at the pool from an error's point of view: names for references and UUIDs, and the records behind them."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from xenferry.errors.reading.value import Reading, Thing

if TYPE_CHECKING:
    from xenferry.pool.snapshot import Snapshot

NOUNS = {
    "vm": "guest",
    "sr": "SR",
    "host": "host",
    "target host": "host",
    "source": "host",
    "network": "network",
    "migration network": "network",
    "vdi": "disk",
    "vbd": "disk drive",
    "vif": "guest's NIC",
    "pif": "NIC",
    "pbd": "SR connection",
    "task": "task",
    "pool": "pool",
    "gpu_group": "GPU group",
    "vgpu": "virtual GPU",
}


class Look:
    """The snapshot, if there is one, asked by whatever a text names its objects."""

    def __init__(self, snapshot: Snapshot | None) -> None:
        self.snapshot = snapshot

    @cached_property
    def _by_uuid(self) -> dict[str, tuple[str, Any]]:
        assert self.snapshot is not None
        return {
            record.uuid: (name, record)
            for name, table in self.snapshot.tables.items()
            for record in table.values()
            if record.uuid
        }

    def find(self, value: str) -> tuple[str, Any] | None:
        """XenAPI's class and the record of a reference or UUID, or None."""
        if self.snapshot is None or not value:
            return None
        for name, table in self.snapshot.tables.items():
            if value in table:
                return name, table[value]  # type: ignore[index]
        return self._by_uuid.get(value)

    def record(self, reading: Reading, kind: str, *roles: str) -> Any:
        """The first thing of the reading in one of these roles that the pool knows as this XenAPI class, or None."""
        for role in roles:
            for thing in reading.things:
                found = self.find(thing.value) if thing.role in (role, "object") else None
                if found is not None and found[0] == kind:
                    return found[1]
        return None

    def name(self, thing: Thing) -> str:
        """Its name from the pool, else from the text, else nothing."""
        found = self.find(thing.value)
        if found is None or self.snapshot is None:
            return thing.name
        return self.snapshot.name(found[1].ref)

    def call(self, reading: Reading, *roles: str) -> str:
        """What to call the first thing in one of these roles: `guest 'web'`, `guest 6c79...`, or `the guest`."""
        for role in roles:
            things = [thing for thing in reading.things if thing.role == role]
            for thing in things:
                if name := self.name(thing):
                    return f"{NOUNS.get(role, role)} '{name}'"
            if things:
                return f"{NOUNS.get(role, role)} {min((thing.value for thing in things), key=len)}"
        return f"the {NOUNS.get(roles[0], roles[0])}"
