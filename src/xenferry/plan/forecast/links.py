"""What the pool says of the network that migrations use."""

from __future__ import annotations

from xenferry.plan.forecast.figures import STREAM_BITS, UNKNOWN_LINK_MBIT
from xenferry.plan.schedule.limits import Limits
from xenferry.pool import records as r
from xenferry.pool.records import NULL, Ref
from xenferry.pool.snapshot import Snapshot


def link_mbit(snapshot: Snapshot, host: Ref, network: Ref | None = None) -> int:
    """Speed of the NIC that migrations of this host use, in Mbit/s; 0 when the pool does not say."""
    for pif in snapshot.PIF.values():
        if pif.host == host and (pif.network == network if network else pif.management):
            return _speed(snapshot, pif)
    return 0


def _speed(snapshot: Snapshot, pif: r.PIF) -> int:
    """A bond's or VLAN's own metrics, else those of what lies under it (one link: a stream uses no more)."""
    metrics = snapshot.PIF_metrics.get(pif.metrics)
    if metrics is not None and 0 < metrics.speed < 65535:  # XAPI's "unknown" is 65535
        return metrics.speed
    vlan = snapshot.VLAN.get(pif.VLAN_master_of)
    if vlan is not None and vlan.tagged_PIF in snapshot.PIF:
        return _speed(snapshot, snapshot.PIF[vlan.tagged_PIF])
    bonds = [snapshot.Bond[ref] for ref in pif.bond_master_of if ref in snapshot.Bond]
    slaves = [snapshot.PIF[ref] for bond in bonds for ref in bond.slaves if ref in snapshot.PIF]
    return max((_speed(snapshot, slave) for slave in slaves if slave.bond_master_of == ()), default=0)


def stream_bits(snapshot: Snapshot, source: Ref, target: Ref, network: Ref | None) -> float:
    """Bits per second that one migration between these hosts reaches."""
    return min(STREAM_BITS, narrowest(snapshot, source, target, network))


def narrowest(snapshot: Snapshot, source: Ref, target: Ref, network: Ref | None) -> float:
    """Bits per second of the slower of the two links; a usual one is assumed where the pool does not say."""
    ends = [link_mbit(snapshot, host, network) or UNKNOWN_LINK_MBIT for host in (source, target) if host != NULL]
    return min((mbit * 1e6 for mbit in ends), default=STREAM_BITS)


def limits(snapshot: Snapshot, network: Ref | None = None) -> Limits:
    """How much may happen at once on this pool: its links, where they are known."""
    speeds = {host.uuid: link_mbit(snapshot, host.ref, network) for host in snapshot.hosts}
    return Limits(links={uuid: mbit * 1e6 for uuid, mbit in speeds.items() if mbit})
