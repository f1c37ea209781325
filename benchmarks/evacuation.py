"""Emptying a host in the lab, in virtual time: XAPI's own host.evacuate against xenferry's plan and engine.

    python benchmarks/evacuation.py [--guests 24] [--pools 5]

Guests of 1 to 16 GiB rewrite their memory while they move, some of them quickly. Both get the same pool. XAPI keeps ten
migrations under way, of which xenopsd's four workers carry four, whatever the link carries. The bound: each guest's
memory once, over the link of the host that is emptied. A stricter one counts what these guests rewrite at the least:
each copied alone at a stream's full rate over what TCP and TLS leave of the link, compressed where the plan does that.
Where it does, the same is measured of plans that do not. On 10 Gbit/s four streams just fill the link, so XAPI loses
only what it rewrites and its last guests; 0.85 of its time is the least that any order could reach there.
Simplification: the lab's, see docs/lab.md; its links carry migrations only, and compression leaves the same share of
every guest's memory.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import statistics
import sys
from collections.abc import Awaitable, Callable, Iterator

from measured import Goal, Measured
from msgspec import Struct

import data
from xenferry.lab.clock import virtual_run
from xenferry.lab.lab import Lab
from xenferry.lab.motion import hypervisor, live
from xenferry.lab.scenario import parse
from xenferry.plan.evacuate import evacuate
from xenferry.plan.forecast.compression import PLAIN_TAG, SLOW_MBIT
from xenferry.pool.capture import read_pool
from xenferry.pool.snapshot import Snapshot
from xenferry.runs import control
from xenferry.runs.engine import Setting
from xenferry.runs.journal import Journal
from xenferry.xapi import Connection, connect

MIB = 1 << 20


class Seen(Struct, frozen=True):
    """What the lab's history shows of an evacuation."""

    seconds: float
    single: float
    """Seconds of a migration, on average."""
    pause: float
    """Seconds of the longest pause."""
    sent: float
    """Bytes sent, as a multiple of the guests' memory."""


def scenario(guests: int, seed: int, link_mbit: int, tag: str = "") -> str:
    """Four hosts, all guests on the first, each with this tag."""
    draw = random.Random(seed)  # noqa: S311 a made-up pool
    lines = ["pool P", *(f"host h{n} memory=512GiB cpus=64\n  nic eth0 speed={link_mbit} management" for n in range(4))]
    for number in range(guests):
        size, dirty = draw.choice((1, 2, 4, 8, 16)), draw.choice((1, 5, 10, 20, 40, 80))
        lines.append(f"guest g{number} on=h0 memory={size}GiB dirty={dirty}MiB/s" + (tag and f" tag={tag}"))
    return "\n".join(lines)


def least(text: str, link_mbit: int, compressed: bool) -> float:
    """Seconds for what has to cross the link even if each guest is copied alone as fast as a stream can."""
    parsed, link = parse(text), link_mbit * 1e6 / 8 * hypervisor.USABLE
    share = live.COMPRESSED if compressed else 1.0
    rate = min(live.STREAM_MAX, link / share)
    lab = Lab.from_scenario(parsed)
    guests = Snapshot.from_tables(parsed.tables).guests
    return sum(_sent(vm.memory_static_max, lab.world.dirty(vm.ref), rate) for vm in guests) * share / link


def _sent(size: float, dirty: float, rate: float) -> float:
    """Bytes of memory that are sent in rounds, each what was rewritten during the one before."""
    left, sent = size, 0.0
    for _ in range(live.ROUNDS_MAX + 1):
        sent += left
        left = min(size, dirty * left / rate)
    return sent


Empty = Callable[[Connection, Snapshot], Awaitable[None]]


async def by_xapi(connection: Connection, snapshot: Snapshot) -> None:
    """Disable, then host.evacuate as XAPI does it."""
    host = snapshot.hosts[0].ref
    await connection.call("host.disable", host)
    task = await connection.start("host.evacuate", host)
    await task.wait()


async def by_xapi_compressed(connection: Connection, snapshot: Snapshot) -> None:
    """The same when somebody has switched compression on for the whole pool."""
    await connection.call("pool.set_migration_compression", snapshot.pool.ref, True)
    await by_xapi(connection, snapshot)


async def by_us(connection: Connection, snapshot: Snapshot) -> None:
    """Our plan, driven by our engine."""

    async def look() -> Snapshot:
        return await read_pool(connection)

    journal = Journal("sqlite://", clock=asyncio.get_running_loop().time)
    plan = evacuate(snapshot, snapshot.hosts[0].ref)
    report = await control.begin(plan, Setting(journal=journal, pool=connection, look=look, owner="benchmark 1"))
    journal.close()
    if report.state != "done":
        raise SystemExit(f"the run is {report.state}: {report.troubles}")


