"""HA cannot restart all protected guests any more.

After as many host failures as the pool is to tolerate, there would not be room for all protected guests, or some cannot
run everywhere. XAPI then no longer refuses what would make it worse.

Cause: too many or too large guests are protected, or a host is down.
Fix:
- Bring missing hosts back, protect fewer guests, or tolerate fewer failures.
- `xe diagnostic-vm-status uuid=...` says of a guest why it cannot be restarted elsewhere.

Example:
    pool p ha   # rule: ha-overcommitted
      set ha_overcommitted=true
    host xcp1
    host xcp2
"""

from __future__ import annotations

from collections.abc import Iterator

from xenferry.pool.snapshot import Snapshot
from xenferry.rules.finding import Finding, Severity
from xenferry.rules.words import count


def find(s: Snapshot) -> Iterator[Finding]:
    """A pool with HA that says so of itself."""
    if s.pool.ha_enabled and s.pool.ha_overcommitted:
        wanted, planned = count(s.pool.ha_host_failures_to_tolerate, "host failure"), s.pool.ha_plan_exists_for
        yield Finding(
            code="ha-overcommitted",
            severity=Severity.RISK,
            subject=s.pool.ref,
            cause=s.pool.ref,
            seen=f"HA is to tolerate {wanted}, and says that it cannot (it has a plan for {planned}).",
            cures=("Bring missing hosts back, protect fewer guests, or tolerate fewer failures.",),
        )
