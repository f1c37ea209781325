"""Tasks made, cancelled and destroyed by clients."""

from __future__ import annotations

from xenferry.lab.context import Context
from xenferry.lab.registry import call


@call("task.create")
async def create(ctx: Context, label: str, description: str) -> str:
    return ctx.lab.tasks.create(label, description=description, host=ctx.host, session=ctx.session)


@call("task.cancel")
async def cancel(ctx: Context, task: str) -> None:
    ctx.lab.tasks.cancel(task)


@call("task.destroy")
async def destroy(ctx: Context, self: str) -> None:
    ctx.lab.tasks.destroy(self)
