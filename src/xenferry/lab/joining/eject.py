"""A member leaves: its pool forgets it, and after a reboot it is a pool of its own, as freshly installed.

Simplification: SRs of its own stay in the pool's database without a PBD; the host has one new, empty SR in place of
each of them.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from xenferry.lab.context import Context
from xenferry.lab.datamodel import NULL
from xenferry.lab.db import Database
from xenferry.lab.error import LabError, internal
from xenferry.lab.joining import level
from xenferry.lab.network import pifs
from xenferry.lab.site import Place
from xenferry.lab.storage.plug import check_live, unplug
from xenferry.lab.world import Dom0, World

if TYPE_CHECKING:
    from xenferry.lab.lab import Lab

REBOOT_S = 120.0
"""A first boot, with the installation's own set-up scripts."""
OF_HOST = ("PIF", "PBD", "host_cpu", "PCI", "PUSB", "PGPU", "Certificate", "host_patch", "host_crashdump")
"""Classes whose objects belong to a host and go with it."""


async def eject(ctx: Context, host: str) -> None:
    """Raises INTERNAL_ERROR for the coordinator, HA_IS_ENABLED, NOT_SUPPORTED_DURING_UPGRADE, OPERATION_NOT_ALLOWED
    for guests that are on it, and whatever keeps a PBD of it plugged.
    """
    lab = ctx.lab
    if host == lab.coordinator:
        raise internal("Xapi_pool.Cannot_eject_master")
    check_live(lab.db, host)
    pool = next(iter(lab.db.all("pool").values()))
    if pool["ha_enabled"]:
        raise LabError("HA_IS_ENABLED")
    if "apply_updates" in pool["current_operations"].values():
        raise LabError("NOT_SUPPORTED_DURING_UPGRADE")
    for vm in lab.db.get("host", host)["resident_VMs"]:
        record = lab.db.get("VM", vm)
        if not record["is_control_domain"] and record["power_state"] != "Halted":
            raise LabError("OPERATION_NOT_ALLOWED", "VM resident on host")
    for pbd in list(lab.db.get("host", host)["PBDs"]):
        await unplug(lab, pbd)
    tables = _fresh(lab.db, host)
    hidden = {"host": {host: dict(lab.db.hidden("host", host))}}
    _forget(lab, host)
    lab.spawn(_reboot(lab, host, tables, hidden))


def _forget(lab: Lab, host: str) -> None:
    db = lab.db
    metrics = db.get("host", host)["metrics"]
    for ref, vm in list(db.all("VM").items()):
        if vm["is_control_domain"] and vm["resident_on"] == host:
            db.destroy("VM", ref)
    _forget_networks(db, host)
    for cls in OF_HOST:
        for ref, record in list(db.all(cls).items()):
            if record["host"] == host:
                pifs.forget(db, ref) if cls == "PIF" else db.destroy(cls, ref)
    db.destroy("host", host)
    if db.exists("host_metrics", metrics):
        db.destroy("host_metrics", metrics)
    level.show(db)


def _forget_networks(db: Database, host: str) -> None:
    """Bonds and VLANs of the host."""
    for cls, field in (("VLAN", "untagged_PIF"), ("Bond", "master")):
        for ref, record in list(db.all(cls).items()):
            if db.exists("PIF", record[field]) and db.get("PIF", record[field])["host"] == host:
                db.destroy(cls, ref)


Tables = dict[str, dict[str, dict[str, Any]]]


