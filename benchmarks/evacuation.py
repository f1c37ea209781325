"""Emptying a host in the lab, in virtual time: XAPI's own host.evacuate against xenferry's plan and engine.

    python benchmarks/evacuation.py [--guests 24] [--pools 5]

Guests of 1 to 16 GiB rewrite their memory while they move, some of them quickly. Both get the same pool. XAPI keeps ten
migrations under way, whatever the link carries. The bound: each guest's memory once, over the link of the host that is
emptied. Simplification: the lab's, see docs/lab.md; its links carry migrations only.
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
from xenferry.lab.scenario import parse
from xenferry.plan.evacuate import evacuate
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


def scenario(guests: int, seed: int, link_mbit: int) -> str:
    """Four hosts, all guests on the first."""
    draw = random.Random(seed)  # noqa: S311 a made-up pool
    lines = ["pool P", *(f"host h{n} memory=512GiB cpus=64\n  nic eth0 speed={link_mbit} management" for n in range(4))]
    for number in range(guests):
        size, dirty = draw.choice((1, 2, 4, 8, 16)), draw.choice((1, 5, 10, 20, 40, 80))
        lines.append(f"guest g{number} on=h0 memory={size}GiB dirty={dirty}MiB/s")
    return "\n".join(lines)


Empty = Callable[[Connection, Snapshot], Awaitable[None]]


async def by_xapi(connection: Connection, snapshot: Snapshot) -> None:
    """Disable, then host.evacuate as XAPI does it."""
    host = snapshot.hosts[0].ref
    await connection.call("host.disable", host)
    task = await connection.start("host.evacuate", host)
    await task.wait()


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


def main(argv: list[str]) -> None:
    """Print, for each link, the mean over the pools."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--guests", type=int, default=24)
    parser.add_argument("--pools", type=int, default=5)
    asked = parser.parse_args(argv)
    lines = []
    for link in (1_000, 10_000):
        texts = [scenario(asked.guests, seed, link) for seed in range(asked.pools)]
        for name, empty in (("XAPI's host.evacuate", by_xapi), ("xenferry", by_us)):
            seen = [watched(text, empty) for text in texts]
            above = statistics.mean(each.seconds / bound(text, link) for each, text in zip(seen, texts, strict=True))
            lines.append(
                (
                    f"{link // 1000} Gbit/s",
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
    """Time above the bound, one migration, the longest pause: two links, the mean over pools."""
    guests, pools = (4, 1) if quick else (24, 5)
    for link in (1_000, 10_000):
        texts = [scenario(guests, seed, link) for seed in range(pools)]
        xapi, ours = ([watched(text, empty) for text in texts] for empty in (by_xapi, by_us))
        size = f"{guests} busy guests, {link // 1000} Gbit/s, {pools} pools"
        for what, unit, of, goal in FIGURES:
            theirs, own = (
                statistics.mean(of(each, bound(text, link)) for each, text in zip(seen, texts, strict=True))
                for seen in (xapi, ours)
            )
            yield Measured(
                what=what, size=size, ours=own, unit=unit, against="XAPI's host.evacuate", theirs=theirs, goal=goal
            )


FIGURES: tuple[tuple[str, str, Callable[[Seen, float], float], Goal | None], ...] = (
    ("time to empty a host", "x bound", lambda seen, bound: seen.seconds / bound, Goal(0.8)),
    ("one guest's migration", "s", lambda seen, bound: seen.single, None),
    ("the longest pause of a guest", "s", lambda seen, bound: seen.pause, None),
)


if __name__ == "__main__":
    main(sys.argv[1:])
