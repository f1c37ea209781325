"""Small pools for planners."""

from __future__ import annotations

from xenferry.lab.scenario import parse
from xenferry.pool.records import Ref
from xenferry.pool.snapshot import Snapshot

GIB = 1 << 30


def pool(text: str) -> Snapshot:
    return Snapshot.from_tables(parse(text).tables)


def ref(snapshot: Snapshot, kind: str, name: str) -> Ref:
    return next(key for key, row in snapshot.tables[kind].items() if getattr(row, "name_label", "") == name)
