"""The management interface: of one host, of all hosts, and switched off.

Simplification: the half minute in which a member finds its coordinator again is not modelled.
"""

from __future__ import annotations

from xenferry.lab.context import Context
from xenferry.lab.error import LabError, internal
from xenferry.lab.network import checks, state, topology
from xenferry.lab.registry import call
from xenferry.lab.storage.plug import check_live


def _check_no_ha(ctx: Context) -> None:
    if any(pool["ha_enabled"] for pool in ctx.db.all("pool").values()):
        raise LabError("HA_IS_ENABLED")


@call("host.management_reconfigure")
async def management_reconfigure(ctx: Context, pif: str) -> None:
    """Raises HA_IS_ENABLED, CANNOT_PLUG_BOND_SLAVE, PIF_HAS_NO_NETWORK_CONFIGURATION [pif]."""
    host = ctx.db.get("PIF", pif)["host"]
    check_live(ctx.db, host)
    ctx.forward(host)
    _check_no_ha(ctx)
    if ctx.db.get("PIF", pif)["managed"]:
        checks.usable_for_management(ctx.db, pif)
    if not ctx.db.get("PIF", pif)["management"]:
        state.move_management(ctx.lab, pif)


@call("pool.management_reconfigure")
async def pool_management_reconfigure(ctx: Context, network: str) -> None:
    """To this network on every host, the coordinator last. Raises PIF_NOT_PRESENT [host; network]."""
    _check_no_ha(ctx)
    chosen = {ctx.db.get("PIF", pif)["host"]: pif for pif in ctx.db.get("network", network)["PIFs"]}
    for host in ctx.db.all("host"):
        if host not in chosen:
            raise LabError("PIF_NOT_PRESENT", host, network)
    kind = ctx.db.get("PIF", next(iter(chosen.values())))["primary_address_type"]
    for pif in chosen.values():
        if ctx.db.get("PIF", pif)["primary_address_type"] != kind:
            raise LabError("PIF_INCOMPATIBLE_PRIMARY_ADDRESS_TYPE", pif)
        checks.usable_for_management(ctx.db, pif)
    await _tell_all(ctx, chosen)


async def _tell_all(ctx: Context, chosen: dict[str, str]) -> None:
    """The last member first, the coordinator last; whoever fails, the others are told. Raises the first failure."""
    members = [host for host in ctx.db.all("host") if host != ctx.lab.coordinator]
    failed: list[LabError] = []
    for host in (*reversed(members), ctx.lab.coordinator):
        try:
            await ctx.lab.call_within(ctx.task, "host.management_reconfigure", chosen[host])
        except LabError as error:
            failed.append(error)
    if failed:
        raise failed[0]


@call("host.management_disable")
async def management_disable(ctx: Context) -> None:
    """On the host that is asked; a member must keep its own. Raises SLAVE_REQUIRES_MANAGEMENT_INTERFACE []."""
    _check_no_ha(ctx)
    if ctx.host != ctx.lab.coordinator:
        raise LabError("SLAVE_REQUIRES_MANAGEMENT_INTERFACE")
    for ref, pif in list(topology.of_host(ctx.db, ctx.host).items()):
        if pif["management"]:
            ctx.db.update("PIF", ref, management=False)


@call("host.get_management_interface")
async def get_management_interface(ctx: Context, host: str) -> str:
    """Raises INTERNAL_ERROR ["Not_found"] for a host without one, as XAPI does."""
    ctx.db.get("host", host)
    for ref, pif in topology.of_host(ctx.db, host).items():
        if pif["management"]:
            return ref
    raise internal("Not_found")
