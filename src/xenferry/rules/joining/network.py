"""What of a host's network has to go, or to agree, before it joins."""

from __future__ import annotations

from collections.abc import Iterator

from xenferry.rules.joining.hurdle import Hurdle, Sides, blocks, management
from xenferry.rules.words import listed

COPIED = "Remove it; when the host has joined, XAPI makes those of the pool on it."


def bonds(at: Sides) -> Iterator[Hurdle]:
    if at.joiner.Bond:
        masters = (
            at.joiner.PIF[bond.master].device for bond in at.joiner.Bond.values() if bond.master in at.joiner.PIF
        )
        yield from blocks(("POOL_JOINING_HOST_HAS_BONDS",), f"{at.name} has bond {listed(masters)}.", COPIED)


def tunnels(at: Sides) -> Iterator[Hurdle]:
    if at.joiner.tunnel:
        yield from blocks(("POOL_JOINING_HOST_HAS_TUNNELS",), f"{at.name} has tunnels.", COPIED)


def sriovs(at: Sides) -> Iterator[Hurdle]:
    if at.joiner.network_sriov:
        yield from blocks(("POOL_JOINING_HOST_HAS_NETWORK_SRIOVS",), f"{at.name} has SR-IOV networks.", COPIED)


def vlans(at: Sides) -> Iterator[Hurdle]:
    """That of the management interface may stay."""
    pifs = at.joiner.PIF
    others = [each for each in at.joiner.VLAN.values() if each.untagged_PIF in pifs]
    others = [vlan for vlan in others if not pifs[vlan.untagged_PIF].management]
    if others:
        names = listed(f"VLAN {vlan.tag} on {pifs[vlan.untagged_PIF].device}" for vlan in others)
        yield from blocks(("POOL_JOINING_HOST_HAS_NON_MANAGEMENT_VLANS",), f"{at.name} has {names}.", COPIED)


def management_vlan(at: Sides) -> Iterator[Hurdle]:
    own, other = management(at.joiner), management(at.pool)
    mine, theirs = (pif.VLAN if pif else -1 for pif in (own, other))
    if mine != theirs:
        tagged = [f"on VLAN {tag}" if tag >= 0 else "untagged" for tag in (mine, theirs)]
        yield from blocks(
            ("POOL_JOINING_HOST_MANAGEMENT_VLAN_DOES_NOT_MATCH", str(mine), str(theirs)),
            f"Management is {tagged[0]} on {at.name} and {tagged[1]} in {at.pool_name}.",
            f"Put the management interface of {at.name} {tagged[1]} (`xe host-management-reconfigure`).",
        )


def backend(at: Sides) -> Iterator[Hurdle]:
    hosts = (at.host, at.coordinator)
    mine, theirs = (host.software_version.get("network_backend", "bridge") for host in hosts)
    if mine != theirs:
        yield from blocks(
            ("OPERATION_NOT_ALLOWED", "Network backends differ"),
            f"{at.name} switches packets by {mine}, {at.pool_name} by {theirs}.",
            f"On {at.name}: `xe-switch-network-backend {theirs}`, then reboot it.",
        )


def controller(at: Sides) -> Iterator[Hurdle]:
    """A host without one takes the pool's; only Open vSwitch has one."""
    mine, theirs = (next(iter(s.SDN_controller.values()), None) for s in (at.joiner, at.pool))
    switches = {host.software_version.get("network_backend", "bridge") for host in (at.host, at.coordinator)}
    if mine is None or switches != {"openvswitch"}:
        return
    if theirs is None or (mine.protocol, mine.address, mine.port) != (theirs.protocol, theirs.address, theirs.port):
        own, other = (f"{c.protocol}:{c.address}:{c.port}" if c else "none" for c in (mine, theirs))
        yield from blocks(
            ("OPERATION_NOT_ALLOWED", "SDN controller differs"),
            f"The SDN controller of {at.name} is {own}, that of {at.pool_name} {other}.",
            f"On {at.name}: `xe sdn-controller-forget uuid=...`; when it has joined it has that of the pool.",
        )


def address_type(at: Sides) -> Iterator[Hurdle]:
    mine, theirs = (pif.primary_address_type if pif else "" for pif in (management(at.joiner), management(at.pool)))
    if mine != theirs:
        yield from blocks(
            ("OPERATION_NOT_ALLOWED", "Primary address type differs"),
            f"Management goes by {mine or '?'} on {at.name}, by {theirs or '?'} in {at.pool_name}.",
            f"On {at.name}: `xe pif-set-primary-address-type primary_address_type={theirs.lower()} uuid=...`.",
        )


def purposes(at: Sides) -> Iterator[Hurdle]:
    found = [
        [each for network in s.network.values() for each in network.purpose if each in ("nbd", "insecure_nbd")]
        for s in (at.joiner, at.pool)
    ]
    if found[0] and found[1] and found[0][0] != found[1][0]:
        yield from blocks(
            ("OPERATION_NOT_ALLOWED", "Incompatible network purposes: nbd and insecure_nbd"),
            f"Networks carry {found[0][0]} on {at.name} and {found[1][0]} in {at.pool_name}.",
            f"On {at.name}: `xe network-param-remove param-name=purpose param-key={found[0][0]} uuid=...`.",
        )
