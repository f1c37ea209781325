"""Bonds: several NICs as one PIF. What hung on the members moves to the bond and, when it is destroyed, back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from xenferry.lab.context import Context
from xenferry.lab.datamodel import NULL
from xenferry.lab.db import Database, Record
from xenferry.lab.error import LabError
from xenferry.lab.network import checks, state, vlans

Requirement = tuple[str | None, Callable[[str], bool]]
"""The default of a property (None: it has none), and which values are good."""


def _whole_number(text: str) -> bool:
    return text.lstrip("-").isdigit()


LACP: dict[str, Requirement] = {
    "hashing_algorithm": ("tcpudp_ports", lambda text: text in ("src_mac", "tcpudp_ports")),
    "lacp-time": ("slow", lambda text: text in ("fast", "slow")),
    "lacp-aggregation-key": (None, _whole_number),
    "lacp-fallback-ab": ("true", lambda text: text in ("true", "false")),
}
"""The properties of a bond in mode `lacp`; other modes have none."""
REFUSALS = {"slave": "PIF_ALREADY_BONDED", "tunnel": "IS_TUNNEL_ACCESS_PIF", "sriov": "PIF_IS_SRIOV_LOGICAL"}


def check_property(mode: str, name: str, value: str) -> None:
    """Raises INVALID_VALUE ["properties"; "name = value"]."""
    requirement = LACP.get(name) if mode == "lacp" else None
    if requirement is None or not requirement[1](value):
        raise LabError("INVALID_VALUE", "properties", f"{name} = {value}")


def with_defaults(mode: str, properties: dict[str, str]) -> dict[str, str]:
    """The properties with what must not be missing."""
    found = {name: default for name, (default, _) in LACP.items() if default is not None} if mode == "lacp" else {}
    return {**found, **properties}


def primary(db: Database, members: list[str]) -> str:
    """The management interface, or the first member with an address, or the first member."""
    records = {member: db.get("PIF", member) for member in members}
    management = [member for member, pif in records.items() if pif["management"]]
    configured = [member for member, pif in records.items() if has_address(pif)]
    return next(iter([*management, *configured, *members]))


def has_address(pif: Record) -> bool:
    """Whether the PIF is set up for its first kind of address."""
    field = "ipv6_configuration_mode" if pif["primary_address_type"] == "IPv6" else "ip_configuration_mode"
    return bool(pif[field] != "None")


def check_members(db: Database, members: list[str]) -> None:
    """Everything that keeps PIFs from being bonded, in XAPI's order."""
    first = primary(db, members)
    kind = db.get("PIF", first)["primary_address_type"]
    for member in members:
        if db.get("PIF", member)["primary_address_type"] != kind:
            raise LabError("PIF_INCOMPATIBLE_PRIMARY_ADDRESS_TYPE", member)
    for member in members:
        _check_member(db, member)
    records = [db.get("PIF", member) for member in members]
    if len({pif["host"] for pif in records}) > 1:
        raise LabError("PIF_CANNOT_BOND_CROSS_HOST")
    if any(pif["properties"] != records[0]["properties"] for pif in records):
        raise LabError("INCOMPATIBLE_PIF_PROPERTIES")
    if sum(map(has_address, records)) > 1:
        raise LabError("PIF_BOND_MORE_THAN_ONE_IP")


def _check_member(db: Database, member: str) -> None:
    checks.managed(db, member)
    if db.get("PIF", member)["VLAN_master_of"] != NULL:
        raise LabError("PIF_VLAN_EXISTS", db.get("PIF", member)["device"])
    checks.redirects(db, member, REFUSALS)
    ha = any(pool["ha_enabled"] for pool in db.all("pool").values())
    if ha and db.get("PIF", member)["management"]:
        raise LabError("HA_CANNOT_CHANGE_BOND_STATUS_OF_MGMT_IFACE")


