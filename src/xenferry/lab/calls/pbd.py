"""PBD: a host's connection to an SR."""

from __future__ import annotations

from typing import Any

from xenferry.lab.context import Context
from xenferry.lab.error import LabError
from xenferry.lab.registry import call
from xenferry.lab.storage import operations, secrets
from xenferry.lab.storage import plug as plugging


def check_config(config: dict[str, str]) -> None:
    """XAPI sets `SRmaster` itself and lets nobody else do so."""
    if "SRmaster" in config:
        raise LabError("VALUE_NOT_SUPPORTED", "SRmaster", config["SRmaster"], "This key is for internal use only")


@call("PBD.create")
async def create(ctx: Context, args: dict[str, Any]) -> str:
    """XAPI takes no other_config along. Whether the SR may be shared is asked when the PBD is plugged.

    Nor does it look at the host: a PBD of a host that does not exist is made, and goes with the next sweep.
    """
    sr, host = args["SR"], args["host"]
    config = secrets.moved(ctx.db, args.get("device_config", {}))
    async with operations.marked(ctx, sr, "pbd_create"):
        for ref, pbd in operations.pbds(ctx.db, sr):
            if pbd["host"] == host:
                raise LabError("PBD_EXISTS", sr, host, ref)
        check_config(config)
        if not ctx.db.exists("host", host):
            ctx.lab.sweep.soon()
        return ctx.db.create("PBD", host=host, SR=sr, device_config=secrets.copied(ctx.db, config))


@call("PBD.destroy")
async def destroy(ctx: Context, self: str) -> None:
    record = ctx.db.get("PBD", self)
    async with operations.marked(ctx, record["SR"], "pbd_destroy"):
        if record["currently_attached"]:
            raise LabError("OPERATION_NOT_ALLOWED", "PBD is currently attached")
        ctx.db.destroy("PBD", self)
        secrets.forget(ctx.db, record["device_config"])


@call("PBD.set_device_config")
async def set_device_config(ctx: Context, self: str, value: dict[str, str]) -> None:
    """For the SR's own driver alone. Raises PERMISSION_DENIED [""]."""
    secrets.moved(ctx.db, value)
    ctx.db.get("PBD", self)
    raise LabError("PERMISSION_DENIED", "")


@call("PBD.plug")
async def plug(ctx: Context, self: str) -> None:
    record = ctx.db.get("PBD", self)
    if not ctx.db.exists("SR", record["SR"]):
        raise LabError("HANDLE_INVALID", "SR", record["SR"])
    async with operations.marked(ctx, record["SR"], "plug"):
        plugging.check_live(ctx.db, record["host"])
        ctx.forward(record["host"])
        await plugging.plug(ctx.lab, self)


@call("PBD.unplug")
async def unplug(ctx: Context, self: str) -> None:
    """Waits for what goes on with the SR, or with its disks if the coordinator does that.

    Raises SR_HAS_MULTIPLE_PBDS [uuids of the PBDs] for an SR that is not shared and nobody's alone.
    """
    record = ctx.db.get("PBD", self)
    async with operations.unplugging(ctx, record["SR"]):
        plugging.check_live(ctx.db, record["host"])
        ctx.forward(record["host"])
        await plugging.unplug(ctx.lab, self)
