"""Clustering, which GFS2 needs: off on the host that joins, within its reach where the pool takes up new members."""

from __future__ import annotations

from collections.abc import Iterator

from xenferry.pool import records as r
from xenferry.pool.records import Ref
from xenferry.pool.snapshot import Snapshot
from xenferry.rules.joining.hurdle import Hurdle, Sides, blocks
from xenferry.rules.words import listed


def own(at: Sides) -> Iterator[Hurdle]:
    for member in at.joiner.Cluster_host.values():
        if member.host == at.host.ref and member.enabled:
            seen = f"Clustering is on on {at.name}."
            cure = f"On {at.name}: `xe cluster-pool-destroy cluster-uuid=...`; its GFS2 SRs have to go before."
            yield from blocks(("CLUSTERING_ENABLED", member.ref), seen, cure)


def network(at: Sides) -> Iterator[Hurdle]:
    """XAPI looks at the first member alone: where its cluster leaves new hosts out, nothing is asked of them."""
    member = next(iter(at.pool.Cluster_host.values()), None)
    pif = at.pool.PIF.get(member.PIF) if member else None
    cluster = at.pool.Cluster.get(member.cluster) if member else None
    if pif is None or cluster is None or not cluster.pool_auto_join:
        return
    if pif.VLAN > 0 and not pif.management:
        yield from blocks(
            ("POOL_JOINING_POOL_CANNOT_ENABLE_CLUSTERING_ON_VLAN_NETWORK", str(pif.VLAN)),
            f"The cluster of {at.pool_name} is on VLAN {pif.VLAN}, which a host that joins does not have yet.",
            "Put the cluster on a network without a VLAN, or on that of management.",
        )
        return
    yield from _addresses(at, _bridges(at.pool, pif))


def _addresses(at: Sides, bridges: set[str]) -> Iterator[Hurdle]:
    nets = at.joiner.network
    mine = [pif for pif in at.joiner.PIF.values() if pif.host == at.host.ref and pif.IP and pif.network in nets]
    there = [pif for pif in mine if nets[pif.network].bridge in bridges]
    if len(there) != 1:
        has = listed(f"{pif.IP} on {pif.device}" for pif in there) if there else "none"
        yield from blocks(
            ("POOL_JOINING_HOST_MUST_HAVE_ONLY_ONE_IP_ON_CLUSTERING_NETWORK",),
            f"The cluster of {at.pool_name} is on {listed(sorted(bridges))}; the addresses of {at.name} there: {has}.",
            f"Give {at.name} exactly one address there (`xe pif-reconfigure-ip uuid=... mode=static ...`).",
        )


def _bridges(pool: Snapshot, pif: r.PIF) -> set[str]:
    """Of a bond those of its members, because the host that joins has no bond yet."""
    bonds = [pool.Bond[ref] for ref in pif.bond_master_of if ref in pool.Bond]
    members: list[Ref] = [ref for bond in bonds for ref in bond.slaves] or [pif.ref]
    networks = [pool.PIF[ref].network for ref in members if ref in pool.PIF]
    return {pool.network[ref].bridge for ref in networks if ref in pool.network}
