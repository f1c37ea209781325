"""How big a lab can be, and how fast it serves: against what a client needs merely to read and parse the same bytes.

    python benchmarks/lab.py [HOSTS GUESTS POOLS]

A lab of 64 hosts and 4,000 guests starts in a process of its own and is asked over HTTPS on the loopback, in JSON and
in XML. A server that only sends the same bytes is asked in the same run; the ratio is what carries over to other
machines.
"""

from __future__ import annotations

import asyncio
import json
import multiprocessing as mp
import sys
import tempfile
import time
import xmlrpc.client
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from measured import Measured, named
from serving import MIB, Client, open_hall, resident_mib

from xenferry.lab.clock import virtual_run
from xenferry.lab.lab import Lab
from xenferry.lab.scenario.generate import fleet, generate
from xenferry.pool.capture import load_tables, write


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    begin = time.perf_counter()
    result = work()
    return time.perf_counter() - begin, result


def best(work: Callable[[], Any], runs: int = 3) -> tuple[float, Any]:
    return min((timed(work) for _ in range(runs)), key=lambda pair: pair[0])


# --- what is measured


class Answered(NamedTuple):
    """One call in one form: MiB, and seconds."""

    method: str
    form: str
    mib: float
    first: float
    again: float
    reading: float
    """The same bytes from the floor."""
    parsing: float

    @property
    def ratio(self) -> float:
        """Asking the lab and parsing, against the floor and parsing."""
        return (self.again + self.parsing) / (self.reading + self.parsing)


def compare(lab: Client, floor: Client, pipe: Any) -> Iterator[Answered]:
    """First and later answers, and the floor: the same bytes read and parsed."""
    calls: list[tuple[str, str, Callable[[], bytes], Callable[[bytes], Any]]] = []
    for method, params in (("event.from", (["*"], "", 0.0)), ("VM.get_all_records", ())):
        calls.append((method, "JSON", partial(lab.json, method, *params), json.loads))
        calls.append((method, "XML", partial(lab.xml, method, *params), xmlrpc.client.loads))
    for method, form, ask, parse in calls:
        first, body = timed(ask)
        again, body = best(ask)
        parsing, _ = best(partial(parse, body.decode()))
        reading = min(_read_again(floor, pipe, body) for _ in range(3))
        yield Answered(method, form, len(body) / MIB, first, again, reading, parsing)


def _read_again(floor: Client, pipe: Any, body: bytes) -> float:
    pipe.send(body)
    pipe.recv()
    return timed(lambda: floor.ask("/", b""))[0]


def events(lab: Client, pipe: Any, seconds: float = 5.0) -> None:
    """A client that follows all events while the lab changes as fast as it can."""
    token = json.loads(lab.json("event.from", ["*"], "", 0.0))["result"]["token"]
    pipe.send(str(seconds))
    seen, begin, worst = 0, time.perf_counter(), 0.0
    while not pipe.poll():
        took, body = timed(partial(lab.json, "event.from", ["*"], token, 1.0))
        result = json.loads(body)["result"]
        token, seen, worst = result["token"], seen + len(result["events"]), max(worst, took)
    passed, made = time.perf_counter() - begin, pipe.recv()
    print(f"\nchanges under watch: {made / passed:,.0f}/s made, {seen / passed:,.0f} events/s read (changes of one")
    print(f"object between two calls are one event), the longest call {worst:.2f} s")


class Moved(NamedTuple):
    """What a pool in motion did."""

    migrations: int
    lab_seconds: float
    seconds: float
    changes: int


