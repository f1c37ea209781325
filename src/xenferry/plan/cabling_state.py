"""Finding what the steps of `cabling` mean in a snapshot, and whether they are done."""

from __future__ import annotations

from collections.abc import Collection

from xenferry.plan import cabling as c
from xenferry.plan.step import Thing
from xenferry.plan.things import seek
from xenferry.pool import records as r
from xenferry.pool.records import NULL
from xenferry.pool.snapshot import Snapshot


def physical(snapshot: Snapshot, host: Thing, mac: str) -> r.PIF | None:
    """The host's NIC with this MAC address."""
    at = seek(snapshot, host)
    for pif in snapshot.PIF.values():
        if pif.host == at and pif.physical and pif.MAC.lower() == mac.lower():
            return pif
    return None


def base(snapshot: Snapshot, host: Thing, mac: str) -> r.PIF | None:
    """What VLANs on this NIC stand on: the bond that it is in, else the NIC itself."""
    nic = physical(snapshot, host, mac)
    bond = snapshot.Bond.get(nic.bond_slave_of) if nic else None
    return snapshot.PIF.get(bond.master) if bond else nic


def vlan(snapshot: Snapshot, host: Thing, mac: str, tag: int) -> r.VLAN | None:
    """The VLAN of this tag on the NIC or its bond."""
    below = base(snapshot, host, mac)
    found = (snapshot.VLAN.get(ref) for ref in (below.VLAN_slave_of if below else ()))
    return next((each for each in found if each is not None and each.tag == tag), None)


def pif(snapshot: Snapshot, host: Thing, mac: str, tag: int) -> r.PIF | None:
    """The NIC or its bond (no tag), or the VLAN of this tag on it."""
    if tag == c.UNTAGGED:
        return base(snapshot, host, mac)
    found = vlan(snapshot, host, mac, tag)
    return snapshot.PIF.get(found.untagged_PIF) if found else None


def tunnel(snapshot: Snapshot, host: Thing, network: Thing) -> r.Tunnel | None:
    """The host's end of a tunnelled network."""
    at, wanted = seek(snapshot, host), seek(snapshot, network)
    for each in snapshot.tunnel.values():
        access = snapshot.PIF.get(each.access_PIF)
        if access is not None and (access.host, access.network) == (at, wanted):
            return each
    return None


def bond(snapshot: Snapshot, host: Thing, members: Collection[str]) -> r.Bond | None:
    """The host's bond of exactly these NICs."""
    at, wanted = seek(snapshot, host), {mac.lower() for mac in members}
    for each in snapshot.Bond.values():
        own = [snapshot.PIF[ref] for ref in each.slaves if ref in snapshot.PIF]
        if own and own[0].host == at and {nic.MAC.lower() for nic in own} == wanted:
            return each
    return None


def done(step: Step, snapshot: Snapshot) -> bool:
    """Is what the step wants already so in this snapshot?"""
    match step:
        case c.DropVLAN():
            return vlan(snapshot, step.host, step.nic, step.vlan) is None
        case c.DropBond():
            return bond(snapshot, step.host, step.members) is None
        case c.DropTunnel():
            return tunnel(snapshot, step.host, step.network) is None
        case c.MakeTunnel():
            end = tunnel(snapshot, step.host, step.network)
            return end is not None and end.other_config == dict(step.other_config)
        case c.MakeBond():
            made = bond(snapshot, step.host, step.members)
            master = snapshot.PIF.get(made.master) if made else None
            return master is not None and master.network == seek(snapshot, step.network)
        case c.MakeVLAN():
            found = pif(snapshot, step.host, step.nic, step.vlan)
            return found is not None and found.network == seek(snapshot, step.network)
        case c.SetUpPIF():
            found = pif(snapshot, step.host, step.nic, step.vlan)
            return found is not None and not differing(step, found)
        case c.FollowNIC():
            vif = snapshot.VIF.get(seek(snapshot, step.vif) or NULL)
            target = pif(snapshot, step.host, step.nic, step.vlan)
            return vif is None or (target is not None and vif.network == target.network)


Step = c.DropVLAN | c.DropBond | c.DropTunnel | c.MakeBond | c.MakeVLAN | c.MakeTunnel | c.SetUpPIF | c.FollowNIC


def differing(step: c.SetUpPIF, found: r.PIF) -> frozenset[str]:
    """Which settings are not as the step wants them: `address`, `address6`, `other_config`, `plugged`, `pinned`."""
    fixed = (step.ip, step.netmask, step.gateway, servers(step.dns, 4))
    own = (found.IP, found.netmask, found.gateway, servers(found.DNS, 4))
    same = found.ip_configuration_mode == step.mode and (step.mode != "Static" or own == fixed)
    fixed6 = (True, step.gateway6, servers(step.dns, 6))
    own6 = (step.ip6 in found.IPv6, found.ipv6_gateway, servers(found.DNS, 6))
    same6 = (found.ipv6_configuration_mode or "None") == step.mode6 and (step.mode6 != "Static" or own6 == fixed6)
    return frozenset(
        name
        for name, agrees in (
            ("address", same),
            ("address6", same6),
            ("other_config", found.other_config == dict(step.other_config)),
            ("plugged", found.currently_attached or not step.plugged),
            ("pinned", found.disallow_unplug == step.pinned),
        )
        if not agrees
    )


def servers(dns: str, version: int) -> str:
    """Those name servers of a PIF that have an address of this version of IP; XAPI sets each version's alone."""
    return ",".join(each for each in dns.split(",") if each and (":" in each) == (version == 6))


def words(step: Step) -> str:
    """What the step does, in one line without a full stop."""
    match step:
        case c.DropVLAN():
            return f"take VLAN {step.vlan} off NIC {step.nic} of host {step.host.name}"
        case c.DropBond():
            return f"take the bond of {', '.join(step.members)} of host {step.host.name} apart"
        case c.DropTunnel():
            return f"take the tunnel of network {step.network.name} off host {step.host.name}"
        case c.MakeTunnel():
            where = f"VLAN {step.vlan} on " if step.vlan >= 0 else ""
            over = f"{where}NIC {step.nic} of host {step.host.name} ({step.protocol})"
            return f"tunnel network {step.network.name} over {over}"
        case c.MakeBond():
            what = f"{', '.join(step.members)} of host {step.host.name}"
            return f"bond NICs {what} ({step.mode}) on network {step.network.name}"
        case c.MakeVLAN():
            return f"put VLAN {step.vlan} on NIC {step.nic} of host {step.host.name}: network {step.network.name}"
        case c.SetUpPIF():
            own = _address(step.mode, step.ip), _address(step.mode6, step.ip6, " for IPv6")
            address = " and ".join(each for each in own if each)
            what = f"{'bring up' if step.plugged else 'set'} {step.name} of host {step.host.name}"
            return f"{what} with {address}" if address else what
        case c.FollowNIC():
            where = f"VLAN {step.vlan} on " if step.vlan >= 0 else ""
            to = f"the network of {where}NIC {step.nic} of host {step.host.name}"
            return f"move network interface {step.vif.name} of guest {step.guest.name} to {to}"


def _address(mode: str, address: str, version: str = "") -> str:
    return {"Static": f"address {address}", "DHCP": f"DHCP{version}", "Autoconf": "IPv6 autoconfiguration"}.get(
        mode, ""
    )
