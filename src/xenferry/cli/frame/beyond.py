"""The ways to other pools that a run needs: opened by their names in the configuration, before anything is done.

A plan keeps a pool's name in the configuration and its UUID, never a password. Somebody else may call the pool
otherwise: then `--to-pool` says which one it is. The UUID decides.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING

from xenferry import config
from xenferry.cli.frame.failure import Wrong
from xenferry.cli.frame.source import ask_password
from xenferry.pool.capture import read_pool
from xenferry.runs.crossing.look import destinations
from xenferry.runs.port import Beyond, Far
from xenferry.xapi import connect

if TYPE_CHECKING:
    from xenferry.config import PoolEntry
    from xenferry.plan.steps import Destination, Plan
    from xenferry.pool.snapshot import Snapshot
    from xenferry.xapi import Connection

NEIGHBOURS: ContextVar[Mapping[str, Connection]] = ContextVar("NEIGHBOURS")
"""Connections to embedded pools of the same site, by the pool's UUID."""


@asynccontextmanager
async def opened(plan: Plan, named: str = "") -> AsyncIterator[Beyond]:
    """The ways to all other pools of a plan; closed at the end of the block.

    Args:
        plan: what is to be carried out.
        named: the name of the other pool in this configuration, if it is not the one that the plan knows.

    Raises:
        Wrong: the configuration has no such pool, or it is another one than the plan's.
        ConfigError, Unreachable, Untrusted, XapiError
    """
    async with AsyncExitStack() as stack:
        ways = {there.pool.uuid: await _open(stack, there, named) for there in destinations(plan)}

        async def way(there: Destination) -> Far:
            return ways[there.pool.uuid]

        yield way


async def _open(stack: AsyncExitStack, there: Destination, named: str) -> Far:
    connection = NEIGHBOURS.get({}).get(there.pool.uuid)
    if connection is None:
        name, entry = _entry(there, named)
        password = ask_password(name, entry)
        connection = await stack.enter_async_context(
            connect(entry.address, entry.user, password, pin=entry.fingerprints)
        )
        await _check(connection, there, name)
    return far(connection)


def far(connection: Connection) -> Far:
    """The other pool as a run needs it."""

    async def look() -> Snapshot:
        return await read_pool(connection)

    return Far(connection, look)


def _entry(there: Destination, named: str) -> tuple[str, PoolEntry]:
    pools, name = config.load().pools, named or there.configured
    if name in pools:
        return name, pools[name]
    called = f", which it calls {name!r}," if name else ""
    listed = f"Configured: {', '.join(sorted(pools))}." if pools else "None is configured."
    raise Wrong(
        f"The plan takes guests to pool {there.pool.name} ({there.pool.uuid}){called} and {config.find()} has no such "
        f"pool. Add it with `xenferry pool add`, or say which of yours it is with --to-pool NAME. {listed}"
    )


async def _check(connection: Connection, there: Destination, name: str) -> None:
    """It must be the plan's pool, whatever it is called here."""
    pools = await connection.call("pool.get_all_records")
    found = next(iter(pools.values()))
    if found["uuid"] != there.pool.uuid:
        raise Wrong(
            f"{name} is pool {found['name_label']} ({found['uuid']}), but the plan takes guests to pool "
            f"{there.pool.name} ({there.pool.uuid}). Say which of your pools that is with --to-pool NAME."
        )


__all__ = ["NEIGHBOURS", "far", "opened"]
