"""PIF: a host's NICs as XAPI knows them, and the management interface."""

from __future__ import annotations

import ipaddress
import re

from xenferry.lab.context import Context
from xenferry.lab.datamodel import NULL
from xenferry.lab.db import Record
from xenferry.lab.error import LabError
from xenferry.lab.network import pifs
from xenferry.lab.registry import call
from xenferry.lab.storage.plug import check_live
from xenferry.lab.world import Dom0

MAC = re.compile(r"[0-9a-fA-F]{2}(:[0-9a-fA-F]{2}){5}")


def _dom0(ctx: Context, host: str) -> Dom0:
    return ctx.lab.world.dom0.setdefault(host, Dom0(hostname=ctx.db.get("host", host)["hostname"]))


def _check_managed(ref: str, pif: Record) -> None:
    if not pif["managed"]:
        raise LabError("PIF_UNMANAGED", ref)


def _check_no_ha(ctx: Context) -> None:
    if any(pool["ha_enabled"] for pool in ctx.db.all("pool").values()):
        raise LabError("HA_IS_ENABLED")


def _check_not_management(ref: str, pif: Record) -> None:
    if pif["management"]:
        raise LabError("PIF_IS_MANAGEMENT_INTERFACE", ref)


@call("PIF.scan", task=True)
async def scan(ctx: Context, host: str) -> None:
    check_live(ctx.db, host)
    pifs.scan(ctx.db, host, _dom0(ctx, host))


@call("PIF.introduce", task=True)
async def introduce(ctx: Context, host: str, mac: str, device: str, managed: bool) -> str:
    """The name is looked at first, then the form of the MAC address, then whether there is such a NIC."""
    check_live(ctx.db, host)
    if device in pifs.physical(ctx.db, host):
        raise LabError("DUPLICATE_PIF_DEVICE_NAME", device)
    if not MAC.fullmatch(mac):
        raise LabError("MAC_INVALID", mac)
    for nic in _dom0(ctx, host).nics:
        if (nic.name, nic.mac) == (device, mac.lower()):
            return pifs.introduce(ctx.db, host, nic, managed=managed)
    raise LabError("COULD_NOT_FIND_NETWORK_INTERFACE_WITH_SPECIFIED_DEVICE_NAME_AND_MAC_ADDRESS", device, mac)


@call("PIF.forget", task=True)
async def forget(ctx: Context, self: str) -> None:
    pif = ctx.db.get("PIF", self)
    _check_not_management(self, pif)
    if pif["bond_slave_of"] != NULL or pif["bond_master_of"]:
        raise LabError("PIF_ALREADY_BONDED", self)
    if pif["VLAN_slave_of"] or pif["VLAN_master_of"] != NULL:
        raise LabError("PIF_VLAN_STILL_EXISTS", self)
    if pif["tunnel_access_PIF_of"] or pif["tunnel_transport_PIF_of"]:
        raise LabError("PIF_TUNNEL_STILL_EXISTS", self)
    _check_no_ha(ctx)
    if pif["sriov_physical_PIF_of"] or pif["sriov_logical_PIF_of"]:
        raise LabError("PIF_SRIOV_STILL_EXISTS", self)
    pifs.forget(ctx.db, self)


@call("PIF.plug", task=True)
async def plug(ctx: Context, self: str) -> None:
    pif = ctx.db.get("PIF", self)
    _check_managed(self, pif)
    if pif["bond_slave_of"] != NULL:
        raise LabError("CANNOT_PLUG_BOND_SLAVE", self)
    check_live(ctx.db, pif["host"])
    ctx.db.update("PIF", self, currently_attached=True)


@call("PIF.unplug", task=True)
async def unplug(ctx: Context, self: str) -> None:
    pif = ctx.db.get("PIF", self)
    _check_managed(self, pif)
    _check_no_ha(ctx)
    _check_not_management(self, pif)
    if pif["disallow_unplug"]:
        raise LabError("PIF_DOES_NOT_ALLOW_UNPLUG", self)
    for ref in ctx.db.get("network", pif["network"])["VIFs"]:
        vif = ctx.db.get("VIF", ref)
        if vif["currently_attached"] and ctx.db.get("VM", vif["VM"])["resident_on"] == pif["host"]:
            raise LabError("VIF_IN_USE", pif["network"], ref)
    ctx.db.update("PIF", self, currently_attached=False)


@call("PIF.reconfigure_ip", task=True)
async def reconfigure_ip(
    ctx: Context, self: str, mode: str, address: str, netmask: str, gateway: str, dns: str
) -> None:
    """Simplification: DHCP keeps the address there is, for the lab has no DHCP server."""
    pif = ctx.db.get("PIF", self)
    _check_managed(self, pif)
    if mode == "None":
        _check_not_management(self, pif)
    _check_no_ha(ctx)
    if mode == "Static":
        _check_addresses(address, netmask, gateway, dns)
    fields = {"IP": address, "netmask": netmask, "gateway": gateway, "DNS": dns} if mode != "DHCP" else {}
    ctx.db.update("PIF", self, ip_configuration_mode=mode, **fields)
    if pif["management"] and mode == "Static":
        ctx.db.update("host", pif["host"], address=address)


def _check_addresses(address: str, netmask: str, gateway: str, dns: str) -> None:
    for name, value in (("IP", address), ("netmask", netmask)):
        _check_address(name, value)
    for name, value in (("gateway", gateway), *(("DNS", each) for each in dns.split(",") if dns)):
        if value:
            _check_address(name, value)


def _check_address(name: str, value: str) -> None:
    try:
        ipaddress.IPv4Address(value.strip())
    except ValueError:
        raise LabError("INVALID_IP_ADDRESS_SPECIFIED", name) from None


@call("PIF.set_disallow_unplug")
async def set_disallow_unplug(ctx: Context, self: str, value: bool) -> None:
    ctx.db.get("PIF", self)
    ctx.db.update("PIF", self, disallow_unplug=value)


@call("host.management_reconfigure", task=True)
async def management_reconfigure(ctx: Context, ref: str) -> None:
    """Simplification: the half minute in which a member finds its coordinator again is not modelled."""
    pif = ctx.db.get("PIF", ref)
    _check_no_ha(ctx)
    if pif["bond_slave_of"] != NULL:
        raise LabError("CANNOT_PLUG_BOND_SLAVE", ref)
    if pif["ip_configuration_mode"] == "None":
        raise LabError("PIF_HAS_NO_NETWORK_CONFIGURATION", ref)
    for other, record in list(ctx.db.all("PIF").items()):
        if record["host"] == pif["host"] and record["management"]:
            ctx.db.update("PIF", other, management=False)
    ctx.db.update("PIF", ref, management=True, currently_attached=True)
    ctx.db.update("host", pif["host"], address=pif["IP"])
