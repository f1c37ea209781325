"""pool_update: updates that come as a disk with an ISO image on it, the way before repositories.

Disks have no contents here. A disk is an update if its other_config holds, under `update.xml`, the text of the file of
that name which such an image has; any other disk is refused as one without an image on it is.
"""

from __future__ import annotations

import asyncio

from xenferry.lab.calls.vdi import check_plugged
from xenferry.lab.context import Context
from xenferry.lab.datamodel import NULL
from xenferry.lab.error import LabError
from xenferry.lab.forwarding import forward
from xenferry.lab.registry import call
from xenferry.lab.updates import document

DOCUMENT = "update.xml"
ATTACH_S = 2.0
APPLY_S = 60.0
"""How long a host takes to look into an image, and to install what is on it (invented)."""


@call("pool_update.introduce")
async def introduce(ctx: Context, vdi: str) -> str:
    """The update on the disk, known or new. Old clients see it as a pool_patch.

    Raises VDI_INCOMPATIBLE_TYPE [vdi; cbt_metadata], INVALID_UPDATE [why], UPDATE_ALREADY_EXISTS [uuid] when another
    disk holds it.
    """
    disk = ctx.db.get("VDI", vdi)
    check_plugged(ctx, disk["SR"])
    if disk["type"] == "cbt_metadata":
        raise LabError("VDI_INCOMPATIBLE_TYPE", vdi, "cbt_metadata")
    await asyncio.sleep(ATTACH_S)
    if DOCUMENT not in disk["other_config"]:
        raise LabError("INVALID_UPDATE", "Please upload a valid package.")
    fields = document.read(disk["other_config"][DOCUMENT])
    for known in ctx.db.find("pool_update", uuid=fields["uuid"]):
        return _again(ctx, known, vdi)
    update = ctx.db.create("pool_update", fields, vdi=vdi)
    names = ("name_label", "name_description", "version", "after_apply_guidance")
    ctx.db.create(
        "pool_patch", {name: fields[name] for name in names}, uuid=document.patch_uuid(fields["uuid"]),
        size=fields["installation_size"], pool_update=update,
    )  # fmt: skip
    return update


def _again(ctx: Context, update: str, vdi: str) -> str:
    """A cleaned update gets this disk."""
    known = ctx.db.get("pool_update", update)
    if not ctx.db.exists("VDI", known["vdi"]):
        ctx.db.update("pool_update", update, vdi=vdi)
    elif known["vdi"] != vdi:
        raise LabError("UPDATE_ALREADY_EXISTS", known["uuid"])
    return update


@call("pool_update.precheck")
async def precheck(ctx: Context, self: str, host: str) -> str:
    """Live patches do not exist here, so it is `ok`. Raises CANNOT_FIND_UPDATE [] when its disk is gone."""
    record = ctx.db.get("pool_update", self)
    await forward(ctx, host)
    if not ctx.db.exists("VDI", record["vdi"]):
        raise LabError("CANNOT_FIND_UPDATE")
    await asyncio.sleep(ATTACH_S)
    return "ok"


@call("pool_update.apply")
async def apply(ctx: Context, self: str, host: str) -> None:
    """Raises UPDATE_ALREADY_APPLIED [update], CANNOT_FIND_UPDATE []."""
    ctx.db.get("pool_update", self)
    await forward(ctx, host)
    if self in ctx.db.get("host", host)["updates"]:
        raise LabError("UPDATE_ALREADY_APPLIED", self)
    await precheck(ctx, self, host)
    await asyncio.sleep(APPLY_S)
    _note(ctx, self, host)


def _note(ctx: Context, update: str, host: str) -> None:
    record = ctx.db.get("host", host)
    ctx.db.update("host", host, updates=[update, *record["updates"]])
    for patch in ctx.db.find("pool_patch", pool_update=update):
        ctx.db.create("host_patch", host=host, pool_patch=patch, applied=True, timestamp_applied=ctx.lab.date())
    if "restartHost" in ctx.db.get("pool_update", update)["after_apply_guidance"]:
        ctx.db.update("host", host, updates_requiring_reboot=[update, *record["updates_requiring_reboot"]])


@call("pool_update.pool_apply")
async def pool_apply(ctx: Context, self: str) -> None:
    """On all hosts that lack it. Raises UPDATE_ALREADY_APPLIED_IN_POOL [update], UPDATE_POOL_APPLY_FAILED [host ..]."""
    applied = ctx.db.get("pool_update", self)["hosts"]
    lacking = sorted(host for host in ctx.db.all("host") if host not in applied)
    if not lacking:
        raise LabError("UPDATE_ALREADY_APPLIED_IN_POOL", self)
    failed: list[str] = []
    for host in lacking:
        try:
            await ctx.lab.call_within(ctx.task, "pool_update.apply", self, host)
        except LabError:
            failed.insert(0, host)
    if failed:
        raise LabError("UPDATE_POOL_APPLY_FAILED", *failed)


@call("pool_update.pool_clean")
async def pool_clean(ctx: Context, self: str) -> None:
    """The disk goes; an update whose disk is gone is clean."""
    vdi = ctx.db.get("pool_update", self)["vdi"]
    if ctx.db.exists("VDI", vdi):
        await ctx.lab.call_within(ctx.task, "VDI.destroy", vdi)
        ctx.db.update("pool_update", self, vdi=NULL)


@call("pool_update.destroy")
async def destroy(ctx: Context, self: str) -> None:
    """Raises UPDATE_IS_APPLIED [] as soon as one host has it."""
    if ctx.db.get("pool_update", self)["hosts"]:
        raise LabError("UPDATE_IS_APPLIED")
    ctx.db.destroy("pool_update", self)
    for patch in ctx.db.find("pool_patch", pool_update=self):
        ctx.db.destroy("pool_patch", patch)
