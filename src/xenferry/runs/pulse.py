"""Whether hosts answer at this moment: XAPI believes in the guests of a dead host for ten minutes more.

XAPI hands host.get_servertime on to the host in question, so its answer is a sign of life of that host's own toolstack.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable

from xenferry.pool.records import Ref
from xenferry.pool.snapshot import Snapshot
from xenferry.runs.port import PoolPort
from xenferry.xapi import Unreachable, XapiError

PATIENCE_SECONDS = 30.0


async def silent(pool: PoolPort, snapshot: Snapshot, hosts: Iterable[Ref]) -> frozenset[Ref]:
    """Those of the hosts that do not answer within half a minute, asked all at once."""
    asked = sorted({host for host in hosts if host in snapshot.host})
    answers = await asyncio.gather(*(_answers(pool, host) for host in asked))
    return frozenset(host for host, alive in zip(asked, answers, strict=True) if not alive)


async def _answers(pool: PoolPort, host: Ref) -> bool:
    """Asked twice, as one connection may break by chance."""
    for _ in range(2):
        try:
            await asyncio.wait_for(pool.call("host.get_servertime", host), PATIENCE_SECONDS)
            return True
        except Unreachable:
            continue
        except (XapiError, TimeoutError):
            return False
    return False


__all__ = ["PATIENCE_SECONDS", "silent"]
