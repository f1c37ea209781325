"""network: the pool's networks."""

from __future__ import annotations

from itertools import count
from typing import Any

from xenferry.lab.context import Context
from xenferry.lab.error import LabError
from xenferry.lab.registry import call

RESERVED = ("xen", "xapi", "vif", "tap", "eth")
LONGEST_BRIDGE = 15


@call("network.create")
async def create(ctx: Context, args: dict[str, Any]) -> str:
    bridge = args.get("bridge", "")
    managed = bool(args.get("managed", True))
    if bridge:
        _check_bridge(ctx, bridge)
    plain = ("name_label", "name_description", "MTU", "other_config", "tags")
    fields: dict[str, Any] = {name: args[name] for name in plain if name in args}
    fields["MTU"] = fields.get("MTU", 0) if fields.get("MTU", 0) > 0 else 1500
    return ctx.db.create("network", fields, bridge=bridge or free_bridge(ctx), managed=managed)


def _check_bridge(ctx: Context, bridge: str) -> None:
    if len(bridge) > LONGEST_BRIDGE or bridge.startswith(RESERVED):
        raise LabError("INVALID_VALUE", "bridge", bridge)
    if ctx.db.find("network", bridge=bridge):
        raise LabError("BRIDGE_NAME_EXISTS", bridge)


def free_bridge(ctx: Context) -> str:
    """XAPI's next free bridge name, `xapiN`; it counts on and uses none a second time (recorded).

    Simplification: a restart of the coordinator's toolstack does not begin to count anew.
    """
    used = {network["bridge"] for network in ctx.db.all("network").values()}
    for pool in ctx.db.all("pool"):
        hidden = ctx.db.hidden("pool", pool)
        number = next(n for n in count(hidden.get("next_bridge", 0)) if f"xapi{n}" not in used)
        hidden["next_bridge"] = number + 1
        return f"xapi{number}"
    raise LabError("INTERNAL_ERROR", "this pool has no pool object")


@call("network.destroy")
async def destroy(ctx: Context, self: str) -> None:
    """Only attached VIFs count (recorded); the VIFs of halted guests are left pointing nowhere and go with it."""
    record = ctx.db.get("network", self)
    attached = [vif for vif in record["VIFs"] if ctx.db.get("VIF", vif)["currently_attached"]]
    if attached:
        raise LabError("NETWORK_CONTAINS_VIF", *attached)
    if record["PIFs"]:
        raise LabError("NETWORK_CONTAINS_PIF", *record["PIFs"])
    if record["other_config"].get("is_host_internal_management_network") == "true":
        raise LabError("CANNOT_DESTROY_SYSTEM_NETWORK", self)
    for vif in list(record["VIFs"]):
        ctx.db.destroy("VIF", vif)
    ctx.db.destroy("network", self)


@call("network.set_default_locking_mode")
async def set_default_locking_mode(ctx: Context, network: str, value: str) -> None:
    """Raises VIF_IN_USE [network; vif] while a guest has a VIF on it plugged."""
    for vif in ctx.db.get("network", network)["VIFs"]:
        if ctx.db.get("VIF", vif)["currently_attached"]:
            raise LabError("VIF_IN_USE", network, vif)
    ctx.db.update("network", network, default_locking_mode=value)