def _fresh(db: Database, host: str) -> Tables:
    """The database that the first boot writes: this host, its hardware, its NICs, the management address."""
    record = dict(db.get("host", host))
    metrics = dict(db.get("host_metrics", record["metrics"]))
    pool = dict(next(iter(db.all("pool").values())))
    blank: dict[str, Any] = {
        "resident_VMs": [],
        "PBDs": [],
        "PIFs": [],
        "certificates": [],
        "tags": [],
        "current_operations": {},
    }
    tables: Tables = {
        "host": {host: record | blank | {"enabled": True}},
        "host_metrics": {record["metrics"]: metrics | {"live": True}},
        "SM": {ref: dict(sm) for ref, sm in db.all("SM").items()},
    }
    for cls in ("host_cpu", "PCI"):
        tables[cls] = {ref: dict(each) for ref, each in db.all(cls).items() if each["host"] == host}
    tables["VM"] = {
        ref: dict(vm) | {"VBDs": [], "VIFs": [], "snapshots": [], "consoles": []}
        for ref, vm in db.all("VM").items()
        if vm["is_control_domain"] and vm["resident_on"] == host
    }
    tables["VM_metrics"] = {vm["metrics"]: dict(db.get("VM_metrics", vm["metrics"])) for vm in tables["VM"].values()}
    _networks(db, host, tables)
    _storage(db, host, tables)
    new = {"name_label": "", "name_description": "", "master": host, "tags": [], "other_config": {}, "gui_config": {}}
    for field in ("default_SR", "suspend_image_SR", "crash_dump_SR"):
        new[field] = NULL
    tables["pool"] = {db.new_ref(): pool | new | {"uuid": db.new_uuid(), "cpu_info": dict(record["cpu_info"])}}
    return tables


def _networks(db: Database, host: str, tables: Tables) -> None:
    """NICs without addresses, but for the one that carried the management interface. Raises INTERNAL_ERROR."""
    management = next((pif for pif in db.all("PIF").values() if pif["host"] == host and pif["management"]), None)
    if management is None:
        raise internal("Not_found")
    bonds = management["bond_master_of"]
    carrier = db.get("PIF", db.get("Bond", bonds[0])["primary_slave"]) if bonds else management
    names = ("ip_configuration_mode", "IP", "netmask", "gateway", "DNS")
    none = dict.fromkeys(names, "") | {"ip_configuration_mode": "None"}
    clean = {
        "bond_slave_of": NULL, "bond_master_of": [], "VLAN_slave_of": [], "VLAN_master_of": NULL,
        "tunnel_transport_PIF_of": [], "tunnel_access_PIF_of": [], "sriov_physical_PIF_of": [],
        "currently_attached": True,
    }  # fmt: skip
    tables["PIF"], tables["network"], tables["PIF_metrics"] = {}, {}, {}
    for ref, pif in db.all("PIF").items():
        if pif["host"] == host and pif["physical"]:
            chosen = pif["device"] == carrier["device"]
            address = {name: management[name] for name in names} if chosen else none
            tables["PIF"][ref] = dict(pif) | clean | address | {"management": chosen}
            old = dict(db.get("network", pif["network"]))
            tables["network"][pif["network"]] = old | {"PIFs": [], "VIFs": []}
            tables["PIF_metrics"][pif["metrics"]] = dict(db.get("PIF_metrics", pif["metrics"]))


def _storage(db: Database, host: str, tables: Tables) -> None:
    """An empty SR in place of each of the host's own, and a PBD for it."""
    tables["SR"], tables["PBD"] = {}, {}
    for pbd in db.all("PBD").values():
        sr = db.get("SR", pbd["SR"])
        if pbd["host"] == host and not sr["shared"]:
            made = db.new_ref()
            tables["SR"][made] = dict(sr) | {
                "uuid": db.new_uuid(), "VDIs": [], "PBDs": [], "physical_utilisation": 0, "virtual_allocation": 0
            }  # fmt: skip
            tables["PBD"][db.new_ref()] = dict(pbd) | {
                "uuid": db.new_uuid(), "SR": made, "currently_attached": True
            }  # fmt: skip


async def _reboot(lab: Lab, host: str, tables: Tables, hidden: Any) -> None:
    from xenferry.lab.lab import Lab as NewLab  # a lab makes labs here and nowhere else

    lab.toolstacks.dead.add(host)
    await lab.toolstacks.stop(host)
    await asyncio.sleep(REBOOT_S)
    old = lab.world.dom0.pop(host, None)
    world = World(servers=lab.world.servers)
    seed = max(other.seed for other in lab.site.labs) + 1
    sessions = lab.sessions
    new = NewLab(tables, hidden, world, seed=seed, username=sessions.username, password=sessions.password)
    new.start_at(lab.now())
    dom0 = old or Dom0(new.db.get("host", host)["hostname"])
    dom0.mounts.clear()
    world.dom0[host] = dom0
    lab.site.join(new)
    lab.moved[host] = Place(new, host)
