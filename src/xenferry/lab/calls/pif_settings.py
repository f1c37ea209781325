"""PIF: addresses and properties."""

from __future__ import annotations

import ipaddress

from xenferry.lab.calls.pif import forward
from xenferry.lab.context import Context
from xenferry.lab.datamodel import NULL
from xenferry.lab.error import LabError
from xenferry.lab.network import checks, state
from xenferry.lab.registry import call

PROPERTIES = {"gro": ("on", "off")}
"""Every property of a PIF, and its values."""


@call("PIF.reconfigure_ip")
async def reconfigure_ip(
    ctx: Context, self: str, mode: str, address: str, netmask: str, gateway: str, dns: str
) -> None:
    """Simplification: a plugged PIF keeps by DHCP the address it has, for the lab has no DHCP server."""
    forward(ctx, self)
    checks.managed(ctx.db, self)
    pif = ctx.db.get("PIF", self)
    names = ("ip_configuration_mode", "IP", "netmask", "gateway")
    if mode != "Static" or [pif[name] for name in names] != [mode, address, netmask, gateway]:
        checks.no_protection(ctx.db, self)
        checks.no_clustering(ctx.db, self)
    _check_addresses(mode, address, netmask, gateway)
    if mode == "None" and pif["primary_address_type"] == "IPv4":
        checks.not_management(ctx.db, self)
    leased = mode == "DHCP" and pif["currently_attached"]
    fields = {} if leased else {"IP": address, "netmask": netmask, "gateway": gateway}
    ctx.db.update("PIF", self, ip_configuration_mode=mode, DNS=_servers(dns, pif["DNS"], version=4), **fields)
    _apply(ctx, self)


def _check_addresses(mode: str, address: str, netmask: str, gateway: str) -> None:
    """A static configuration needs an address and a mask; what is given must be one in any mode."""
    values = {"IP": address, "netmask": netmask, "gateway": gateway}
    needed = ("IP", "netmask") if mode == "Static" else ()
    for name, value in values.items():
        if (value or name in needed) and not _is_address(value, 4):
            raise LabError("INVALID_IP_ADDRESS_SPECIFIED", name)


def _is_address(text: str, version: int) -> bool:
    try:
        return ipaddress.ip_address(text).version == version
    except ValueError:
        return False


def _servers(given: str, known: str, *, version: int) -> str:
    """The name servers given, of this version of IP alone, and those known of the other one."""
    new = [each for each in given.split(",") if _is_address(each, version)]
    kept = [each for each in known.split(",") if _is_address(each, 10 - version)]
    return ",".join([*new, *kept])


def _apply(ctx: Context, ref: str) -> None:
    """A plugged PIF is set up at once, and its host's address follows when it is the management interface.

    A PIF that dom0 then cannot set up stays unplugged.
    """
    pif = ctx.db.get("PIF", ref)
    if pif["currently_attached"]:
        ctx.db.update("PIF", ref, currently_attached=False)
        state.bring_up(ctx.lab, ref)
    if pif["management"] and pif["IP"]:
        ctx.db.update("host", pif["host"], address=pif["IP"])


@call("PIF.reconfigure_ipv6")
async def reconfigure_ipv6(ctx: Context, self: str, mode: str, address: str, gateway: str, dns: str) -> None:
    """`address` has a prefix length, `2001:db8::1/64`."""
    forward(ctx, self)
    checks.managed(ctx.db, self)
    pif = ctx.db.get("PIF", self)
    now = [pif["ipv6_configuration_mode"], pif["IPv6"], pif["ipv6_gateway"]]
    if mode != "Static" or now != [mode, [address], gateway]:
        checks.no_protection(ctx.db, self)
        checks.no_clustering(ctx.db, self)
    if gateway and not _is_address(gateway, 6):
        raise LabError("INVALID_IP_ADDRESS_SPECIFIED", "gateway")
    if address and not _is_cidr(address):
        raise LabError("INVALID_CIDR_ADDRESS_SPECIFIED", "IPv6")
    if mode == "None" and pif["primary_address_type"] == "IPv6":
        checks.not_management(ctx.db, self)
    ctx.db.update(
        "PIF", self, ipv6_configuration_mode=mode, IPv6=[address], ipv6_gateway=gateway,
        DNS=_servers(dns, pif["DNS"], version=6),
    )  # fmt: skip
    _apply(ctx, self)


def _is_cidr(text: str) -> bool:
    try:
        return "/" in text and ipaddress.ip_interface(text).version == 6
    except ValueError:
        return False


@call("PIF.set_primary_address_type")
async def set_primary_address_type(ctx: Context, self: str, kind: str) -> None:
    forward(ctx, self)
    checks.no_protection(ctx.db, self)
    checks.not_management(ctx.db, self)
    ctx.db.update("PIF", self, primary_address_type=kind)


@call("PIF.set_disallow_unplug")
async def set_disallow_unplug(ctx: Context, self: str, value: bool) -> None:
    """Raises CLUSTERING_ENABLED [cluster_host] when a cluster runs over it."""
    if ctx.db.get("PIF", self)["disallow_unplug"] and not value:
        checks.no_clustering(ctx.db, self)
    ctx.db.update("PIF", self, disallow_unplug=value)


@call("PIF.set_property")
async def set_property(ctx: Context, self: str, name: str, value: str) -> None:
    """On a NIC or a bond, with its members. The PIF and all VLANs on it are brought up anew, which may fail."""
    forward(ctx, self)
    if value not in PROPERTIES.get(name, ()):
        raise LabError("INVALID_VALUE", "properties", f"{name} = {value}")
    pif = ctx.db.get("PIF", self)
    if not (pif["bond_master_of"] or pif["physical"]) or pif["bond_slave_of"] != NULL:
        raise LabError("CANNOT_CHANGE_PIF_PROPERTIES", self)
    properties = {**pif["properties"], name: value}
    members = [member for bond in pif["bond_master_of"] for member in ctx.db.get("Bond", bond)["slaves"]]
    for each in (self, *members):
        ctx.db.update("PIF", each, properties=properties)
    if pif["currently_attached"]:
        vlans = [ctx.db.get("VLAN", vlan)["untagged_PIF"] for vlan in pif["VLAN_slave_of"]]
        for each in (self, *vlans):
            state.bring_up(ctx.lab, each)