def migrations(hosts: int, guests: int) -> Moved:
    """A pool in motion, in virtual time: half the guests of every other host are moved to the next one."""
    lab = Lab.from_scenario(generate(hosts, guests))
    before = lab.db.stamps.generation

    async def main() -> float:
        refs = list(lab.db.all("host"))
        for position, host in enumerate(refs[::2]):
            target = refs[(2 * position + 1) % len(refs)]
            for vm in lab.db.get("host", host)["resident_VMs"][: guests // hosts // 2]:
                await lab.call("Async.VM.pool_migrate", vm, target, {})
        await lab.tasks.settle()
        return asyncio.get_running_loop().time()

    took, passed = timed(lambda: virtual_run(main()))
    moved = len([move for move in lab.history.moves if move.outcome == "arrived"])
    return Moved(moved, passed, took, lab.db.stamps.generation - before)


def twin(hosts: int, guests: int) -> None:
    """A capture of the big pool becomes a lab."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "pool.json.gz")
        write(Lab.from_scenario(generate(hosts, guests)).db.tables, path, taken_at=0.0)
        reading, tables = timed(lambda: load_tables(path)[0])
        booting, _ = timed(lambda: Lab.from_capture(tables))
        size = path.stat().st_size / MIB
    print(f"\na twin of its capture ({size:.1f} MiB): read in {reading:.2f} s, booted in {booting:.2f} s")


def _pools(pipe: Any, count: int) -> None:
    """Many small pools in one process, as a fleet's tests want them."""
    Lab.from_scenario(generate(3, 20))
    before, begin = resident_mib(), time.perf_counter()
    labs = [Lab.from_scenario(scenario) for scenario in fleet(count)]
    pipe.send((len(labs), time.perf_counter() - begin, resident_mib() - before))


def pools(context: Any, count: int) -> tuple[int, float, float]:
    """How many pools were made, the seconds and the MiB that took."""
    ours, theirs = context.Pipe()
    process = context.Process(target=_pools, args=(theirs, count))
    process.start()
    theirs.close()
    made, took, mib = ours.recv()
    process.join()
    return made, took, mib


def measure(quick: bool) -> Iterator[Measured]:
    """Serving a big pool, a pool in motion, many small pools."""
    context = mp.get_context("spawn")
    hosts, guests = (4, 50) if quick else (64, 4_000)
    size = named(hosts, guests)
    with open_hall(context, hosts, guests) as hall:
        yield Measured(what="a lab serves after", size=size, ours=hall.started, unit="s")
        for each in compare(hall.client, hall.floor, hall.floor_pipe):
            yield Measured(
                what=f"{each.method} in {each.form}, asked and parsed", size=f"{size}, {each.mib:.1f} MiB",
                ours=each.again + each.parsing, unit="s", against="the same bytes from a server that does nothing else",
                theirs=each.reading + each.parsing,
            )  # fmt: skip
    moved = migrations(hosts, guests)
    yield Measured(
        what="a migration, in virtual time", size=f"{size}, {moved.migrations} migrations",
        ours=moved.seconds / moved.migrations, unit="s", against="the time it takes on the lab's clock",
        theirs=moved.lab_seconds / moved.migrations,
    )  # fmt: skip
    made, took, mib = pools(context, 5 if quick else 200)
    yield Measured(what="one small pool made", size=f"{made} of 3 hosts, 20 guests", ours=took / made, unit="s")
    yield Measured(what="memory of one small pool", size=f"{made} of 3 hosts, 20 guests", ours=mib / made, unit="MiB")


def main(hosts: int = 64, guests: int = 4000, count: int = 1000) -> None:
    context = mp.get_context("spawn")
    with open_hall(context, hosts, guests) as hall:
        print(f"{hosts} hosts, {guests} guests: serving after {hall.started:.1f} s, peak {hall.peak:.0f} MiB\n")
        print(f"{'call':20}{'form':6}{'MiB':>7}{'first s':>9}{'again s':>9}{'floor s':>9}{'parsing s':>11}{'ratio':>8}")
        for each in compare(hall.client, hall.floor, hall.floor_pipe):
            print(
                f"{each.method:20}{each.form:6}{each.mib:7.1f}{each.first:9.3f}{each.again:9.3f}{each.reading:9.3f}"
                f"{each.parsing:11.3f}{each.ratio:8.2f}"
            )
        events(hall.client, hall.pipe)
        hall.pipe.send("peak")
        print(f"peak of the serving process: {hall.pipe.recv():.0f} MiB")
    moved = migrations(hosts, guests)
    print(f"\n{moved.migrations} migrations ({moved.lab_seconds:.0f} s of the lab's time) in {moved.seconds:.1f} s:")
    print(f"{moved.migrations / moved.seconds:.0f} migrations/s, {moved.changes / moved.seconds:,.0f} changes/s")
    twin(hosts, guests)
    made, took, mib = pools(context, count)
    print(f"\n{made} pools of 3 hosts and 20 guests: {made / took:.0f} pools/s, {mib / made:.2f} MiB each")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
