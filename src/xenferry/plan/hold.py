"""Others who would act on the pool during a run are held for its time, with a mark in the pool that says so.

Auto power-on is such a one: whenever a host boots, a script of its starts halted guests anywhere, also on a host that
has just been emptied, where they take the room that the next hosts' guests were to have. The mark keeps what was
before: whoever finds it after our end, in whatever way we ended, can put it back (rule `power-on-held`).
"""

from __future__ import annotations

from xenferry.plan import steps as s
from xenferry.plan.draft import Draft
from xenferry.plan.things import thing
from xenferry.rules.guest.starts_by_itself import KEY
from xenferry.rules.version.power_on_held import MARK


def hold(draft: Draft) -> tuple[str, ...]:
    """Switch the pool's auto power-on off, if it is on; the keys that the rest waits for."""
    config = draft.snapshot.pool.other_config
    if config.get(KEY) != "true":
        return ()
    what = thing(draft.snapshot, "pool", draft.snapshot.pool.ref)
    mark = s.Set(
        key="mark-power-on", what=what, field="other_config", entry=MARK, value="true", before=config.get(MARK)
    )
    off = s.Set(
        key="hold-power-on",
        after=(draft.add(mark),),
        what=what,
        field="other_config",
        entry=KEY,
        value="false",
        before="true",
    )
    draft.note("auto power-on of the pool is off meanwhile: else guests would start on hosts that were just emptied")
    return (draft.add(off),)


def release(draft: Draft, after: tuple[str, ...]) -> None:
    """Put it back as it was, when these steps are done; nothing if it was not held."""
    if draft.snapshot.pool.other_config.get(KEY) != "true" and MARK not in draft.snapshot.pool.other_config:
        return
    what = thing(draft.snapshot, "pool", draft.snapshot.pool.ref)
    on = s.Set(
        key="release-power-on", after=after, what=what, field="other_config", entry=KEY, value="true", before="false"
    )
    gone = (draft.add(on),)
    draft.add(
        s.Set(key="unmark-power-on", after=gone, what=what, field="other_config", entry=MARK, value=None, before="true")
    )
