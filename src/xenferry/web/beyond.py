"""The ways to other pools for runs that take guests there: any pool that this server serves, found by its UUID."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack

from xenferry.plan.steps import Destination
from xenferry.pool.capture import read_pool
from xenferry.pool.snapshot import Snapshot
from xenferry.runs.mend import Unable
from xenferry.runs.port import Beyond, Far
from xenferry.web.desk import Desk


def ways(stack: AsyncExitStack, seen: Callable[[str], Awaitable[Desk | None]]) -> Beyond:
    """Each pool is connected to when it is first needed, until `stack` ends. `seen` gives the desk of a UUID."""
    opened: dict[str, Far] = {}

    async def way(there: Destination) -> Far:
        known = opened.get(there.pool.uuid)
        if known is None:
            known = opened[there.pool.uuid] = await _open(stack, await seen(there.pool.uuid), there)
        return known

    return way


async def _open(stack: AsyncExitStack, desk: Desk | None, there: Destination) -> Far:
    if desk is None or desk.connect is None:
        raise Unable(
            f"the plan takes guests to pool {there.pool.name} ({there.pool.uuid}), which is not served here or does "
            "not answer; add it to the configuration and start the server anew, or go on with `xenferry runs resume`"
        )
    connection = await stack.enter_async_context(desk.connect())

    async def look() -> Snapshot:
        return await read_pool(connection)

    return Far(connection, look)
