"""When it pays to compress a guest's memory on the wire, and what it saves.

XAPI pipes the stream through zstd when the call asks for it, or when the pool's `migration_compression` is on. Its
makers measured a clear gain on 1 Gbit/s, and evacuations that took an eighth longer on networks of more than 10 Gbit/s,
which streams do not fill anyway (xen-api, pull requests 4732 and 4797). In between nothing was published.
"""

from __future__ import annotations

from xenferry.plan.forecast.figures import STREAM_BITS
from xenferry.plan.forecast.links import link_mbit
from xenferry.pool import records as r
from xenferry.pool.records import Ref
from xenferry.pool.snapshot import Snapshot
from xenferry.rules.facts import version

SINCE = (22, 33)
"""The xapi that first knew it."""
SLOW_MBIT = 1000
"""Links up to which it pays for certain."""
WIRE_SHARE = 0.6
"""What goes over the wire of each byte of memory; a guest's own share may be anything from 0.2 to 1."""
PLAIN_TAG = "xenferry:uncompressed"
"""On a guest, or on the pool: its memory is never compressed."""


def asks(snapshot: Snapshot, vm: r.VM, source: Ref, target: Ref, network: Ref | None) -> bool:
    """Shall the call ask for it: is one of the two links slow, and does XAPI know how?"""
    if version.xapi(snapshot) < SINCE or PLAIN_TAG in vm.tags or PLAIN_TAG in snapshot.pool.tags or source == target:
        return False
    speeds = (link_mbit(snapshot, source, network), link_mbit(snapshot, target, network))
    return any(0 < speed <= SLOW_MBIT for speed in speeds)


def happens(snapshot: Snapshot, asked: bool) -> bool:
    """Is it done, because the call asks for it or because the pool does so always?"""
    return asked or (snapshot.pool.migration_compression and version.xapi(snapshot) >= SINCE)


def memory_bits(link_bits: float) -> float:
    """Bits of memory per second that one compressed stream carries; the stream's own ceiling is the processor's."""
    return min(STREAM_BITS, link_bits / WIRE_SHARE)