def make(ctx: Context, network: str, members: list[str], mac: str, mode: str, properties: dict[str, str]) -> str:
    """The bond, with everything moved onto it. The members have been checked."""
    db = ctx.db
    host = db.get("PIF", members[0])["host"]
    first = primary(db, members)
    moving = _what_hangs_on(ctx, members, host)
    management = any(db.get("PIF", member)["management"] for member in members)
    bond = _records(db, network, members, first, mac, mode, properties)
    master = db.get("Bond", bond)["master"]
    state.move_address(ctx.lab, first, master)
    if management:
        state.move_management(ctx.lab, master)
    else:
        state.bring_up(ctx.lab, master)
    _move(ctx, moving, master, network)
    if any(db.get("PIF", member)["disallow_unplug"] for member in members):
        db.update("PIF", master, disallow_unplug=True)
        for member in members:
            db.update("PIF", member, disallow_unplug=False)
    _move_cluster(db, members, master)
    return bond


def _records(
    db: Database, network: str, members: list[str], first: str, mac: str, mode: str, properties: dict[str, str]
) -> str:
    leader = db.get("PIF", first)
    used = {pif["device"] for pif in db.all("PIF").values() if pif["host"] == leader["host"]}
    device = next(name for name in (f"bond{n}" for n in range(len(used) + 1)) if name not in used)
    metrics = db.create("PIF_metrics", carrier=False, speed=0, duplex=False)
    master = db.create(
        "PIF", device=device, network=network, host=leader["host"], MAC=mac or leader["MAC"], MTU=-1, VLAN=-1,
        metrics=metrics, currently_attached=False, IPv6=[""], properties=dict(leader["properties"]),
        primary_address_type=leader["primary_address_type"],
    )  # fmt: skip
    bond = db.create(
        "Bond", master=master, primary_slave=first, mode=mode, properties=properties, auto_update_mac=not mac
    )
    for member in members:
        db.update("PIF", member, bond_slave_of=bond)
    return bond


Hanging = dict[str, list[str]]


def _what_hangs_on(ctx: Context, pifs: list[str], host: str) -> Hanging:
    records = [ctx.db.get("PIF", pif) for pif in pifs]
    return {
        "VIF": vlans.local_vifs(ctx.lab, host, [pif["network"] for pif in records]),
        "VLAN": [vlan for pif in records for vlan in pif["VLAN_slave_of"]],
        "tunnel": [tunnel for pif in records for tunnel in pif["tunnel_transport_PIF_of"]],
    }


def _move(ctx: Context, moving: Hanging, target: str, network: str) -> None:
    for vlan in moving["VLAN"]:
        vlans.move_vlan(ctx.lab, vlan, target)
    ctx.progress(0.4)
    for tunnel in moving["tunnel"]:
        vlans.move_tunnel(ctx.lab, tunnel, target)
    ctx.progress(0.6)
    state.move_vifs(ctx.lab, moving["VIF"], network)
    ctx.progress(0.8)


def _move_cluster(db: Database, sources: list[str], target: str) -> None:
    for ref, member in list(db.all("Cluster_host").items()):
        if member["PIF"] in sources:
            db.update("Cluster_host", ref, PIF=target)


def take_apart(ctx: Context, bond: str) -> None:
    """Everything moves to the first member; the others come up empty. The bond's PIF_metrics stay, as in XAPI."""
    db = ctx.db
    record: dict[str, Any] = dict(db.get("Bond", bond))
    master: dict[str, Any] = dict(db.get("PIF", record["master"]))
    first = record["primary_slave"] if db.exists("PIF", record["primary_slave"]) else record["slaves"][0]
    moving = _what_hangs_on(ctx, [record["master"]], master["host"])
    for member in record["slaves"]:
        db.update("PIF", member, bond_slave_of=NULL)
    state.move_address(ctx.lab, record["master"], first)
    if master["management"]:
        state.move_management(ctx.lab, first)
    if master["management"] or master["currently_attached"]:
        for member in record["slaves"]:
            state.bring_up(ctx.lab, member)
    _move(ctx, moving, first, db.get("PIF", first)["network"])
    if master["disallow_unplug"]:
        db.update("PIF", first, disallow_unplug=True)
    _move_cluster(db, [record["master"]], first)
    db.destroy("Bond", bond)
    db.destroy("PIF", record["master"])
