"""What the engine adds to a migration (journal, checks, proof), against the bare calls of the same migrations.

    python benchmarks/engine.py [GUESTS]

A lab in this process, in virtual time; measured is real time, so the lab's own work is in both figures. The journal is
SQLite in a file, as it is in use; the plan is made beforehand. The bare way calls `Async.VM.pool_migrate` for every
guest, four at a time, and waits.
"""

from __future__ import annotations

import asyncio
import statistics
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path

from measured import Goal, Measured

from xenferry.lab.clock import virtual_run
from xenferry.lab.lab import Lab
from xenferry.lab.scenario import parse
from xenferry.plan.evacuate import evacuate
from xenferry.plan.steps import Move, Plan
from xenferry.plan.things import find
from xenferry.pool.capture import read_pool
from xenferry.pool.snapshot import Snapshot
from xenferry.runs import control
from xenferry.runs.engine import Setting
from xenferry.runs.journal import Journal
from xenferry.xapi import Connection, connect

AT_ONCE = 4


def scenario(guests: int) -> str:
    """Four hosts, all guests on the first."""
    hosts = (f"host h{n} memory={guests * 2 + 8}GiB cpus=64\n  nic eth0 speed=10000 management" for n in range(4))
    return "\n".join(["pool P", *hosts, *(f"guest g{n} on=h0 memory=1GiB" for n in range(guests))])


Way = Callable[[Connection, Plan], Awaitable[None]]


async def bare(connection: Connection, plan: Plan) -> None:
    """Only the calls."""
    gate, snapshot = asyncio.Semaphore(AT_ONCE), await read_pool(connection)

    async def move(step: Move) -> None:
        async with gate:
            guest, target = find(snapshot, step.guest), find(snapshot, step.target)
            await (await connection.start("VM.pool_migrate", guest, target, {"live": "true"})).wait()

    await connection.call("host.disable", snapshot.hosts[0].ref)
    await asyncio.gather(*(move(step) for step in plan.steps if isinstance(step, Move)))


async def engine(connection: Connection, plan: Plan) -> None:
    """The plan, carried out and proven."""

    async def look() -> Snapshot:
        return await read_pool(connection)

    with tempfile.TemporaryDirectory() as folder:
        journal = Journal(f"sqlite:///{Path(folder, 'journal.db')}", clock=asyncio.get_running_loop().time)
        report = await control.begin(plan, Setting(journal=journal, pool=connection, look=look, owner="benchmark 1"))
        journal.close()
    if report.state != "done":
        raise SystemExit(f"the run is {report.state}: {report.troubles}")


def seconds_each(guests: int, way: Way) -> float:
    """Real seconds per migration."""

    async def scene() -> float:
        lab = Lab.from_scenario(parse(scenario(guests)))
        async with connect(lab.address(lab.coordinator), "root", "lab", pin=None, dial=lab.dial) as connection:
            snapshot = await read_pool(connection)
            plan = evacuate(snapshot, snapshot.hosts[0].ref)
            begin = time.perf_counter()
            await way(connection, plan)
            took = time.perf_counter() - begin
            left = (await read_pool(connection)).guests
            assert all(vm.resident_on != snapshot.hosts[0].ref for vm in left)
            return took / guests

    return virtual_run(scene())


def measure(quick: bool) -> Iterator[Measured]:
    """Runs of growing size."""
    for guests in (4,) if quick else (10, 40, 160):
        theirs = statistics.median(seconds_each(guests, bare) for _ in range(3))
        ours = statistics.median(seconds_each(guests, engine) for _ in range(3))
        yield Measured(
            what="one migration with everything around it", size=f"a run of {guests} guests", ours=ours, unit="s",
            against="the bare calls", theirs=theirs,
        )  # fmt: skip
        yield Measured(
            what="of it added by xenferry", size=f"a run of {guests} guests", ours=max(0.0, ours - theirs), unit="s",
            goal=Goal(0.1, "ours"),
        )  # fmt: skip


def main(guests: int = 40) -> None:
    """Print both."""
    for name, way in (("bare calls", bare), ("xenferry", engine)):
        sys.stdout.write(f"{name:<12} {seconds_each(guests, way) * 1000:7.1f} ms for a migration\n")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
