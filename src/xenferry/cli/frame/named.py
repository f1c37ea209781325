"""An object of a pool as JSON and words name it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from xenferry.pool.snapshot import Snapshot


class Named(Struct, frozen=True):
    """An object as JSON names it."""

    kind: str
    uuid: str
    name: str


def named(snapshot: Snapshot, ref: str) -> Named:
    """What an object is, for JSON and for words."""
    from xenferry.plan.things import any_thing

    found = any_thing(snapshot, ref)
    return Named(found.kind, found.uuid, found.name)
