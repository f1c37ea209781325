"""VLANs and bonds that only some of a cable's hosts have, though guests use them: made where they are missing.

That needs neither a reboot nor an empty host. A host whose NIC is on the cable of a bond gets a bond of this one NIC
in the same network: it goes by its network then, and not by the NIC's name. XAPI takes along what stands on the NIC.
"""

from __future__ import annotations

from collections.abc import Iterator

from xenferry.plan import steps as s
from xenferry.plan.draft import Draft
from xenferry.plan.wiring import later
from xenferry.plan.wiring.course import Course
from xenferry.plan.wiring.networks import usual
from xenferry.plan.wiring.wires import Wires, carrier
from xenferry.pool import records as r
from xenferry.pool.records import NULL, Ref
from xenferry.pool.snapshot import Snapshot

SAFE_MODE = "active-backup"
"""Of a bond whose switch nobody has set up for more."""


def supply(draft: Draft, wires: Wires, course: Course) -> None:
    """Plan what is missing, and turn to the pool that has it."""
    for number, cable in enumerate(wires.cables):
        network = usual(course.now, wires, (number, -1))
        if network is not None:
            for bare in _bare(course.now, cable.nics):
                _bond(draft, course, bare, network)
    for number, tag in sorted(_tags(course.now, wires)):
        network = usual(course.now, wires, (number, tag))
        if network is not None and _used(course.now, network):
            for nic in wires.cables[number].nics:
                _vlan(draft, course, course.now.PIF[nic], tag, network)


def _bare(s_: Snapshot, nics: tuple[Ref, ...]) -> Iterator[r.PIF]:
    """NICs in no bond, on hosts that have no bond on this cable."""
    bonded = {s_.PIF[nic].host for nic in nics if s_.PIF[nic].bond_slave_of != NULL}
    yield from (s_.PIF[nic] for nic in nics if s_.PIF[nic].host not in bonded)


def _used(s_: Snapshot, network: Ref) -> bool:
    return any(s_.VIF[ref].VM in s_.VM for ref in s_.network[network].VIFs if ref in s_.VIF)


def _bond(draft: Draft, course: Course, nic: r.PIF, network: Ref) -> None:
    s_ = course.now
    if not (_used(s_, network) or _used(s_, nic.network)) or carrier(s_, nic.host, network) is not None:
        return
    host = draft.host(nic.host)
    named = draft.snapshot.network[network].name_label
    step = s.MakeBond(
        key=f"bond-{nic.uuid}",
        host=host,
        members=(nic.MAC,),
        network=s.Thing("network", s_.network[network].uuid, named),
        mode=SAFE_MODE,
    )
    draft.add(step)
    draft.note(
        f"{nic.device} of {host.name} is on the cable of a bond of other hosts (network {named}), and gets a bond of "
        "its own with one member; add a second NIC if one leads to the same switch"
    )
    course.turn(later.with_bond(s_, nic, network, SAFE_MODE), (step.key,))


def _tags(s_: Snapshot, wires: Wires) -> set[tuple[int, int]]:
    found = (wires.of_pif(s_, pif) for pif in s_.PIF.values() if pif.VLAN_master_of != NULL)
    return {(wire, tag) for wire, tag in found if isinstance(wire, int)}


def _vlan(draft: Draft, course: Course, nic: r.PIF, tag: int, network: Ref) -> None:
    s_ = course.now
    bond = s_.Bond.get(nic.bond_slave_of)
    below = s_.PIF.get(bond.master, nic) if bond else nic
    on = [s_.VLAN[ref] for ref in below.VLAN_slave_of if ref in s_.VLAN]
    host = draft.host(nic.host)
    other = next((s_.PIF[vlan.untagged_PIF] for vlan in on if vlan.tag == tag and vlan.untagged_PIF in s_.PIF), None)
    if other is not None or carrier(s_, nic.host, network) is not None:
        return
    place = s.Thing("network", s_.network[network].uuid, s_.network[network].name_label)
    make = s.MakeVLAN(key=f"vlan-{nic.uuid}-{tag}", host=host, nic=nic.MAC, vlan=tag, network=place)
    draft.add(make)
    course.turn(later.with_vlan(s_, below, tag, network), (make.key,))
