"""How far forecasts are off for guests that rewrite their memory, once the pool has been moved about before.

    python benchmarks/forecast_again.py [--pools 3]

In the lab, in virtual time: a host of busy guests is emptied, and they come home by plans that have learnt nothing,
that have learnt the pool's own coefficients, and that know besides what each guest's own move showed of it.
Simplification: the lab's guests write at a steady rate, today as yesterday; how far real ones do not, only their own
pool shows.
"""

from __future__ import annotations

import argparse
import asyncio
import statistics
import sys
from collections.abc import Iterator, Mapping

from evacuation import scenario
from measured import Goal, Measured
from msgspec.structs import replace

import data
from xenferry.lab.clock import virtual_run
from xenferry.lab.lab import Lab
from xenferry.lab.scenario import parse
from xenferry.plan import steps as s
from xenferry.plan.drain import drain
from xenferry.plan.evacuate import evacuate
from xenferry.plan.forecast import ASSUMED
from xenferry.pool.capture import read_pool
from xenferry.pool.records import Ref
from xenferry.pool.snapshot import Snapshot
from xenferry.runs import control
from xenferry.runs.engine import Setting
from xenferry.runs.experience import learn
from xenferry.runs.journal import Journal
from xenferry.xapi import connect

WAYS = ("nothing learnt", "the pool's coefficients", "each guest's own moves, too")


def errors(text: str) -> Mapping[str, tuple[list[float], list[float]]]:
    """Way -> for each guest that comes home, how far its seconds and its pause were off, as a share and in seconds."""

    async def scene() -> Mapping[str, tuple[list[float], list[float]]]:
        lab = Lab.from_scenario(parse(text))
        async with connect(lab.address(lab.coordinator), "root", "lab", pin=None, dial=lab.dial) as connection:

            async def look() -> Snapshot:
                return await read_pool(connection)

            journal = Journal("sqlite://", clock=asyncio.get_running_loop().time)
            at, now = Setting(journal=journal, pool=connection, look=look, owner="benchmark 1"), await look()
            await control.begin(evacuate(now, now.hosts[0].ref), at)
            await connection.call("host.enable", now.hosts[0].ref)
            model, now = learn(journal, now.pool.uuid), await look()
            others = [host.ref for host in now.hosts[1:]]
            models = dict(zip(WAYS, (ASSUMED, replace(model, rewriting={}), model), strict=True))
            plans = {way: drain(now, others, model=each) for way, each in models.items()}
            history, before = lab.hypervisor.history, len(lab.hypervisor.history.moves)
            pauses = len(history.pauses)
            await control.begin(plans[WAYS[-1]], at)
            took = {now.VM[Ref(move.guest)].uuid: (move.end or 0.0) - move.begin for move in history.moves[before:]}
            stood = {now.VM[Ref(each.guest)].uuid: (each.end or 0.0) - each.begin for each in history.pauses[pauses:]}
            journal.close()
            return {way: _off(plan, took, stood) for way, plan in plans.items()}

    return virtual_run(scene())


def _off(plan: s.Plan, took: Mapping[str, float], stood: Mapping[str, float]) -> tuple[list[float], list[float]]:
    moves = [step for step in plan.steps if isinstance(step, s.Move)]
    seconds = [abs(move.forecast.seconds / took[move.guest.uuid] - 1) for move in moves]
    return seconds, [abs(move.forecast.pause_seconds - stood[move.guest.uuid]) for move in moves]


def _all(pools: int, link: int) -> dict[str, tuple[float, float]]:
    """Way -> mean error of seconds as a share, longest error of a pause in seconds."""
    found = [errors(scenario(24, seed, link)) for seed in range(pools)]
    return {
        way: (
            statistics.mean(error for each in found for error in each[way][0]),
            max(error for each in found for error in each[way][1]),
        )
        for way in WAYS
    }


def measure(quick: bool) -> Iterator[Measured]:
    """Two links."""
    for link in (1_000,) if quick else (1_000, 10_000):
        pools = 1 if quick else 3
        seen, size = _all(pools, link), f"24 busy guests, {link // 1000} Gbit/s, {pools} pools"
        for way in WAYS[:2]:
            yield Measured(
                what="mean error of a forecast, the second time",
                size=size,
                ours=100 * seen[WAYS[2]][0],
                unit="%",
                against=way,
                theirs=100 * seen[way][0],
                goal=Goal(1.0),
            )
        yield Measured(
            what="the pause that was forecast worst, the second time",
            size=size,
            ours=seen[WAYS[2]][1],
            unit="s",
            against="the usual pause for everybody",
            theirs=seen[WAYS[0]][1],
            goal=Goal(1.0),
        )


def main(argv: list[str]) -> None:
    """Print both errors for every way."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pools", type=int, default=3)
    asked = parser.parse_args(argv)
    lines = []
    for link in (1_000, 10_000):
        for way, (seconds, pause) in _all(asked.pools, link).items():
            lines.append((f"{link // 1000} Gbit/s", way, f"{seconds:.1%}", f"{pause:.2f}"))
    data.table(("link", "the plan has learnt", "mean error", "worst pause, s off"), lines)


if __name__ == "__main__":
    main(sys.argv[1:])
