"""Connecting a host to an SR and disconnecting it: PBD.plug and PBD.unplug, and what a host does when it boots."""

from __future__ import annotations

import asyncio
from typing import Any

from xenferry.lab.context import Context
from xenferry.lab.db import Database
from xenferry.lab.error import LabError
from xenferry.lab.storage import drivers, iso
from xenferry.lab.storage.job import Job
from xenferry.lab.world import World

DRIVER_START_S = 0.1
"""How long a driver takes before it does anything (measured)."""


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


async def plug(db: Database, world: World, pbd: str) -> None:
    """Attach the SR on the PBD's host; nothing to do when it is attached. Raises the driver's error."""
    record = db.get("PBD", pbd)
    if record["currently_attached"]:
        return
    check_live(db, record["host"])
    driver, job = job_of(db, world, pbd)
    await asyncio.sleep(DRIVER_START_S)
    found = await driver.attach(job)
    db.update("PBD", pbd, currently_attached=True)
    show(db, record["SR"], job, found)


async def unplug(db: Database, world: World, pbd: str) -> None:
    """Detach it. Raises VDI_IN_USE [vdi ...] while guests on that host use its disks."""
    record = db.get("PBD", pbd)
    if not record["currently_attached"]:
        return
    check_live(db, record["host"])
    used = _used(db, record["SR"], record["host"])
    if used:
        raise LabError("VDI_IN_USE", *used)
    driver, job = job_of(db, world, pbd)
    await asyncio.sleep(DRIVER_START_S)
    await driver.detach(job)
    db.update("PBD", pbd, currently_attached=False)


def _used(db: Database, sr: str, host: str) -> list[str]:
    """The disks of this SR that are attached to guests on this host."""
    found: list[str] = []
    for vdi in db.get("SR", sr)["VDIs"]:
        for vbd in (db.get("VBD", ref) for ref in db.get("VDI", vdi)["VBDs"]):
            if vbd["currently_attached"] and db.get("VM", vbd["VM"])["resident_on"] == host:
                found.append(vdi)
                break
    return found


def show(db: Database, sr: str, job: Job, found: dict[str, Any]) -> None:
    """Write into the SR's record what a driver found: space, and the images of an ISO library."""
    if not db.exists("SR", sr):
        return
    record = db.get("SR", sr)
    db.update("SR", sr, **found)
    if record["type"] == "iso":
        images = iso.images(job)
        if images is not None:
            _show_images(db, sr, images)
    disks = [db.get("VDI", vdi) for vdi in db.get("SR", sr)["VDIs"]]
    used = sum(disk["physical_utilisation"] for disk in disks)
    db.update("SR", sr, physical_utilisation=used, virtual_allocation=sum(disk["virtual_size"] for disk in disks))


def _show_images(db: Database, sr: str, names: frozenset[str]) -> None:
    known = {db.get("VDI", vdi)["location"]: vdi for vdi in db.get("SR", sr)["VDIs"]}
    for name in sorted(names - set(known)):
        db.create(
            "VDI", name_label=name, location=name, SR=sr, type="user", read_only=True, virtual_size=2**30,
            physical_utilisation=2**30, allowed_operations=["clone", "copy"],
        )  # fmt: skip
    for name in set(known) - names:
        db.destroy("VDI", known[name])


async def plug_all(ctx: Context, pbds: list[str]) -> list[LabError]:
    """Plug side by side; returns the failures, which SR.create passes over."""
    results = await asyncio.gather(*(try_plug(ctx.db, ctx.lab.world, pbd) for pbd in pbds))
    return [error for error in results if error is not None]


async def try_plug(db: Database, world: World, pbd: str) -> LabError | None:
    """Plug, and return the failure instead of raising it."""
    try:
        await plug(db, world, pbd)
    except LabError as error:
        return error
    return None
