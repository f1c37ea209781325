"""Which NICs of a pool hang on the same cable, and how we know.

XAPI joins NICs into one network by their kernel name alone: every host's eth0 lands in the same network, whatever it
is plugged into. The truth has to be inferred. Addresses are the evidence: two NICs with addresses in one subnet (on
themselves, or on the same VLAN above them) are on one segment, and two with addresses in different subnets are not.
What a switch says of its ports (LLDP), where somebody asked, tells the same. Where there is neither the common name is
believed, as XAPI does, and the answer says so.
"""

from __future__ import annotations

import ipaddress
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import IntEnum

from msgspec import Struct

from xenferry.pool import records as r
from xenferry.pool.neighbour import Neighbour, neighbours
from xenferry.pool.records import NULL, Ref
from xenferry.pool.snapshot import Snapshot

Subnet = ipaddress.IPv4Network | ipaddress.IPv6Network
Located = tuple[int, Subnet]
"""A subnet and the VLAN tag it was seen with (-1: untagged)."""


class Trust(IntEnum):
    """How sure we are that two NICs belong together."""

    NAME = 1
    """They have the same name, and nothing contradicts it."""
    MANAGEMENT = 2
    """Both carry their host's management, but with addresses in different subnets."""
    SWITCH = 3
    """Both are plugged into ports of one switch with the same untagged VLAN, as the switch says."""
    SUBNET = 4
    """Both have an address in the same subnet, on the same VLAN."""
    TOLD = 5
    """A person said so."""


class Cable(Struct, frozen=True, kw_only=True):
    """NICs believed to be on one segment, at most one a host (bonded NICs count as their bond's first member)."""

    nics: tuple[Ref, ...]
    """Physical PIFs, in the pool's order."""
    trust: Trust
    """The weakest link between them; of a single NIC: SUBNET."""
    why: str
    """The evidence in a few words, e.g. `addresses in 172.16.60.0/24`."""

    def names(self, snapshot: Snapshot) -> dict[Ref, str]:
        """Host -> what it calls its NIC on this cable; of a bond its first member."""
        return {snapshot.PIF[nic].host: snapshot.PIF[nic].device for nic in reversed(self.nics)}

    def agreed(self, snapshot: Snapshot) -> bool:
        """Is it one network for XAPI? NICs are by their name; bonds by their network, whatever their members' names."""
        return len({_network(snapshot, snapshot.PIF[nic]) for nic in self.nics}) <= 1


def cables(snapshot: Snapshot) -> tuple[Cable, ...]:
    """Every physical, managed NIC of the pool in exactly one cable."""
    nics = [pif for pif in snapshot.PIF.values() if pif.physical and pif.managed and pif.host in snapshot.place]
    seen = {nic.ref: subnets(snapshot, nic) for nic in nics}
    ports = neighbours(snapshot)
    groups: list[_Group] = []
    usual = Counter((located, nic.device) for nic in nics for located in seen[nic.ref])
    for nic in sorted(nics, key=lambda pif: _order(pif, seen[pif.ref], usual, told=pif.ref in ports)):
        _add(nic, seen[nic.ref], ports.get(nic.ref), groups)
    order = {ref: place for place, ref in enumerate(snapshot.PIF)}
    return tuple(sorted((group.cable(order) for group in groups), key=lambda cable: order[cable.nics[0]]))


def _order(
    nic: r.PIF, seen: frozenset[Located], usual: Mapping[tuple[Located, str], int], *, told: bool
) -> tuple[bool, bool, bool, int]:
    """The best evidence first; of two NICs in one subnet the one whose name is common there."""
    return not seen, not told, not nic.management, -max((usual[located, nic.device] for located in seen), default=0)


def could_join(snapshot: Snapshot, cable: Cable, nic: Ref) -> bool:
    """Whether a NIC could be on a cable that has none of its host, as far as addresses tell."""
    own, others = snapshot.PIF[nic], [snapshot.PIF[ref] for ref in cable.nics]
    known = frozenset[Located]().union(*(subnets(snapshot, each) for each in others))
    seen = subnets(snapshot, own)
    ports = neighbours(snapshot)
    apart = any(_apart(ports.get(nic), ports.get(other.ref)) for other in others)
    fits = not (known and seen) or bool(known & seen)
    return fits and not apart and all(other.host != own.host for other in others)


def rivals(snapshot: Snapshot, cable: Cable, nic: Ref, others: tuple[Cable, ...]) -> tuple[Ref, ...]:
    """NICs of the same host that fit a cable as well as the one that was taken for it, and belong nowhere else.

    Args:
        snapshot: the pool.
        cable: the cable.
        nic: one of its NICs, called otherwise than the others.
        others: all cables.
    """
    own = snapshot.PIF[nic]
    rest = [snapshot.PIF[ref] for ref in cable.nics if snapshot.PIF[ref].host != own.host]
    ports = neighbours(snapshot)
    group = _Group(rest, [subnets(snapshot, each) for each in rest], [ports.get(each.ref) for each in rest])
    free = (snapshot.PIF[each.nics[0]] for each in others if len(each.nics) == 1)
    rank = _rank(group, own, snapshot)
    return tuple(each.ref for each in free if each.host == own.host and rank <= _rank(group, each, snapshot))


