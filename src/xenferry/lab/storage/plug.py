"""Connecting a host to an SR and disconnecting it: PBD.plug and PBD.unplug, and what a host does when it boots."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Any

from xenferry.lab.db import Database, Record
from xenferry.lab.error import LabError
from xenferry.lab.placement import ha
from xenferry.lab.storage import drivers, iso
from xenferry.lab.storage.job import Job
from xenferry.lab.world import World

if TYPE_CHECKING:
    from xenferry.lab.lab import Lab

log = logging.getLogger(__name__)

DRIVER_START_S = 0.1
"""How long a driver takes before it does anything (measured)."""
SCANNER_S = 30.0
"""How often the coordinator scans the SRs that a driver has marked."""


def check_live(db: Database, host: str) -> None:
    """XAPI forwards calls to live hosts only. Raises HOST_OFFLINE [host], also for a host that does not exist."""
    if not db.exists("host", host):
        raise LabError("HOST_OFFLINE", host)
    metrics = db.get("host", host)["metrics"]
    if not db.exists("host_metrics", metrics) or not db.get("host_metrics", metrics)["live"]:
        raise LabError("HOST_OFFLINE", host)


def job_of(db: Database, world: World, pbd: str) -> tuple[drivers.Driver, Job]:
    """The driver behind a PBD and its job there."""
    record = db.get("PBD", pbd)
    sr = db.get("SR", record["SR"])
    found = drivers.driver(db, sr["type"])
    return found, drivers.job(db, world, record["host"], sr["uuid"], record["device_config"], sr["sm_config"])


async def plug(lab: Lab, pbd: str) -> None:
    """Attach the SR on the PBD's host; nothing to do when it is attached. Raises the driver's error."""
    db = lab.db
    record = db.get("PBD", pbd)
    if record["currently_attached"]:
        return
    check_live(db, record["host"])
    driver, job = job_of(db, lab.world, pbd)
    _check_sharing(db, record)
    await asyncio.sleep(DRIVER_START_S)
    if record["host"] == lab.coordinator or not db.get("SR", record["SR"])["shared"]:
        _mark_dirty(lab, record["SR"])
    found = await driver.attach(job)
    db.update("PBD", pbd, currently_attached=True)
    show(db, record["SR"], job, found)


def _check_sharing(db: Database, pbd: Record) -> None:
    """An SR that is not shared is on one host at a time. Raises SR_NOT_SHARABLE [sr; the other host]."""
    sr = db.get("SR", pbd["SR"])
    for other in (db.get("PBD", ref) for ref in sr["PBDs"] if not sr["shared"]):
        if other["currently_attached"] and other["host"] != pbd["host"]:
            raise LabError("SR_NOT_SHARABLE", pbd["SR"], other["host"])


def _mark_dirty(lab: Lab, sr: str) -> None:
    """The driver on the SR's own coordinator asks for a scan, even when it then cannot attach (recorded)."""
    other = lab.db.get("SR", sr)["other_config"]
    if "dirty" not in other:
        lab.db.update("SR", sr, other_config={"dirty": "", **other})
        lab.spawn(_scan_later(lab, sr))


async def _scan_later(lab: Lab, sr: str) -> None:
    """XAPI's scanner comes by; an SR that is plugged nowhere keeps its mark until somebody scans it."""
    await asyncio.sleep(SCANNER_S)
    if not lab.db.exists("SR", sr) or "dirty" not in lab.db.get("SR", sr)["other_config"]:
        return
    plugged = [pbd for pbd in lab.db.get("SR", sr)["PBDs"] if lab.db.get("PBD", pbd)["currently_attached"]]
    if plugged:
        try:
            await lab.call("SR.scan", sr)
        except LabError as error:
            log.info("the scan of an SR failed: %s", error)


async def unplug(lab: Lab, pbd: str) -> None:
    """Detach it. Raises what HA has against it, VDI_IN_USE [vdi ...] while guests on that host use its disks."""
    db = lab.db
    record = db.get("PBD", pbd)
    if not record["currently_attached"]:
        return
    check_live(db, record["host"])
    _check_ha(db, record)
    used = _used(db, record["SR"], record["host"])
    if used:
        raise LabError("VDI_IN_USE", *used)
    driver, job = job_of(db, lab.world, pbd)
    await asyncio.sleep(DRIVER_START_S)
    await driver.detach(job)
    db.update("PBD", pbd, currently_attached=False)


