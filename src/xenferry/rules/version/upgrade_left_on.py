"""The pool says that a rolling upgrade is in progress, and all hosts have the same version.

While it says so many operations are refused: snapshots, new SRs, moves to older hosts.

Cause: the upgrade has ended, and nobody took the mark away.
Fix: `xe pool-param-remove uuid=... param-name=other-config param-key=rolling_upgrade_in_progress`.

Cause: the upgrade has not begun yet.
Fix: Go on with it.

Example:
    pool p upgrading   # rule: upgrade-left-on
    host xcp1
    host xcp2
"""

from __future__ import annotations

from collections.abc import Iterator

from xenferry.pool.snapshot import Snapshot
from xenferry.rules.facts import version
from xenferry.rules.finding import Finding, Severity

KEY = "rolling_upgrade_in_progress"


def find(s: Snapshot) -> Iterator[Finding]:
    """A pool with the mark whose hosts are all alike."""
    alike = len({tuple(version.of(host, key) for key in version.UPGRADE) for host in s.hosts}) == 1
    if version.upgrading(s) and alike:
        remove = f"xe pool-param-remove uuid={s.pool.uuid} param-name=other-config param-key={KEY}"
        yield Finding(
            code="upgrade-left-on",
            severity=Severity.RISK,
            subject=s.pool.ref,
            cause=s.pool.ref,
            seen="The pool says that a rolling upgrade is in progress, and all its hosts have the same version.",
            cures=(f"If the upgrade is over, take the mark away: `{remove}`.",),
        )
