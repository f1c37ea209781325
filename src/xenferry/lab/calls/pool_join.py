"""pool: hosts come and go. The joining host is the one that is asked."""

from __future__ import annotations

from xenferry.lab.context import Context
from xenferry.lab.joining import eject as leaving
from xenferry.lab.joining import join as joining
from xenferry.lab.registry import call


@call("pool.join", cancellable=False)
async def join(ctx: Context, address: str, username: str, password: str) -> None:
    await joining.join(ctx, address, username, password, force=False)


@call("pool.join_force", cancellable=False)
async def join_force(ctx: Context, address: str, username: str, password: str) -> None:
    """CPUs and versions may differ; everything else is checked."""
    await joining.join(ctx, address, username, password, force=True)


@call("pool.eject", cancellable=False)
async def eject(ctx: Context, host: str) -> None:
    await leaving.eject(ctx, host)
