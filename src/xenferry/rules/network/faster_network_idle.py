"""Migrations use a slower network than the pool has.

Without another choice migrations go over the management network. An evacuation has taken a day over 1 Gbit/s while
interfaces with 10 Gbit/s and addresses of their own were idle.

Cause: nobody chose a migration network.
Fix: Choose it for all migrations: `xenferry nics choose NETWORK` (in Xen Orchestra the pool's "default migration
    network"), or name it once: `xenferry evacuate HOST --network NETWORK`. `xenferry nics migration` shows what each
    host has there.

Example:
    pool p   # rule: faster-network-idle
    host xcp1
      nic eth0 management speed=1000
      nic eth1 network=fast ip=198.51.100.11/24 speed=10000
    host xcp2
      nic eth0 management speed=1000
      nic eth1 network=fast ip=198.51.100.12/24 speed=10000
"""

from __future__ import annotations

from collections.abc import Iterator

from xenferry.pool.migration_network import KEY
from xenferry.pool.records import PIF, Network
from xenferry.pool.snapshot import Snapshot
from xenferry.rules.finding import Finding, Severity
from xenferry.rules.words import arg


def find(s: Snapshot) -> Iterator[Finding]:
    """At most one: a network with an address on every host, each at least twice as fast as the one used now."""
    now = _used(s)
    if now is None or len(s.hosts) < 2:
        return
    speed = _speed(s, now)
    better = [(found, network) for network in s.network.values() if (found := _speed(s, network)) >= 2 * speed > 0]
    if better:
        faster, network = max(better, key=lambda each: each[0])
        yield Finding(
            code="faster-network-idle",
            severity=Severity.NOTE,
            subject=s.pool.ref,
            cause=network.ref,
            hosts=tuple(host.ref for host in s.hosts),
            seen=f"Migrations go over network {now.name_label!r} ({speed} Mbit/s), though every host has an address"
            f" on {network.name_label!r} ({faster} Mbit/s).",
            cures=(
                f"Let migrations use it: `xenferry nics choose {arg(network.name_label)}`; or name it when you move "
                f"guests: `--network {arg(network.name_label)}`.",
            ),
        )


def _used(s: Snapshot) -> Network | None:
    """The pool's chosen migration network, else the coordinator's management network."""
    chosen = s.pool.other_config.get(KEY, "")
    named = next((each for each in s.network.values() if chosen and each.uuid == chosen), None)
    own = (pif for pif in s.PIF.values() if pif.management and pif.host == s.pool.master)
    return named or next((s.network[pif.network] for pif in own if pif.network in s.network), None)


def _speed(s: Snapshot, network: Network) -> int:
    """The slowest of all hosts' interfaces on it, in Mbit/s; 0 if a host has none that could be used."""
    pifs = {s.PIF[ref].host: s.PIF[ref] for ref in network.PIFs if ref in s.PIF}
    speeds = [_of(s, pifs[host.ref]) if host.ref in pifs else 0 for host in s.hosts]
    return min(speeds, default=0)


def _of(s: Snapshot, pif: PIF) -> int:
    metrics = s.PIF_metrics.get(_under(s, pif).metrics)
    usable = pif.currently_attached and pif.primary_address and metrics is not None and metrics.carrier
    return metrics.speed if metrics is not None and usable else 0


def _under(s: Snapshot, pif: PIF) -> PIF:
    """The interface below a VLAN, else itself."""
    vlan = s.VLAN.get(pif.VLAN_master_of)
    return s.PIF.get(vlan.tagged_PIF, pif) if vlan else pif