def watched(text: str, empty: Empty) -> Seen:
    """Boot a lab of this pool, empty its first host, read its history."""

    async def scene() -> Seen:
        lab = Lab.from_scenario(parse(text))
        async with connect(lab.address(lab.coordinator), "root", "lab", pin=None, dial=lab.dial) as connection:
            snapshot = await read_pool(connection)
            begin = asyncio.get_running_loop().time()
            await empty(connection, snapshot)
            history = lab.hypervisor.history
            memory = sum(vm.memory_static_max for vm in snapshot.guests)
            return Seen(
                max(move.end or 0.0 for move in history.moves) - begin,
                statistics.mean((move.end or 0.0) - move.begin for move in history.moves),
                max((pause.end or 0.0) - pause.begin for pause in history.pauses),
                sum(move.memory_bytes for move in history.moves) / memory,
            )

    return virtual_run(scene())


def bound(text: str, link_mbit: int) -> float:
    """Seconds for every guest's memory once over the link."""
    snapshot = Snapshot.from_tables(parse(text).tables)
    return sum(vm.memory_static_max for vm in snapshot.guests) * 8 / (link_mbit * 1e6)


WAYS: tuple[tuple[str, Empty, str], ...] = (
    ("XAPI's host.evacuate", by_xapi, ""),
    ("  with the pool's compression on", by_xapi_compressed, ""),
    ("xenferry", by_us, ""),
    ("  all guests tagged uncompressed", by_us, PLAIN_TAG),
)


def main(argv: list[str]) -> None:
    """Print, for each link, the mean over the pools."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--guests", type=int, default=24)
    parser.add_argument("--pools", type=int, default=5)
    asked = parser.parse_args(argv)
    lines = []
    for link in (1_000, 2_500, 10_000, 25_000):
        for name, empty, tag in WAYS:
            texts = [scenario(asked.guests, seed, link, tag) for seed in range(asked.pools)]
            seen = [watched(text, empty) for text in texts]
            above = statistics.mean(each.seconds / bound(text, link) for each, text in zip(seen, texts, strict=True))
            lines.append(
                (
                    f"{link / 1000:g} Gbit/s",
                    name,
                    f"{statistics.mean(each.seconds for each in seen):.0f}",
                    f"{above:.2f}",
                    f"{statistics.mean(each.single for each in seen):.0f}",
                    f"{max(each.pause for each in seen):.1f}",
                    f"{statistics.mean(each.sent for each in seen):.2f}",
                )
            )
    data.table(("link", "way", "seconds", "x bound", "one guest, s", "longest pause, s", "memory sent"), lines)


def measure(quick: bool) -> Iterator[Measured]:
    """Time above the bound, one migration, the longest pause: three links, the mean over pools."""
    guests, pools = (4, 1) if quick else (24, 5)
    for link in (1_000, 2_500, 10_000):
        size = f"{guests} busy guests, {link / 1000:g} Gbit/s, {pools} pools"
        texts = [scenario(guests, seed, link) for seed in range(pools)]
        xapi, ours = ([watched(text, empty) for text in texts] for empty in (by_xapi, by_us))
        bounds = [bound(text, link) for text in texts]
        for what, unit, of, goal in FIGURES:
            theirs, own = (statistics.mean(map(of, seen, bounds)) for seen in (xapi, ours))
            yield Measured(
                what=what, size=size, ours=own, unit=unit, against="XAPI's host.evacuate", theirs=theirs, goal=goal
            )
        leasts = [least(text, link, compressed=link <= SLOW_MBIT) for text in texts]
        above = statistics.mean(each.seconds / floor for each, floor in zip(ours, leasts, strict=True))
        yield Measured(
            what="time to empty a host, by what has to be sent at the least",
            size=size,
            ours=above,
            unit="x that bound",
            goal=Goal(1.1, of="ours"),
        )
        if link <= SLOW_MBIT:
            yield _plainly(size, guests, pools, link)


def _plainly(size: str, guests: int, pools: int, link: int) -> Measured:
    """Order and parallelism alone, without what compression saves."""
    texts = [scenario(guests, seed, link, PLAIN_TAG) for seed in range(pools)]
    ways = ([watched(text, empty) for text in texts] for empty in (by_xapi, by_us))
    theirs, own = (
        statistics.mean(each.seconds / bound(text, link) for each, text in zip(seen, texts, strict=True))
        for seen in ways
    )
    return Measured(
        what="time to empty a host, nothing compressed",
        size=size,
        ours=own,
        unit="x bound",
        against="XAPI's host.evacuate",
        theirs=theirs,
        goal=Goal(0.8),
    )


FIGURES: tuple[tuple[str, str, Callable[[Seen, float], float], Goal | None], ...] = (
    ("time to empty a host", "x bound", lambda seen, bound: seen.seconds / bound, Goal(0.8)),
    ("one guest's migration", "s", lambda seen, bound: seen.single, None),
    ("the longest pause of a guest", "s", lambda seen, bound: seen.pause, None),
)


if __name__ == "__main__":
    main(sys.argv[1:])
