"""Names, UUIDs and unique prefixes as people type them, found in a snapshot."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from xenferry.cli.frame.failure import Wrong

if TYPE_CHECKING:
    from xenferry.pool.records import Ref
    from xenferry.pool.snapshot import Snapshot

WORDS = {"VM": "guest", "host": "host", "SR": "SR", "VDI": "disk", "network": "network", "pool": "pool"}
"""XenAPI class -> what people call it."""

PREFIX_MIN = 4
"""A UUID's prefix must be at least this long, so that a short name is not taken for one."""


def find(snapshot: Snapshot, typed: str, kinds: Sequence[str]) -> tuple[str, Ref]:
    """The one object of these classes that a person means by `typed`: its class and reference.

    An exact UUID or name wins over a prefix of a UUID, that over a prefix of a name.

    Raises:
        Wrong: nothing fits (the nearest names are listed), or several things do (they are listed with their UUIDs).
    """
    things = [(kind, ref, name, uuid) for kind in kinds for ref, name, uuid in _things(snapshot, kind)]
    for fits in _WAYS:
        found = [thing for thing in things if fits(typed, thing[2], thing[3])]
        if len(found) == 1:
            return found[0][0], found[0][1]
        if found:
            listed = "; ".join(f"{WORDS[kind]} {name} ({uuid})" for kind, _, name, uuid in found[:8])
            more = f"; and {len(found) - 8} more" if len(found) > 8 else ""
            raise Wrong(f"{typed!r} may be any of: {listed}{more}. Give the UUID or more of the name.")
    raise Wrong(_nothing(typed, [thing[2] for thing in things], kinds))


_WAYS = (
    lambda typed, name, uuid: typed in {name, uuid},
    lambda typed, name, uuid: len(typed) >= PREFIX_MIN and uuid.startswith(typed.lower()),
    lambda typed, name, uuid: name.startswith(typed),
    lambda typed, name, uuid: name.lower().startswith(typed.lower()),
)


def _things(snapshot: Snapshot, kind: str) -> Iterable[tuple[Ref, str, str]]:
    records: Iterable[object] = snapshot.guests if kind == "VM" else snapshot.tables[kind].values()
    if kind == "VDI":  # a snapshot's disk has its original's name
        records = [vdi for vdi in snapshot.VDI.values() if not vdi.is_a_snapshot]
    for record in records:
        yield record.ref, getattr(record, "name_label", ""), record.uuid  # type: ignore[attr-defined]


def _nothing(typed: str, names: list[str], kinds: Sequence[str]) -> str:
    near = difflib.get_close_matches(typed, names, n=3)
    *others, last = (WORDS[kind] for kind in kinds)
    words = f"{', '.join(others)} or {last}" if others else last
    hint = f" Did you mean {' or '.join(map(repr, near))}?" if near else ""
    return f"There is no {words} {typed!r} in this pool.{hint}"
