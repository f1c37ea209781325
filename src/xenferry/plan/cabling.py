"""Steps that build a host's VLANs, bonds and addresses anew after its NICs got other names.

XAPI gives every one of its records of them another UUID then, so these steps name what they mean by what does not
change: the host, a NIC's MAC address, the VLAN's tag.
"""

from __future__ import annotations

from msgspec import Struct

from xenferry.plan.step import Step, Thing

UNTAGGED = -1
"""The tag of what is no VLAN, as XAPI has it."""


class Management(Struct, frozen=True, kw_only=True):
    """How a host's management interface is configured, for the NIC's new name."""

    device: str
    mode: str
    """`static` or `dhcp`."""
    ip: str = ""
    netmask: str = ""
    gateway: str = ""
    dns: str = ""
    vlan: str = ""
    """Its tag, when it is on a VLAN."""


class DropVLAN(Step, frozen=True, kw_only=True, tag="drop-vlan"):
    """Take a VLAN off a host's NIC, or off the bond that the NIC is in (VLAN.destroy)."""

    host: Thing
    nic: str
    """MAC address; of a bond: of any member."""
    vlan: int


class DropBond(Step, frozen=True, kw_only=True, tag="drop-bond"):
    """Take a host's bond apart (Bond.destroy)."""

    host: Thing
    members: tuple[str, ...]
    """MAC addresses."""


class MakeBond(Step, frozen=True, kw_only=True, tag="make-bond"):
    """Bond NICs of a host on a network of the pool (Bond.create)."""

    host: Thing
    members: tuple[str, ...]
    """MAC addresses."""
    network: Thing
    mode: str = "active-backup"
    properties: tuple[tuple[str, str], ...] = ()
    mac: str = ""
    """The bond's own MAC address; empty: that of its first member."""


class MakeVLAN(Step, frozen=True, kw_only=True, tag="make-vlan"):
    """Put a VLAN on a host's NIC, or on the bond that the NIC is in (VLAN.create)."""

    host: Thing
    nic: str
    vlan: int
    network: Thing


class DropTunnel(Step, frozen=True, kw_only=True, tag="drop-tunnel"):
    """Take a host's end of a tunnelled network away (tunnel.destroy)."""

    host: Thing
    network: Thing


class MakeTunnel(Step, frozen=True, kw_only=True, tag="make-tunnel"):
    """Tunnel a network over a host's NIC, bond or VLAN (tunnel.create, tunnel.set_other_config)."""

    host: Thing
    nic: str
    """MAC address; of a bond: of any member."""
    network: Thing
    vlan: int = UNTAGGED
    protocol: str = "gre"
    """`gre` or `vxlan`."""
    other_config: tuple[tuple[str, str], ...] = ()


class SetUpPIF(Step, frozen=True, kw_only=True, tag="set-up-pif"):
    """Give a NIC, bond or VLAN of a host the settings it had, and bring it up.

    PIF.reconfigure_ip, PIF.reconfigure_ipv6, PIF.set_other_config, PIF.plug, PIF.set_disallow_unplug.
    """

    host: Thing
    nic: str
    name: str
    """What people call it, e.g. `eth1` or `VLAN 7 on eth1`."""
    vlan: int = UNTAGGED
    mode: str = "None"
    """`None`, `DHCP` or `Static`, as XAPI writes it."""
    ip: str = ""
    netmask: str = ""
    gateway: str = ""
    dns: str = ""
    """Name servers, separated by commas, of both versions of IP."""
    mode6: str = "None"
    """`None`, `DHCP`, `Static` or `Autoconf`."""
    ip6: str = ""
    """With its prefix length, `2001:db8::1/64`."""
    gateway6: str = ""
    other_config: tuple[tuple[str, str], ...] = ()
    plugged: bool = True
    pinned: bool = False
    """Whether XAPI must not unplug it (PIF.disallow_unplug)."""


class FollowNIC(Step, frozen=True, kw_only=True, tag="follow-nic"):
    """Plug a guest's network interface into the network that a host's NIC, bond or VLAN is in then (VIF.move)."""

    guest: Thing
    vif: Thing
    host: Thing
    nic: str
    vlan: int = UNTAGGED
