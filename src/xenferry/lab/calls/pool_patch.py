"""pool_patch and host_patch: what clients older than pool_update call; each hands on to the update it stands for."""

from __future__ import annotations

from typing import Any

from xenferry.lab.context import Context
from xenferry.lab.error import LabError
from xenferry.lab.registry import call


async def _hand_on(ctx: Context, patch: str, name: str, *params: Any) -> None:
    update = ctx.db.get("pool_patch", patch)["pool_update"]
    await ctx.lab.call_within(ctx.task, f"pool_update.{name}", update, *params)


@call("pool_patch.precheck")
async def precheck(ctx: Context, self: str, host: str) -> str:
    await _hand_on(ctx, self, "precheck", host)
    return ""


@call("pool_patch.apply")
async def apply(ctx: Context, self: str, host: str) -> str:
    await _hand_on(ctx, self, "apply", host)
    return ""


@call("pool_patch.pool_apply")
async def pool_apply(ctx: Context, self: str) -> None:
    """One host after the other; the first that fails ends it."""
    for host in list(ctx.db.all("host")):
        await ctx.lab.call_within(ctx.task, "pool_patch.apply", self, host)
    ctx.db.update("pool_patch", self, pool_applied=True)


@call("pool_patch.clean")
async def clean(ctx: Context, self: str) -> None:
    """XAPI has nothing left to clean."""


@call("pool_patch.clean_on_host")
async def clean_on_host(ctx: Context, self: str, host: str) -> None:
    """XAPI has nothing left to clean."""


@call("pool_patch.pool_clean")
async def pool_clean(ctx: Context, self: str) -> None:
    await _hand_on(ctx, self, "pool_clean")


@call("pool_patch.destroy")
async def destroy(ctx: Context, self: str) -> None:
    await _hand_on(ctx, self, "destroy")


@call("host_patch.apply")
async def host_apply(ctx: Context, self: str) -> str:
    raise LabError("MESSAGE_DEPRECATED")


@call("host_patch.destroy")
async def host_destroy(ctx: Context, self: str) -> None:
    ctx.db.destroy("host_patch", self)
