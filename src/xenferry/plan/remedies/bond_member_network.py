"""Plug the guest's interface into the network of the bond that its NIC is part of."""

from __future__ import annotations

from xenferry.plan import steps as s
from xenferry.plan.draft import Draft
from xenferry.plan.things import thing
from xenferry.pool.records import PIF, Ref
from xenferry.pool.snapshot import Snapshot
from xenferry.rules.finding import Finding


def mend(draft: Draft, finding: Finding) -> bool:
    """False unless every host, the guest's own too, has the one bond's network: elsewhere it would lose its cable."""
    pool = draft.snapshot
    vif = pool.VIF[finding.cause]
    places = {_bond_network(pool, pif) for pif in pool.PIF.values() if pif.network == vif.network} - {None}
    if len(places) != 1:
        return False
    (place,) = places
    if place is None or {pif.host for pif in pool.PIF.values() if pif.network == place} != set(pool.host):
        return False
    vm = pool.VM[finding.subject]
    own, network = thing(pool, "VIF", vif.ref), thing(pool, "network", place)
    draft.add_once(s.MoveVIF(key=f"vif-{vif.uuid}", guest=draft.guest(vm), vif=own, network=network))
    return True


def _bond_network(pool: Snapshot, pif: PIF) -> Ref | None:
    """The network of the bond that the NIC is part of; None for one that is in no bond."""
    bond = pool.Bond.get(pif.bond_slave_of)
    master = pool.PIF.get(bond.master) if bond else None
    return master.network if master else None
