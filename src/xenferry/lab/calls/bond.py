"""Bond: several NICs of a host as one."""

from __future__ import annotations

from xenferry.lab.context import Context
from xenferry.lab.error import LabError
from xenferry.lab.network import bonds, checks, state
from xenferry.lab.network.pifs import MAC
from xenferry.lab.registry import call
from xenferry.lab.storage.plug import check_live


@call("Bond.create")
async def create(
    ctx: Context, network: str, members: list[str], mac: str, mode: str, properties: dict[str, str]
) -> str:
    """Raises, in this order: PIF_BOND_NEEDS_MORE_MEMBERS [], what the network has against it, MAC_INVALID, properties,
    members. A single member is accepted, as XAPI does; of one that is named twice the later place counts.
    """
    if not members:
        raise LabError("PIF_BOND_NEEDS_MORE_MEMBERS")
    host = ctx.db.get("PIF", members[0])["host"]
    check_live(ctx.db, host)
    ctx.forward(host)
    checks.managed_network(ctx.db, network)
    checks.no_other_pif(ctx.db, host, network)
    checks.not_on_sriov(ctx.db, network, "NETWORK_INCOMPATIBLE_WITH_BOND")
    if mac and not MAC.fullmatch(mac):
        raise LabError("MAC_INVALID", mac)
    for name, value in properties.items():
        bonds.check_property(mode, name, value)
    once = list(dict.fromkeys(reversed(members)))[::-1]
    for member in once:
        ctx.db.get("PIF", member)
    bonds.check_members(ctx.db, once)
    return bonds.make(ctx, network, once, mac, mode, bonds.with_defaults(mode, properties))


@call("Bond.destroy")
async def destroy(ctx: Context, self: str) -> None:
    """Raises HA_CANNOT_CHANGE_BOND_STATUS_OF_MGMT_IFACE []."""
    master = ctx.db.get("PIF", _forward(ctx, self))
    if master["management"] and any(pool["ha_enabled"] for pool in ctx.db.all("pool").values()):
        raise LabError("HA_CANNOT_CHANGE_BOND_STATUS_OF_MGMT_IFACE")
    bonds.take_apart(ctx, self)


def _forward(ctx: Context, bond: str) -> str:
    """The bond's PIF; its host carries the call on."""
    master: str = ctx.db.get("Bond", bond)["master"]
    host = ctx.db.get("PIF", master)["host"]
    check_live(ctx.db, host)
    ctx.forward(host)
    return master


@call("Bond.set_mode")
async def set_mode(ctx: Context, self: str, value: str) -> None:
    """Properties that the new mode does not know go; its own come with their defaults."""
    master = _forward(ctx, self)
    kept = {name: text for name, text in ctx.db.get("Bond", self)["properties"].items() if _knows(value, name, text)}
    ctx.db.update("Bond", self, mode=value, properties=bonds.with_defaults(value, kept))
    state.bring_up(ctx.lab, master)


def _knows(mode: str, name: str, value: str) -> bool:
    try:
        bonds.check_property(mode, name, value)
    except LabError:
        return False
    return True


@call("Bond.set_property")
async def set_property(ctx: Context, self: str, name: str, value: str) -> None:
    """Raises INVALID_VALUE ["properties"; "name = value"]."""
    master = _forward(ctx, self)
    record = ctx.db.get("Bond", self)
    bonds.check_property(record["mode"], name, value)
    ctx.db.update("Bond", self, properties={**record["properties"], name: value})
    state.bring_up(ctx.lab, master)
