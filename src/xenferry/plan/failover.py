"""What high availability has against disabling a host, told in advance and not by a run that fails at its first step.

XAPI refuses to disable a host without which the guests that HA protects could not all be restarted after as many
failures as it has a plan for. Simplification: each host is asked about alone, as it is now; where several are disabled
one after the other, the later ones may be refused although each alone would not.
"""

from __future__ import annotations

from xenferry.plan import steps as s
from xenferry.plan.draft import Draft
from xenferry.pool.records import Ref
from xenferry.rules.facts import ha


def refused(draft: Draft, host: Ref) -> bool:
    """Would XAPI refuse to disable the host because of HA? Then the draft says so, and what would change it."""
    snapshot, record = draft.snapshot, draft.snapshot.host[host]
    if not record.enabled or not ha.disable_refusal(snapshot, record):
        return False
    failures = snapshot.pool.ha_plan_exists_for
    count = "1 host" if failures == 1 else f"{failures} hosts"
    text = (
        f"high availability does not let {record.name_label} be disabled: without it not every protected guest could "
        f"be restarted after the failure of {count} (HA_OPERATION_WOULD_BREAK_FAILOVER_PLAN)"
    )
    cures = (
        "let HA tolerate fewer failures meanwhile: `xe pool-param-set uuid=POOL ha-host-failures-to-tolerate=N`",
        "take guests out of HA's protection meanwhile, or shut down some that it protects",
    )
    draft.leave_thing(draft.host(host), (s.Hindrance(text, cures),))
    return True
