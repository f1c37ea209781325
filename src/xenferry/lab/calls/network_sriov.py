"""network_sriov: virtual functions of a NIC for guests."""

from __future__ import annotations

from xenferry.lab.calls.pif_vlan import forward
from xenferry.lab.context import Context
from xenferry.lab.datamodel import NULL
from xenferry.lab.error import LabError
from xenferry.lab.network import checks, plugging, topology, vlans
from xenferry.lab.placement.sriov import idle_functions
from xenferry.lab.registry import call


@call("network_sriov.create")
async def sriov_create(ctx: Context, pif: str, network: str) -> str:
    """Raises PIF_IS_NOT_PHYSICAL, NETWORK_SRIOV_ALREADY_ENABLED, PIF_IS_NOT_SRIOV_CAPABLE [pif], then the network's."""
    host = forward(ctx, pif)
    if not ctx.lab.hypervisor.facts.licensed("network_sriov"):
        raise LabError("LICENCE_RESTRICTION", "Network_sriov")
    checks.managed_network(ctx.db, network)
    checks.managed(ctx.db, pif)
    record = ctx.db.get("PIF", pif)
    refusals = (
        (topology.kind(record) != "physical", "PIF_IS_NOT_PHYSICAL"),
        (bool(record["sriov_physical_PIF_of"]), "NETWORK_SRIOV_ALREADY_ENABLED"),
        ("sriov" not in record["capabilities"], "PIF_IS_NOT_SRIOV_CAPABLE"),
    )
    for holds, code in refusals:
        if holds:
            raise LabError(code, pif)
    checks.no_other_pif(ctx.db, host, network)
    _check_sriov_network(ctx, pif, network)
    logical = ctx.db.create(
        "PIF", device=record["device"], network=network, host=host, MAC=vlans.VLAN_MAC, MTU=record["MTU"], VLAN=-1,
        metrics=record["metrics"], currently_attached=False, primary_address_type=record["primary_address_type"],
    )  # fmt: skip
    made = ctx.db.create("network_sriov", physical_PIF=pif, logical_PIF=logical)
    plugging.plug(ctx.lab, logical)
    return made


def _check_sriov_network(ctx: Context, pif: str, network: str) -> None:
    others = ctx.db.get("network", network)["PIFs"]
    if not others:
        return
    sriov = ctx.db.get("PIF", others[0])["sriov_logical_PIF_of"]
    if not sriov:
        raise LabError("NETWORK_INCOMPATIBLE_WITH_SRIOV", network)
    if not checks.same_device(ctx.db, pif, ctx.db.get("network_sriov", sriov[0])["physical_PIF"]):
        raise LabError("NETWORK_HAS_INCOMPATIBLE_SRIOV_PIFS", pif, network)


@call("network_sriov.destroy")
async def sriov_destroy(ctx: Context, self: str) -> None:
    """Raises PIF_VLAN_STILL_EXISTS while there are VLANs on it."""
    logical = ctx.db.get("network_sriov", self)["logical_PIF"]
    forward(ctx, logical)
    if ctx.db.get("PIF", logical)["VLAN_slave_of"]:
        raise LabError("PIF_VLAN_STILL_EXISTS", logical)
    plugging.unplug(ctx.lab, logical)
    ctx.db.destroy("PIF", logical)
    ctx.db.destroy("network_sriov", self)


@call("network_sriov.get_remaining_capacity")
async def get_remaining_capacity(ctx: Context, self: str) -> int:
    """How many virtual functions are free."""
    card = ctx.db.get("PIF", ctx.db.get("network_sriov", self)["physical_PIF"])["PCI"]
    return len(idle_functions(ctx.lab.hypervisor.facts, card)) if card != NULL else 0
