"""PIF: a host's NICs as XAPI knows them."""

from __future__ import annotations

from typing import Any

from xenferry.lab.context import Context
from xenferry.lab.error import LabError
from xenferry.lab.network import checks, pifs, plugging
from xenferry.lab.registry import call
from xenferry.lab.storage.plug import check_live
from xenferry.lab.world import Dom0


def _dom0(ctx: Context, host: str) -> Dom0:
    return ctx.lab.world.dom0.setdefault(host, Dom0(hostname=ctx.db.get("host", host)["hostname"]))


def forward(ctx: Context, pif: str) -> None:
    """The PIF's host carries the call on. Raises HANDLE_INVALID, HOST_OFFLINE [host]."""
    host = ctx.db.get("PIF", pif)["host"]
    check_live(ctx.db, host)
    ctx.forward(host)


@call("PIF.scan")
async def scan(ctx: Context, host: str) -> None:
    check_live(ctx.db, host)
    ctx.forward(host)
    pifs.scan(ctx.db, host, _dom0(ctx, host))


@call("PIF.introduce")
async def introduce(ctx: Context, host: str, mac: str, device: str, managed: bool) -> str:
    """An empty MAC address is that of the NIC of this name, if there is one."""
    check_live(ctx.db, host)
    ctx.forward(host)
    nics = {nic.name: nic for nic in _dom0(ctx, host).nics}
    mac = mac.lower() or (nics[device].mac if device in nics else "")
    if not pifs.MAC.fullmatch(mac):
        raise LabError("MAC_INVALID", mac)
    if device in pifs.physical(ctx.db, host):
        raise LabError("DUPLICATE_PIF_DEVICE_NAME", device)
    if device not in nics or nics[device].mac != mac:
        raise LabError("COULD_NOT_FIND_NETWORK_INTERFACE_WITH_SPECIFIED_DEVICE_NAME_AND_MAC_ADDRESS", device, mac)
    return pifs.introduce(ctx.db, host, nics[device], managed=managed)


@call("PIF.forget")
async def forget(ctx: Context, self: str) -> None:
    """A NIC that is still there may be forgotten too."""
    forward(ctx, self)
    checks.not_management(ctx.db, self)
    checks.not_bonded(ctx.db, self)
    checks.no_vlans(ctx.db, self)
    checks.no_tunnels(ctx.db, self)
    checks.no_protection(ctx.db, self)
    checks.no_sriov(ctx.db, self)
    checks.no_clustering(ctx.db, self)
    pifs.forget(ctx.db, self)


@call("PIF.plug")
async def plug(ctx: Context, self: str) -> None:
    forward(ctx, self)
    plugging.plug(ctx.lab, self)


@call("PIF.unplug")
async def unplug(ctx: Context, self: str) -> None:
    forward(ctx, self)
    plugging.unplug(ctx.lab, self)


@call("PIF.db_introduce")
async def db_introduce(ctx: Context, device: str, network: str, host: str, mac: str, *rest: Any) -> str:
    """A record and nothing else, whatever it says; what it is a member of is not taken over."""
    names = (
        "MTU", "VLAN", "physical", "ip_configuration_mode", "IP", "netmask", "gateway", "DNS", "bond_slave_of",
        "VLAN_master_of", "management", "other_config", "disallow_unplug", "ipv6_configuration_mode", "IPv6",
        "ipv6_gateway", "primary_address_type", "managed", "properties",
    )  # fmt: skip
    fields = dict(zip(names, rest, strict=True))
    del fields["bond_slave_of"]
    if fields["VLAN"] != -1:
        checks.fits_trunks(ctx.db, network)
    metrics = ctx.db.create("PIF_metrics", carrier=False, speed=0, duplex=False)
    return ctx.db.create(
        "PIF", fields, device=device, network=network, host=host, MAC=mac, metrics=metrics, currently_attached=False
    )


@call("PIF.db_forget")
async def db_forget(ctx: Context, self: str) -> None:
    """The record alone goes."""
    ctx.db.destroy("PIF", self)
