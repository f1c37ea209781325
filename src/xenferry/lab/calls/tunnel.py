"""tunnel: networks across hosts, for Open vSwitch."""

from __future__ import annotations

from xenferry.lab.calls.pif_vlan import forward
from xenferry.lab.context import Context
from xenferry.lab.error import LabError
from xenferry.lab.network import checks, plugging, vlans
from xenferry.lab.registry import call

REFUSALS = {
    "slave": "CANNOT_ADD_TUNNEL_TO_BOND_SLAVE",
    "tunnel": "IS_TUNNEL_ACCESS_PIF",
    "sriov": "CANNOT_ADD_TUNNEL_TO_SRIOV_LOGICAL",
    "vlan sriov": "CANNOT_ADD_TUNNEL_TO_VLAN_ON_SRIOV_LOGICAL",
}


@call("tunnel.create")
async def tunnel_create(ctx: Context, transport_pif: str, network: str, protocol: str) -> str:
    """Every host must use Open vSwitch. Raises OPENVSWITCH_NOT_ACTIVE []."""
    host = forward(ctx, transport_pif)
    checks.managed_network(ctx.db, network)
    checks.no_other_pif(ctx.db, host, network)
    checks.managed(ctx.db, transport_pif)
    checks.redirects(ctx.db, transport_pif, REFUSALS)
    checks.not_on_sriov(ctx.db, network, "NETWORK_INCOMPATIBLE_WITH_TUNNEL")
    versions = [record["software_version"] for record in ctx.db.all("host").values()]
    if any(version.get("network_backend") != "openvswitch" for version in versions):
        raise LabError("OPENVSWITCH_NOT_ACTIVE")
    tunnel, access = vlans.make_tunnel(ctx.db, transport_pif, network, protocol)
    plugging.plug(ctx.lab, access)
    return tunnel


@call("tunnel.destroy")
async def tunnel_destroy(ctx: Context, self: str) -> None:
    record = ctx.db.get("tunnel", self)
    forward(ctx, record["transport_PIF"])
    plugging.unplug(ctx.lab, record["access_PIF"])
    ctx.db.destroy("PIF", record["access_PIF"])
    ctx.db.destroy("tunnel", self)
