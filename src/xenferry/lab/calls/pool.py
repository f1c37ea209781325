"""pool: the little of it that has effects here; the rest are plain fields."""

from __future__ import annotations

from xenferry.lab.context import Context
from xenferry.lab.registry import call


@call("pool.sync_database", cancellable=False)
async def sync_database(ctx: Context) -> None:
    """The members always have the coordinator's database here; there is nothing to copy."""
