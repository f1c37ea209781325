"""What is still to be done after updates were installed, in the records of hosts and guests.

XAPI adds to these lists when it installs updates (repository_helpers.ml) and takes away what has been done: a toolstack
or a host that started, a guest that started, moved or stopped (dbsync_slave.ml, xapi_vm_lifecycle.ml).
"""

from __future__ import annotations

from xenferry.lab.db import Database
from xenferry.lab.updates import available

FIELDS = {
    "mandatory": "pending_guidances",
    "recommended": "pending_guidances_recommended",
    "full": "pending_guidances_full",
}
OF_HOST = {"RebootHost": "reboot_host", "RestartToolstack": "restart_toolstack"}
OF_GUEST = {"RestartDeviceModel": "restart_device_model"}
DONE_BY_BOOT = (
    "reboot_host",
    "reboot_host_on_livepatch_failure",
    "reboot_host_on_kernel_livepatch_failure",
    "reboot_host_on_xen_livepatch_failure",
)
EMULATED = ("hvm", "pv_in_pvh")
"""Domain types with a device model, which can be restarted."""


def add(db: Database, host: str, kind: str, coming: list[str]) -> None:
    """Notes what updates of this host ask of it and of the guests on it. Restarts of guests are noted pool-wide."""
    field = FIELDS[kind]
    _extend(db, "host", host, field, [OF_HOST[one] for one in coming if one in OF_HOST])
    for vm in db.get("host", host)["resident_VMs"]:
        if not db.get("VM", vm)["is_control_domain"] and _has_device_model(db, vm):
            _extend(db, "VM", vm, field, [OF_GUEST[one] for one in coming if one in OF_GUEST])


def add_restarts(db: Database) -> None:
    """The coordinator is updated: all guests that run are to be restarted if any host's updates want that."""
    for kind, field in FIELDS.items():
        if any("RestartVM" in available.asked(available.of_host(db, host), kind) for host in db.all("host")):
            for vm, record in list(db.all("VM").items()):
                if record["power_state"] != "Halted" and not record["is_control_domain"]:
                    _extend(db, "VM", vm, field, ["restart_vm"])


def toolstack_started(db: Database, host: str) -> None:
    _remove(db, "host", host, ("restart_toolstack",))


def booted(db: Database, host: str) -> None:
    """Of the host alone: its guests were stopped, which clears theirs."""
    _remove(db, "host", host, DONE_BY_BOOT)
    if db.get("host", host)["updates_requiring_reboot"]:
        db.update("host", host, updates_requiring_reboot=[])


def moved(db: Database, vm: str) -> None:
    """The guest has a new device model: it migrated, was suspended, or its device model was restarted."""
    _remove(db, "VM", vm, ("restart_device_model",))


def restarted(db: Database, vm: str) -> None:
    """The guest has stopped, or booted anew."""
    _remove(db, "VM", vm, ("restart_device_model", "restart_vm"))


def _has_device_model(db: Database, vm: str) -> bool:
    metrics = db.get("VM", vm)["metrics"]
    return db.exists("VM_metrics", metrics) and db.get("VM_metrics", metrics)["current_domain_type"] in EMULATED


def _extend(db: Database, cls: str, ref: str, field: str, more: list[str]) -> None:
    old = db.get(cls, ref)[field]
    new = [one for one in more if one not in old]
    if new:
        db.update(cls, ref, **{field: [*new, *old]})


def _remove(db: Database, cls: str, ref: str, done: tuple[str, ...]) -> None:
    if not db.exists(cls, ref):
        return
    record = db.get(cls, ref)
    for field in FIELDS.values():
        if any(one in done for one in record[field]):
            db.update(cls, ref, **{field: [one for one in record[field] if one not in done]})