def _check_ha(db: Database, pbd: Record) -> None:
    """Raises HA_CONSTRAINT_VIOLATION_SR_NOT_SHARED [sr] for a protected guest's disk, HA_IS_ENABLED [] for HA's own.

    A host that is disabled may lose what protected guests need.
    """
    if db.get("host", pbd["host"])["enabled"]:
        check_protected(db, pbd["SR"])
    pool = next(iter(db.all("pool").values()))
    if pool["ha_enabled"] and set(db.get("SR", pbd["SR"])["VDIs"]) & set(pool["ha_statefiles"]):
        raise LabError("HA_IS_ENABLED")


def no_overcommit(db: Database) -> bool:
    """Whether HA is on and its promise to guests must be kept."""
    pool = next(iter(db.all("pool").values()))
    return bool(pool["ha_enabled"] and not pool["ha_allow_overcommit"])


def check_protected(db: Database, sr: str) -> None:
    """Raises HA_CONSTRAINT_VIOLATION_SR_NOT_SHARED [sr] when a guest that HA protects has a disk there."""
    if no_overcommit(db):
        drives = [vbd for vm in db.all("VM").values() if ha.is_protected(vm) for vbd in vm["VBDs"]]
        if set(db.get("SR", sr)["VDIs"]) & {db.get("VBD", vbd)["VDI"] for vbd in drives}:
            raise LabError("HA_CONSTRAINT_VIOLATION_SR_NOT_SHARED", sr)


def _used(db: Database, sr: str, host: str) -> list[str]:
    """The disks of this SR that are attached to guests on this host; copies of the pool's database do not count."""
    here = [vm for vm in db.all("VM").values() if vm["resident_on"] == host]
    drives = [db.get("VBD", vbd) for vm in here for vbd in vm["VBDs"]]
    disks = [vbd["VDI"] for vbd in drives if vbd["currently_attached"] and not vbd["empty"]]
    return [vdi for vdi in disks if (db.get("VDI", vdi)["SR"], db.get("VDI", vdi)["type"] != "metadata") == (sr, True)]


def show(db: Database, sr: str, job: Job, found: dict[str, Any]) -> None:
    """Write into the SR's record what a driver found: space, and the images of an ISO library."""
    if not db.exists("SR", sr):
        return
    record = db.get("SR", sr)
    if record["type"] == "dummy":
        for vdi in record["VDIs"]:
            db.update("VDI", vdi, read_only=False)  # its driver knows of no other (recorded)
    if record["type"] == "iso":
        images = iso.images(job)
        if images is not None:
            _show_images(db, sr, images)
    disks = [db.get("VDI", vdi) for vdi in db.get("SR", sr)["VDIs"]]
    db.update("SR", sr, virtual_allocation=sum(disk["virtual_size"] for disk in disks))
    show_sizes(db, sr, found)


def show_sizes(db: Database, sr: str, found: dict[str, Any]) -> None:
    """Write into the SR's record how much room it has, without a look at its disks."""
    used = sum(db.get("VDI", vdi)["physical_utilisation"] for vdi in db.get("SR", sr)["VDIs"])
    db.update("SR", sr, **{**found, "physical_utilisation": used})


def _show_images(db: Database, sr: str, names: frozenset[str]) -> None:
    known = {db.get("VDI", vdi)["location"]: vdi for vdi in db.get("SR", sr)["VDIs"]}
    for name in sorted(names - set(known)):
        db.create(
            "VDI", name_label=name, location=name, SR=sr, type="user", read_only=True, virtual_size=2**30,
            physical_utilisation=2**30, managed=True,
        )  # fmt: skip
    for name in set(known) - names:
        db.destroy("VDI", known[name])


async def try_plug(lab: Lab, pbd: str) -> LabError | None:
    """Plug, and return the failure instead of raising it."""
    try:
        await plug(lab, pbd)
    except LabError as error:
        return error
    return None
