"""PBD: a host's connection to an SR."""

from __future__ import annotations

from typing import Any

from xenferry.lab.context import Context
from xenferry.lab.error import LabError
from xenferry.lab.registry import call
from xenferry.lab.storage import operations
from xenferry.lab.storage import plug as plugging


def check_config(config: dict[str, str]) -> None:
    """XAPI sets `SRmaster` itself and lets nobody else do so."""
    if "SRmaster" in config:
        raise LabError("VALUE_NOT_SUPPORTED", "SRmaster", config["SRmaster"], "This key is for internal use only")


@call("PBD.create")
async def create(ctx: Context, args: dict[str, Any]) -> str:
    sr, host = args["SR"], args["host"]
    record = ctx.db.get("SR", sr)
    ctx.db.get("host", host)
    for ref, pbd in operations.pbds(ctx.db, sr):
        if pbd["host"] == host:
            raise LabError("PBD_EXISTS", sr, host, ref)
    config = dict(args.get("device_config", {}))
    check_config(config)
    if record["PBDs"] and not record["shared"]:
        raise LabError("SR_NOT_SHARABLE", sr, host)
    async with operations.marked(ctx, sr, "pbd_create"):
        return ctx.db.create("PBD", host=host, SR=sr, device_config=config, other_config=args.get("other_config", {}))


@call("PBD.destroy")
async def destroy(ctx: Context, self: str) -> None:
    record = ctx.db.get("PBD", self)
    if record["currently_attached"]:
        raise LabError("OPERATION_NOT_ALLOWED", "PBD is currently attached")
    async with operations.marked(ctx, record["SR"], "pbd_destroy"):
        ctx.db.destroy("PBD", self)


@call("PBD.set_device_config")
async def set_device_config(ctx: Context, self: str, value: dict[str, str]) -> None:
    check_config(value)
    ctx.db.update("PBD", self, device_config=dict(value))


@call("PBD.plug")
async def plug(ctx: Context, self: str) -> None:
    record = ctx.db.get("PBD", self)
    if not ctx.db.exists("SR", record["SR"]):
        raise LabError("HANDLE_INVALID", "SR", record["SR"])
    async with operations.marked(ctx, record["SR"], "plug"):
        ctx.forward(record["host"])
        await plugging.plug(ctx.lab, self)


@call("PBD.unplug")
async def unplug(ctx: Context, self: str) -> None:
    record = ctx.db.get("PBD", self)
    async with operations.marked(ctx, record["SR"], "unplug"):
        ctx.forward(record["host"])
        await plugging.unplug(ctx.lab, self)
