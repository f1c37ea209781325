"""VLAN: on one host, and the calls that make one on every host at once."""

from __future__ import annotations

from contextlib import suppress

from xenferry.lab.context import Context
from xenferry.lab.error import LabError
from xenferry.lab.network import checks, plugging, topology, vlans
from xenferry.lab.registry import call
from xenferry.lab.storage.plug import check_live

VLAN_REFUSALS = {"slave": "CANNOT_ADD_VLAN_TO_BOND_SLAVE", "vlan": "PIF_IS_VLAN", "tunnel": "IS_TUNNEL_ACCESS_PIF"}
HIGHEST_TAG = 4094


@call("VLAN.create")
async def create(ctx: Context, tagged_pif: str, tag: int, network: str) -> str:
    """A VLAN that cannot be plugged stays, unplugged, and the call fails (recorded)."""
    host = forward(ctx, tagged_pif)
    checks.managed_network(ctx.db, network)
    checks.no_other_pif(ctx.db, host, network)
    checks.managed(ctx.db, tagged_pif)
    checks.redirects(ctx.db, tagged_pif, VLAN_REFUSALS)
    _check_network(ctx, tagged_pif, network)
    if not 0 <= tag <= HIGHEST_TAG:
        raise LabError("VLAN_TAG_INVALID", str(tag))
    base = ctx.db.get("PIF", tagged_pif)
    if any(ctx.db.get("VLAN", vlan)["tag"] == tag for vlan in base["VLAN_slave_of"]):
        raise LabError("PIF_VLAN_EXISTS", base["device"])
    vlan, pif = vlans.make_vlan(ctx.db, tagged_pif, tag, network)
    plugging.plug(ctx.lab, pif)
    return vlan


def forward(ctx: Context, pif: str) -> str:
    """The host of the PIF, which carries the call on. Raises HOST_OFFLINE [host]."""
    host: str = ctx.db.get("PIF", pif)["host"]
    check_live(ctx.db, host)
    ctx.forward(host)
    return host


def _check_network(ctx: Context, tagged_pif: str, network: str) -> None:
    """VLANs on SR-IOV and other VLANs do not share a network."""
    if topology.kind(ctx.db.get("PIF", tagged_pif)) != "sriov":
        checks.not_on_sriov(ctx.db, network, "NETWORK_INCOMPATIBLE_WITH_VLAN_ON_BRIDGE")
        return
    others = ctx.db.get("network", network)["PIFs"]
    if not others:
        return
    if topology.kinds(ctx.db, others[0])[:2] != ["vlan", "sriov"]:
        raise LabError("NETWORK_INCOMPATIBLE_WITH_VLAN_ON_SRIOV", network)
    roots = [topology.layers(ctx.db, pif)[-1][1] for pif in (others[0], tagged_pif)]
    if not checks.same_device(ctx.db, *roots):
        raise LabError("NETWORK_HAS_INCOMPATIBLE_VLAN_ON_SRIOV_PIFS", tagged_pif, network)


@call("VLAN.destroy")
async def destroy(ctx: Context, self: str) -> None:
    record = ctx.db.get("VLAN", self)
    forward(ctx, record["tagged_PIF"])
    pif = record["untagged_PIF"]
    if not ctx.db.exists("PIF", pif):
        ctx.db.destroy("VLAN", self)
        return
    checks.not_bonded(ctx.db, pif)
    checks.not_members_management(ctx.db, pif, ctx.lab.coordinator)
    checks.no_protection(ctx.db, pif)
    if ctx.db.get("PIF", pif)["VLAN"] < 0:
        raise LabError("PIF_IS_PHYSICAL")
    plugging.unplug(ctx.lab, pif)
    ctx.db.destroy("VLAN", self)
    ctx.db.destroy("PIF", pif)


@call("PIF.create_VLAN")
async def pif_create_vlan(ctx: Context, device: str, network: str, host: str, tag: int) -> str:
    """The old form of VLAN.create, by the name of the NIC. Raises INVALID_VALUE ["device"; name]."""
    check_live(ctx.db, host)
    ctx.forward(host)
    mine = topology.of_host(ctx.db, host)
    base = [ref for ref, pif in mine.items() if (pif["device"], pif["VLAN"]) == (device, -1)]
    if not base:
        raise LabError("INVALID_VALUE", "device", device)
    vlan = await ctx.lab.call_within(ctx.task, "VLAN.create", base[0], tag, network)
    return str(ctx.db.get("VLAN", vlan)["untagged_PIF"])


@call("PIF.destroy")
async def pif_destroy(ctx: Context, self: str) -> None:
    """The old form of VLAN.destroy. Raises PIF_IS_PHYSICAL []."""
    forward(ctx, self)
    if ctx.db.get("PIF", self)["VLAN"] < 0:
        raise LabError("PIF_IS_PHYSICAL")
    await ctx.lab.call_within(ctx.task, "VLAN.destroy", ctx.db.get("PIF", self)["VLAN_master_of"])


@call("pool.create_VLAN")
async def pool_create_vlan(ctx: Context, device: str, network: str, tag: int) -> list[str]:
    """On every host by the name of its NIC; the first failure takes all of them away again."""
    made: list[str] = []
    for host in list(ctx.db.all("host")):
        try:
            made.append(await ctx.lab.call_within(ctx.task, "PIF.create_VLAN", device, network, host, tag))
        except LabError:
            await _best_effort(ctx, "PIF.destroy", made[::-1])
            raise
    await _best_effort(ctx, "PIF.plug", made)
    return made


@call("pool.create_VLAN_from_PIF")
async def pool_create_vlan_from_pif(ctx: Context, pif: str, network: str, tag: int) -> list[str]:
    """On every live host that has a PIF on this PIF's network; the first failure takes all of them away again."""
    made: list[str] = []
    for each in list(ctx.db.get("network", ctx.db.get("PIF", pif)["network"])["PIFs"]):
        metrics = ctx.db.get("host", ctx.db.get("PIF", each)["host"])["metrics"]
        if not ctx.db.get("host_metrics", metrics)["live"]:
            continue
        try:
            made.append(await ctx.lab.call_within(ctx.task, "VLAN.create", each, tag, network))
        except LabError:
            await _best_effort(ctx, "VLAN.destroy", made[::-1])
            raise
    pifs = [ctx.db.get("VLAN", vlan)["untagged_PIF"] for vlan in made]
    await _best_effort(ctx, "PIF.plug", pifs)
    return pifs


async def _best_effort(ctx: Context, name: str, refs: list[str]) -> None:
    """As far as it is possible; what is not stays for the administrator."""
    for ref in refs:
        with suppress(LabError):
            await ctx.lab.call_within(ctx.task, name, ref)