def _rank(group: _Group, nic: r.PIF, snapshot: Snapshot) -> tuple[int, bool]:
    port = neighbours(snapshot).get(nic.ref)
    return group.fit(nic, subnets(snapshot, nic), port) or 0, any(other.device == nic.device for other in group.nics)


def subnets(snapshot: Snapshot, nic: r.PIF) -> frozenset[Located]:
    """The subnets a NIC is seen in, from its own and its VLANs' addresses."""
    return frozenset((pif.VLAN, net) for pif in _above(snapshot, nic) for net in _networks(pif))


def _network(snapshot: Snapshot, nic: r.PIF) -> tuple[str, str]:
    bond = snapshot.Bond.get(nic.bond_slave_of)
    if bond is None or bond.master not in snapshot.PIF:
        return "NIC", nic.device
    return "bond", snapshot.PIF[bond.master].network


def _above(snapshot: Snapshot, nic: r.PIF) -> Iterator[r.PIF]:
    """The NIC itself, the bond it is a member of, and the VLANs on either."""
    yield nic
    bases = [nic]
    bond = snapshot.Bond.get(nic.bond_slave_of)
    if bond is not None and bond.master in snapshot.PIF:
        bases.append(snapshot.PIF[bond.master])
        yield bases[-1]
    for base in bases:
        for ref in base.VLAN_slave_of:
            vlan = snapshot.VLAN.get(ref)
            if vlan is not None and vlan.untagged_PIF in snapshot.PIF:
                yield snapshot.PIF[vlan.untagged_PIF]


def _networks(pif: r.PIF) -> Iterator[Subnet]:
    texts = [f"{pif.IP}/{pif.netmask}"] if pif.IP and pif.netmask else []
    for text in (*texts, *(address for address in pif.IPv6 if "/" in address)):
        try:
            network = ipaddress.ip_network(text, strict=False)
        except ValueError:  # XAPI stores what it was given; an address that is none proves nothing
            continue
        if not network.is_link_local:
            yield network


@dataclass
class _Group:
    """A cable in the making."""

    nics: list[r.PIF]
    seen: list[frozenset[Located]]
    ports: list[Neighbour | None]
    trust: Trust = Trust.SUBNET

    def fit(self, nic: r.PIF, seen: frozenset[Located], port: Neighbour | None) -> Trust | None:
        """How well a further NIC fits; None when it cannot be on this cable."""
        if any(other.host == nic.host and not _bonded_together(other, nic) for other in self.nics):
            return None
        known = frozenset[Located]().union(*self.seen)
        if known & seen:
            return Trust.SUBNET
        if any(_apart(port, other) for other in self.ports):
            return None
        if any(port and other and port.comparable(other) for other in self.ports):
            return Trust.SWITCH
        if nic.management and any(other.management for other in self.nics):
            return Trust.MANAGEMENT
        same_name = any(other.device == nic.device for other in self.nics)
        return Trust.NAME if same_name and not (known and seen) else None

    def join(self, nic: r.PIF, seen: frozenset[Located], port: Neighbour | None, trust: Trust) -> None:
        self.nics.append(nic)
        self.seen.append(seen)
        self.ports.append(port)
        self.trust = min(self.trust, trust)

    def cable(self, order: Mapping[Ref, int]) -> Cable:
        refs = sorted((nic.ref for nic in self.nics), key=order.__getitem__)
        return Cable(nics=tuple(refs), trust=self.trust, why=self._why())

    def _why(self) -> str:
        if len(self.nics) == 1:
            return "no other NIC belongs to it"
        if self.trust is Trust.MANAGEMENT:
            return "each carries its host's management"
        if self.trust is Trust.SWITCH:
            ports = dict.fromkeys(f"VLAN {port.vlan} of switch {port.switch}" for port in self.ports if port)
            return "ports in " + ", ".join(ports)
        if self.trust is Trust.NAME:
            return "the same name, and nothing contradicts it"
        count = Counter(located for seen in self.seen for located in seen)
        return "addresses in " + ", ".join(sorted(_say(located) for located, nics in count.items() if nics > 1))


def _say(located: Located) -> str:
    vlan, network = located
    return f"{network} on VLAN {vlan}" if vlan >= 0 else str(network)


def _bonded_together(one: r.PIF, other: r.PIF) -> bool:
    return one.bond_slave_of != NULL and one.bond_slave_of == other.bond_slave_of


def _apart(one: Neighbour | None, other: Neighbour | None) -> bool:
    """Two untagged VLANs of one switch."""
    return bool(one and other and one.comparable(other) and one.vlan != other.vlan)


def _add(nic: r.PIF, seen: frozenset[Located], port: Neighbour | None, groups: list[_Group]) -> None:
    fits = [(trust, -place) for place, group in enumerate(groups) if (trust := group.fit(nic, seen, port))]
    if not fits:
        groups.append(_Group([nic], [seen], [port]))
        return
    trust, place = max(fits)
    groups[-place].join(nic, seen, port, trust)
