"""VDI: changed block tracking. Simplification: there are no blocks, so only the switch is kept."""

from __future__ import annotations

from xenferry.lab.context import Context
from xenferry.lab.registry import call


@call("VDI.enable_cbt", task=True, cancellable=False)
async def enable_cbt(ctx: Context, vdi: str) -> None:
    ctx.db.get("VDI", vdi)
    ctx.db.update("VDI", vdi, cbt_enabled=True)


@call("VDI.disable_cbt", task=True, cancellable=False)
async def disable_cbt(ctx: Context, vdi: str) -> None:
    ctx.db.get("VDI", vdi)
    ctx.db.update("VDI", vdi, cbt_enabled=False)
