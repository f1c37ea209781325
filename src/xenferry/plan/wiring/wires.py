"""Which cable a network's traffic takes on a host, whatever the NICs are called there now or later."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from msgspec import Struct

from xenferry.plan.wiring.choice import Chosen, Puzzle, Strand, choose
from xenferry.pool import records as r
from xenferry.pool.cables import Cable, Trust, cables
from xenferry.pool.records import NULL, Ref
from xenferry.pool.snapshot import Snapshot

COORDINATOR = 1
GUEST = 1024
"""What a host's reboot weighs: each guest, and the host itself, outweighs that it is the coordinator."""
Line = tuple[object, int]
"""A cable (its number; of a tunnel and the like the network itself) and a VLAN's tag (-1: none)."""


class Wires(Struct, frozen=True):
    """The cables of a pool. Valid as long as its NICs have the same references, whatever else changes."""

    cables: tuple[Cable, ...]
    names: Mapping[int, str]
    """Cable -> the name that a person wants for it."""

    def of(self, nic: Ref) -> int | None:
        """The number of a NIC's cable."""
        return next((number for number, cable in enumerate(self.cables) if nic in cable.nics), None)

    def line(self, s: Snapshot, host: Ref, network: Ref) -> Line | None:
        """Where a host's traffic of a network goes; None when it is not on it."""
        pif = carrier(s, host, network)
        return self.of_pif(s, pif) if pif else None

    def of_pif(self, s: Snapshot, pif: r.PIF) -> Line:
        """Where a PIF's traffic goes."""
        nics = roots(s, pif)
        tag = pif.VLAN if pif.VLAN_master_of != NULL else -1
        found = [number for nic in nics if (number := self.of(nic)) is not None]
        return (min(found) if found else pif.network, tag)

    def puzzle(self, s: Snapshot) -> Puzzle:
        """What has to be named. Members of bonds may be called anything: a bond's network goes by no name."""
        strands = [self._strand(s, number) for number in range(len(self.cables))]
        loose: dict[object, frozenset[str]] = {}
        for nic in s.PIF.values():
            if nic.physical and nic.bond_slave_of != NULL:
                loose[nic.host] = loose.get(nic.host, frozenset()) | {nic.device}
        weight: dict[object, int] = {host.ref: GUEST for host in s.hosts}
        for vm in s.guests:
            if vm.resident_on in weight and vm.power_state == "Running":
                weight[vm.resident_on] += GUEST
        weight[s.pool.master] = weight.get(s.pool.master, GUEST) + COORDINATOR
        return Puzzle(strands=strands, weight=weight, loose=loose)

    def _strand(self, s: Snapshot, number: int) -> Strand:
        nics = [s.PIF[ref] for ref in self.cables[number].nics if s.PIF[ref].bond_slave_of == NULL]
        return Strand({nic.host: nic.device for nic in nics}, self.names.get(number, ""))


def find(s: Snapshot, told: Mapping[Ref, str]) -> Wires:
    """The cables as far as addresses, roles and names tell, and as a person said.

    Args:
        s: the pool.
        told: NIC -> the name that its cable shall have on all hosts; it puts a NIC without evidence on the cable of
            that name.
    """
    known = list(cables(s))
    for nic, name in told.items():
        _put(s, known, nic, name)
    found = tuple(each for each in known if each.nics)
    names = {number: told[nic] for number, cable in enumerate(found) for nic in cable.nics if nic in told}
    return Wires(found, names)


def _put(s: Snapshot, known: list[Cable], nic: Ref, name: str) -> None:
    """Put a NIC that is alone on its cable onto the one of that name; the host's other NIC there is alone then."""
    at = next(place for place, cable in enumerate(known) if nic in cable.nics)
    host = s.PIF[nic].host
    if len({s.PIF[ref].host for ref in known[at].nics}) > 1:
        return
    for place, cable in enumerate(known):
        rest = tuple(ref for ref in cable.nics if s.PIF[ref].host != host)
        if place == at or name not in (s.PIF[ref].device for ref in rest):
            continue
        put_out = tuple(ref for ref in cable.nics if ref not in rest)
        known[place] = Cable(nics=(*rest, *known[at].nics), trust=Trust.TOLD, why="a person said so")
        known[at] = Cable(nics=put_out, trust=Trust.SUBNET, why="no other NIC belongs to it")
        return


def carrier(s: Snapshot, host: Ref, network: Ref) -> r.PIF | None:
    """The PIF by which a host is on a network."""
    record = s.network.get(network)
    found = (s.PIF[ref] for ref in (record.PIFs if record else ()) if ref in s.PIF)
    return next((pif for pif in found if pif.host == host), None)


def roots(s: Snapshot, pif: r.PIF) -> tuple[Ref, ...]:
    """The NICs that a PIF stands on; none for a tunnel."""
    vlan = s.VLAN.get(pif.VLAN_master_of)
    if vlan is not None:
        return roots(s, s.PIF[vlan.tagged_PIF]) if vlan.tagged_PIF in s.PIF else ()
    for ref in pif.bond_master_of:
        if ref in s.Bond:
            return s.Bond[ref].slaves
    return (pif.ref,) if pif.physical else ()


class Rename(Struct, frozen=True, kw_only=True):
    """A NIC that needs another name."""

    nic: Ref
    old: str
    new: str
    cable: Cable | None
    """None: it only makes way."""


class Renaming(Struct, frozen=True, kw_only=True):
    """The whole renaming."""

    renames: tuple[Rename, ...]
    chosen: Chosen


def renaming(s: Snapshot, wires: Wires) -> Renaming:
    """The smallest one. Raises ValueError: a person wants one name for two cables."""
    chosen = choose(wires.puzzle(s))
    new = {
        nic: name
        for cable, name in zip(wires.cables, chosen.names, strict=True)
        for nic in cable.nics
        if s.PIF[nic].bond_slave_of == NULL
    }
    hosts = dict.fromkeys(s.PIF[nic].host for nic, name in new.items() if s.PIF[nic].device != name)
    found = [each for host in hosts for each in _of_host(s, wires.cables, host, new)]
    return Renaming(renames=tuple(found), chosen=chosen)


def _of_host(s: Snapshot, known: Sequence[Cable], host: Ref, new: Mapping[Ref, str]) -> Iterator[Rename]:
    on = {nic: cable for cable in known for nic in cable.nics}
    nics = [pif for pif in s.PIF.values() if pif.host == host and pif.physical]
    wanted = {nic.ref: new[nic.ref] for nic in nics if nic.ref in new}
    for nic in nics:
        if nic.ref in wanted and nic.device != wanted[nic.ref]:
            yield Rename(nic=nic.ref, old=nic.device, new=wanted[nic.ref], cable=on[nic.ref])
    others = [nic for nic in nics if nic.ref not in wanted]
    names = {*wanted.values(), *(nic.device for nic in others)}
    free = [nic.device for nic in nics if nic.ref in wanted and nic.device not in names]
    free += [name for number in range(64) if (name := f"eth{number}") not in {*names, *free}]
    for nic in others:
        if nic.device in wanted.values():
            yield Rename(nic=nic.ref, old=nic.device, new=free.pop(0), cable=None)
