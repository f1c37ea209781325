"""Hosts of the pool do not agree on whether they verify each other's certificates.

A pool verifies TLS between its hosts, or does not. Where a host says otherwise than the pool, migrations between them
fail with TLS_CONNECTION_FAILED or CANNOT_CONTACT_HOST, and the host may not rejoin after a reboot.

Cause: verification was switched off on a host in an emergency (`xe host-emergency-disable-tls-verification`).
Fix: When its certificates are in order: `xe host-emergency-reenable-tls-verification` on that host.

Cause: the pool switched it on while a host was away.
Fix: `xe pool-sync-certificates` or restart the toolstack of that host, then look again.

Example:
    pool p
      set tls_verification_enabled=true
    host xcp1
      set tls_verification_enabled=true
    host xcp2   # rule: tls-differs
      set tls_verification_enabled=false
"""

from __future__ import annotations

from collections.abc import Iterator

from xenferry.pool.snapshot import Snapshot
from xenferry.rules.finding import Finding, Severity


def find(s: Snapshot) -> Iterator[Finding]:
    """Each host that does otherwise than the pool."""
    wanted = s.pool.tls_verification_enabled
    words = {True: "verifies", False: "does not verify"}
    for host in s.hosts:
        if host.tls_verification_enabled != wanted:
            yield Finding(
                code="tls-differs",
                severity=Severity.RISK,
                subject=host.ref,
                cause=host.ref,
                hosts=(host.ref,),
                seen=f"{host.name_label} {words[host.tls_verification_enabled]} the certificates of other hosts, while"
                f" the pool {words[wanted]} them.",
                cures=(
                    f"On {host.name_label}: `xe host-emergency-reenable-tls-verification`, after its certificates are"
                    " in order."
                    if wanted
                    else f"Restart the toolstack of {host.name_label}, then look again.",
                ),
            )
