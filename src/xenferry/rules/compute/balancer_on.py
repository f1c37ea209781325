"""A load balancer moves guests of this pool by itself.

Workload Balancing places and moves guests while somebody empties hosts: guests come back to a host that is being
emptied, or two programs move the same guest.

Cause: Workload Balancing is switched on for the pool.
Fix: Switch it off for the time of the maintenance: `xe pool-param-set uuid=... wlb-enabled=false`.

Cause: a balancer outside the pool (a plugin of Xen Orchestra) does the same; the pool does not show it.
Fix: Pause it there.

Example:
    pool p   # rule: balancer-on
      set wlb_enabled=true wlb_url=192.0.2.9:8012
    host xcp1
    host xcp2
"""

from __future__ import annotations

from collections.abc import Iterator

from xenferry.pool.snapshot import Snapshot
from xenferry.rules.finding import Finding, Severity


def find(s: Snapshot) -> Iterator[Finding]:
    """The pool, if it is connected to a balancer that is switched on."""
    if s.pool.wlb_enabled and s.pool.wlb_url:
        off = f"xe pool-param-set uuid={s.pool.uuid} wlb-enabled=false"
        yield Finding(
            code="balancer-on",
            severity=Severity.RISK,
            subject=s.pool.ref,
            cause=s.pool.ref,
            seen=f"Workload Balancing at {s.pool.wlb_url} may move guests of this pool at any time.",
            cures=(f"Switch it off while hosts are emptied, and on again afterwards: `{off}`.",),
        )
