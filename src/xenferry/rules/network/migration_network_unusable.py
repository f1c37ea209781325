"""The network that is chosen for migrations cannot be used on a host.

Xen Orchestra keeps the pool's default migration network in the pool's settings. A host without a plugged interface and
an address on it refuses migrations over it (PIF_NOT_PRESENT, REQUIRED_PIF_IS_UNPLUGGED, INTERFACE_HAS_NO_IP).

Cause: the host joined later, or its interface on that network never got an address.
Fix: Give it one: `xe pif-reconfigure-ip uuid=... mode=static IP=... netmask=...`, and plug it: `xe pif-plug uuid=...`.

Example:
    pool p migration-network=fast
    host xcp1
      nic eth0 management
      nic eth1 network=fast ip=198.51.100.11/24
    host xcp2   # rule: migration-network-unusable
      nic eth0 management
      nic eth1 network=fast
"""

from __future__ import annotations

from collections.abc import Iterator

from xenferry.pool.migration_network import KEY
from xenferry.pool.records import Host, Network
from xenferry.pool.snapshot import Snapshot
from xenferry.rules.finding import Finding, Severity


def find(s: Snapshot) -> Iterator[Finding]:
    """Each host of a pool with such a network that cannot use it."""
    chosen = s.pool.other_config.get(KEY, "")
    network = next((each for each in s.network.values() if chosen and each.uuid == chosen), None)
    for host in s.hosts if network else ():
        why = _why(s, network, host) if network else ""
        if network and why:
            yield Finding(
                code="migration-network-unusable",
                severity=Severity.RISK,
                subject=host.ref,
                cause=network.ref,
                hosts=(host.ref,),
                seen=f"Migrations are to go over network {network.name_label!r}, and {host.name_label} {why}.",
                cures=(
                    "Give its interface there an address and plug it, or choose another: `xenferry nics migration`.",
                ),
            )


def _why(s: Snapshot, network: Network, host: Host) -> str:
    pif = next((s.PIF[ref] for ref in network.PIFs if ref in s.PIF and s.PIF[ref].host == host.ref), None)
    if pif is None:
        return "has no interface on it"
    if not pif.currently_attached:
        return f"has its interface on it ({pif.device}) unplugged"
    return "" if pif.primary_address else f"has no address on it ({pif.device})"
