"""Small classes: crash dumps, consoles, messages by the hundred, and calls whose feature is gone."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from xenferry.lab.context import Context
from xenferry.lab.error import LabError
from xenferry.lab.registry import call
from xenferry.lab.storage.plug import check_live


@call("console.create")
async def console_create(ctx: Context, record: dict[str, Any]) -> str:
    """XAPI declares the call and refuses it."""
    raise LabError("NOT_IMPLEMENTED", "Console.create")


@call("console.destroy")
async def console_destroy(ctx: Context, self: str) -> None:
    """XAPI declares the call and refuses it."""
    raise LabError("NOT_IMPLEMENTED", "Console.destroy")


@call("crashdump.destroy")
async def crashdump_destroy(ctx: Context, self: str) -> None:
    """With its disk, if that can be deleted; the record goes in any case."""
    disk = ctx.db.get("crashdump", self)["VDI"]
    with suppress(LabError):  # as XAPI, which notes it in its log
        await ctx.lab.call_within(ctx.task, "VDI.destroy", disk)
    ctx.db.destroy("crashdump", self)


@call("host_crashdump.destroy")
async def host_crashdump_destroy(ctx: Context, self: str) -> None:
    host = ctx.db.get("host_crashdump", self)["host"]
    check_live(ctx.db, host)
    ctx.forward(host)
    ctx.db.destroy("host_crashdump", self)


@call("message.destroy_all")
async def messages_destroy_all(ctx: Context, filters: dict[str, str]) -> None:
    """`before` and `after` are dates, `priority` a number; what fits all of them goes, without filters everything."""
    before, after = (filters.get(name, "").replace("-", "") for name in ("before", "after"))
    for ref, record in list(ctx.db.all("message").items()):
        moment = record["timestamp"]
        in_time = (not before or moment < before) and (not after or moment > after)
        if in_time and str(record["priority"]) == filters.get("priority", str(record["priority"])):
            ctx.db.destroy("message", ref)


@call("LVHD.enable_thin_provisioning")
async def enable_thin(ctx: Context, host: str, sr: str, initial: int, quantum: int) -> str:
    """An extension that hosts no longer have."""
    check_live(ctx.db, host)
    raise LabError("MESSAGE_METHOD_UNKNOWN", "LVHD.enable_thin_provisioning")


@call("pool.test_archive_target")
async def test_archive_target(ctx: Context, self: str, config: dict[str, str]) -> str:
    """Its feature is gone."""
    raise LabError("MESSAGE_REMOVED")
