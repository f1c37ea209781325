"""The wish "say no more of this finding", for a reason; and to hear of it again."""

from __future__ import annotations

from collections.abc import Sequence

from xenferry.plan import steps as s
from xenferry.plan.draft import Draft
from xenferry.plan.things import thing
from xenferry.pool.records import Ref
from xenferry.pool.snapshot import Snapshot
from xenferry.rules import silence as kept


def silence(snapshot: Snapshot, code: str, objects: Sequence[tuple[str, Ref]], reason: str | None) -> s.Plan:
    """Plan to keep the reason in the pool, or to take it out.

    Args:
        snapshot: the pool now.
        code: the rule's code.
        objects: class and reference of those it is silenced for; none: in the whole pool.
        reason: why; None: the finding shall be shown again.
    """
    verb = "silence" if reason is not None else "show again"
    draft = Draft(snapshot, f"{verb} {code}")
    what = thing(snapshot, "pool", snapshot.pool.ref)
    uuids = [snapshot.tables[kind][ref].uuid for kind, ref in objects] or [""]
    for uuid in uuids:
        entry = kept.key(code, uuid)
        before = snapshot.pool.other_config.get(entry)
        if before != reason:
            draft.add(s.Set(key=entry, what=what, field="other_config", entry=entry, value=reason, before=before))
    return draft.finish()
