"""The pool has CPUs of different vendors.

No running guest can move between Intel and AMD hosts, so the pool falls into parts that cannot take over each other's
guests.

Cause: a host of another vendor was joined with `force`.
Fix:
- Keep one pool per vendor.
- Until then, move guests between the parts by shutting them down and starting them there.

Example:
    pool p   # rule: vendors-differ
    host xcp1 vendor=GenuineIntel
    host xcp2 vendor=AuthenticAMD
"""

from __future__ import annotations

from collections.abc import Iterator

from xenferry.pool.snapshot import Snapshot
from xenferry.rules.finding import Finding, Severity
from xenferry.rules.words import of


def find(s: Snapshot) -> Iterator[Finding]:
    """A pool whose hosts name more than one vendor."""
    vendors = dict.fromkeys(host.cpu_info["vendor"] for host in s.hosts if "vendor" in host.cpu_info)
    if len(vendors) > 1:
        parts = "; ".join(
            f"{vendor}: {of(host for host in s.hosts if host.cpu_info.get('vendor') == vendor)}" for vendor in vendors
        )
        yield Finding(
            code="vendors-differ",
            severity=Severity.RISK,
            subject=s.pool.ref,
            cause=s.pool.ref,
            hosts=tuple(s.host),
            seen=f"The hosts have CPUs of different vendors ({parts}): no running guest can move between them.",
            cures=("Keep one pool per vendor.", "Until then, shut a guest down and start it on the other side."),
        )
