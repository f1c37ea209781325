"""VDI: disks that come from the driver, going back to a snapshot, and settings that need a stopped guest."""

from __future__ import annotations

import re
from typing import Any

from xenferry.lab import locks
from xenferry.lab.calls.vdi import check_managed, check_plugged
from xenferry.lab.context import Context
from xenferry.lab.error import LabError
from xenferry.lab.registry import call
from xenferry.lab.storage.failure import failed
from xenferry.lab.storage.operations import marked

UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


@call("VDI.introduce")
async def introduce(
    ctx: Context, uuid: str, name: str, description: str, sr: str, kind: str, sharable: bool, read_only: bool,
    other_config: dict[str, str], location: str, xenstore_data: dict[str, str], sm_config: dict[str, str], *rest: Any,
) -> str:  # fmt: skip
    """A disk that the driver finds at this location; what else the caller says of it (size, snapshot) is not used.

    Raises SR_OPERATION_NOT_SUPPORTED [sr], SR_HAS_NO_PBDS [sr], LOCATION_NOT_UNIQUE [sr; location], and the driver's
    46 when there is no such disk. Simplification: only what was forgotten with VDI.forget can be found again.
    """
    async with marked(ctx, sr, "vdi_introduce"):
        check_plugged(ctx, sr)
        for vdi in ctx.db.get("SR", sr)["VDIs"]:
            known = ctx.db.get("VDI", vdi)
            if known["location"] == location:
                if known["uuid"] != uuid:
                    raise LabError("LOCATION_NOT_UNIQUE", sr, location)
                return str(vdi)
        forgotten = ctx.db.hidden("SR", sr).setdefault("forgotten", {})
        if location not in forgotten:
            raise failed(46, f"{location} not found")
        found = forgotten.pop(location)
        found = {**found, "name_label": name or found["name_label"]}
        given = {"name_description": description, "sharable": sharable, "type": kind, "xenstore_data": xenstore_data}
        return ctx.db.create("VDI", {**found, **given, "other_config": other_config, "uuid": uuid, "SR": sr})


@call("VDI.forget")
async def forget(ctx: Context, vdi: str) -> None:
    """Only the record goes; the space stays taken, and the driver can find the disk again."""
    async with locks.operation(ctx, ("VDI", vdi, "forget")):
        record = ctx.db.get("VDI", vdi)
        kept = ("name_label", "virtual_size", "physical_utilisation", "location", "read_only", "managed")
        if ctx.db.exists("SR", record["SR"]):
            forgotten = ctx.db.hidden("SR", record["SR"]).setdefault("forgotten", {})
            forgotten[record["location"]] = {name: record[name] for name in kept}
        ctx.db.destroy("VDI", vdi)


@call("VDI.update")
async def update(ctx: Context, vdi: str) -> None:
    """What the driver says of the disk goes into its record; in the lab it never says anything new."""
    async with locks.operation(ctx, ("VDI", vdi, "update")):
        check_plugged(ctx, ctx.db.get("VDI", vdi)["SR"])


@call("VDI.revert")
async def revert(ctx: Context, snapshot: str) -> None:
    """The disk is again what it was when the snapshot was taken. Raises REVERT_ONLY_ALLOWED_ON_SNAPSHOT []."""
    record = ctx.db.get("VDI", snapshot)
    disk = record["snapshot_of"]
    async with (
        marked(ctx, record["SR"], "vdi_revert", ("VDI", snapshot, "revert_to")),
        locks.operation(ctx, ("VDI", disk, "revert_from")),
    ):
        check_plugged(ctx, record["SR"])
        check_managed(ctx, snapshot)
        ctx.db.update("VDI", disk, virtual_size=record["virtual_size"])


def _check_stopped(ctx: Context, vdi: str) -> None:
    """Raises VM_BAD_POWER_STATE [vm; halted; state] for a guest that has the disk."""
    for vbd in ctx.db.get("VDI", vdi)["VBDs"]:
        vm = ctx.db.get("VBD", vbd)["VM"]
        state = ctx.db.get("VM", vm)["power_state"]
        if state != "Halted":
            raise LabError("VM_BAD_POWER_STATE", vm, "halted", state.lower())


@call("VDI.set_on_boot")
async def set_on_boot(ctx: Context, vdi: str, value: str) -> None:
    _check_stopped(ctx, vdi)
    sr = ctx.db.get("VDI", vdi)["SR"]
    async with marked(ctx, sr, "vdi_set_on_boot", ("VDI", vdi, "set_on_boot")):
        check_plugged(ctx, sr)
        ctx.db.update("VDI", vdi, on_boot=value)


@call("VDI.set_allow_caching")
async def set_allow_caching(ctx: Context, vdi: str, value: bool) -> None:
    _check_stopped(ctx, vdi)
    ctx.db.update("VDI", vdi, allow_caching=value)


@call("VDI.get_nbd_info")
async def get_nbd_info(ctx: Context, vdi: str) -> list[dict[str, str]]:
    """Nobody serves disks over the network here: no network of the lab has a purpose for it."""
    if ctx.db.get("VDI", vdi)["type"] == "cbt_metadata":
        raise LabError("VDI_INCOMPATIBLE_TYPE", vdi, "cbt_metadata")
    return []


@call("VDI.read_database_pool_uuid")
async def read_database_pool_uuid(ctx: Context, vdi: str) -> str:
    """The pool whose database is on the disk; empty, for disks of the lab have no contents."""
    ctx.db.get("VDI", vdi)
    return ""
