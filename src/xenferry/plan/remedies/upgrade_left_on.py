"""Take the mark of a rolling upgrade away; that the upgrade is over, only people know."""

from __future__ import annotations

from xenferry.plan import steps as s
from xenferry.plan.draft import Draft
from xenferry.plan.things import thing
from xenferry.rules.finding import Finding
from xenferry.rules.version.upgrade_left_on import KEY


def mend(draft: Draft, finding: Finding) -> bool:
    """XAPI itself takes it away at the end of an upgrade."""
    pool = draft.snapshot.pool
    what, before = thing(draft.snapshot, "pool", pool.ref), pool.other_config.get(KEY)
    draft.add_once(s.Set(key="upgrade-over", what=what, field="other_config", entry=KEY, value=None, before=before))
    return True
