"""The network in which a cable's VLAN or bond belongs: the one that most hosts have it in."""

from __future__ import annotations

from collections import Counter

from xenferry.plan.wiring.wires import Line, Wires, roots
from xenferry.pool import records as r
from xenferry.pool.records import NULL, Ref
from xenferry.pool.snapshot import Snapshot


def usual(s: Snapshot, wires: Wires, line: Line) -> Ref | None:
    """The network for this cable and tag; of two that as many hosts have, the one with more guests, then the older."""
    found = Counter(pif.network for pif in s.PIF.values() if _counts(s, pif, line) and wires.of_pif(s, pif) == line)
    order = {ref: place for place, ref in enumerate(s.network)}
    known = [ref for ref in found if ref in s.network]
    return max(known, key=lambda ref: (found[ref], len(s.network[ref].VIFs), -order[ref]), default=None)


def _counts(s: Snapshot, pif: r.PIF, line: Line) -> bool:
    """VLANs of that tag; without a tag, bonds: the network of a bare NIC follows from its name."""
    return line[1] == pif.VLAN and (pif.VLAN_master_of != NULL or bool(pif.bond_master_of))


def of_vlan(s: Snapshot, wires: Wires, pif: r.PIF) -> Ref:
    """Where a VLAN belongs."""
    return usual(s, wires, wires.of_pif(s, pif)) or pif.network


def bonded(s: Snapshot, pif: r.PIF) -> bool:
    """Does it stand on a bond?"""
    return any(s.PIF[nic].bond_slave_of != NULL for nic in roots(s, pif) if nic in s.PIF)
