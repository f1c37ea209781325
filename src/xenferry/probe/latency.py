"""How long each host waits for each SR, as its own statistics have it: the guests' requests of the last seconds.

Source: xcp-rrdd's plugin for disks. A host's data sources are `read_latency_` and `write_latency_` with the first eight
digits of the SR's UUID, in microseconds. A host whose guests leave the SR alone waits for nothing.
"""

from __future__ import annotations

import asyncio
import math
from typing import Any, Protocol

from msgspec import Struct

from xenferry.pool.records import Ref
from xenferry.pool.snapshot import Snapshot
from xenferry.xapi import XapiError


class Caller(Protocol):
    """The one thing needed of a connection to a pool."""

    async def call(self, method: str, *params: Any) -> Any:
        """Call XenAPI; raises XapiError."""


class Latency(Struct, frozen=True):
    """In milliseconds; 0.0: nothing was asked of the SR just then."""

    read: float
    write: float


Measured = dict[tuple[Ref, Ref], Latency]
"""Host and SR -> what was measured; pairs of which a host tells nothing are not in it."""


async def measure(pool: Caller, snapshot: Snapshot) -> Measured:
    """Ask every live host about every SR that it is connected to, all hosts at once."""
    found: Measured = {}
    await asyncio.gather(
        *(_of_host(pool, snapshot, host.ref, found) for host in snapshot.hosts if _lives(snapshot, host.ref))
    )
    return found


def _lives(snapshot: Snapshot, host: Ref) -> bool:
    metrics = snapshot.host_metrics.get(snapshot.host[host].metrics)
    return metrics is None or metrics.live


async def _of_host(pool: Caller, snapshot: Snapshot, host: Ref, found: Measured) -> None:
    for pbd in snapshot.PBD.values():
        sr = snapshot.SR.get(pbd.SR)
        if (
            sr is None
            or pbd.host != host
            or not pbd.currently_attached
            or sr.content_type == "iso"
            or sr.type == "udev"
        ):
            continue
        read = await _asked(pool, host, f"read_latency_{sr.uuid[:8]}")
        write = await _asked(pool, host, f"write_latency_{sr.uuid[:8]}")
        if read is not None and write is not None:
            found[host, sr.ref] = Latency(read, write)


async def _asked(pool: Caller, host: Ref, name: str) -> float | None:
    """None where the host does not measure it: not every version and type of SR does."""
    try:
        value = float(await pool.call("host.query_data_source", host, name))
    except (XapiError, ValueError):
        return None
    return value / 1000 if math.isfinite(value) and value >= 0 else None
