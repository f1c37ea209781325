"""The hosts have different versions.

Guests move from older to newer hosts; the way back is closed for migrations with disks and for evacuations, and during
a rolling upgrade for all. A pool should be in this state for hours, not for weeks.

Cause: a rolling update is under way or was interrupted.
Fix: Update the remaining hosts, one after the other: `xenferry maintenance enter HOST`, update and reboot it,
    `xenferry maintenance leave HOST`.

Cause: one host failed to update.
Fix: Look at its update log, update it and reboot it.

Example:
    pool p   # rule: versions-differ
    host xcp1 platform=3.5.0
    host xcp2 platform=3.4.0
"""

from __future__ import annotations

from collections.abc import Iterator

from xenferry.pool.snapshot import Snapshot
from xenferry.rules.facts import version
from xenferry.rules.finding import Finding, Severity
from xenferry.rules.words import of

KEYS = ("platform_version", "xapi_build", "xen")


def find(s: Snapshot) -> Iterator[Finding]:
    """A pool whose hosts differ in platform, xapi or Xen."""
    versions = {host.ref: tuple(version.of(host, key) for key in KEYS) for host in s.hosts}
    if len(set(versions.values())) > 1:
        newest = max(versions.values())
        older = [host for host in s.hosts if versions[host.ref] != newest]
        yield Finding(
            code="versions-differ",
            severity=Severity.RISK,
            subject=s.pool.ref,
            cause=s.pool.ref,
            hosts=tuple(host.ref for host in older),
            seen=f"The hosts have different versions: {of(older)} is behind, and guests cannot always move back.",
            cures=("Update each remaining host; `xenferry maintenance enter HOST` empties it for that.",),
        )
