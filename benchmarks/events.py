"""Following a pool in which a thousand objects change every second, judged as it goes, against XenAPI.py.

    python benchmarks/events.py [HOSTS GUESTS SECONDS]

A lab serves from a process of its own and changes guests at that rate: half of the changes are of a figure that no rule
reads, half make a guest busy or idle. Our client keeps the snapshot and the mobility matrix of it up to date; the other
one calls XenAPI.py's `event.from` and keeps the records in a dictionary, without judging. Shown are the processor time
of the client per event, and how old a change was when the client knew of it.
"""

from __future__ import annotations

import asyncio
import multiprocessing as mp
import statistics
import sys
import time
from collections.abc import Iterator
from contextlib import aclosing
from typing import Any

from measured import Goal, Measured, named
from msgspec import Struct

from xenferry.lab.lab import Lab
from xenferry.lab.scenario.generate import generate
from xenferry.pool.live import watch
from xenferry.rules.live import LiveMatrix
from xenferry.xapi import Address, connect, look

RATE = 1_000
TICK = 0.02
"""The lab changes things fifty times a second."""


class Followed(Struct, frozen=True):
    """What a client did in the time."""

    events: int
    cpu_seconds: float
    seconds: float
    lag_seconds: float
    """The median of how old a change was when the client had it in hand."""


def _serve(pipe: Any, hosts: int, guests: int) -> None:
    lab = Lab.from_scenario(generate(hosts, guests))

    async def main() -> None:
        async with lab.serve() as served:
            first = next(iter(served.values()))
            pipe.send((first.address, first.port))
            stirring = asyncio.create_task(_stir(lab))
            await asyncio.get_running_loop().run_in_executor(None, pipe.recv)
            stirring.cancel()

    asyncio.run(main())


async def _stir(lab: Lab) -> None:
    """Change RATE objects a second, round and round; the time of a change is written into the guest."""
    guests, number, begin = list(lab.db.all("VM")), 0, time.monotonic()
    while True:
        while number < (time.monotonic() - begin) * RATE:
            ref, now = guests[number // 2 % len(guests)], time.monotonic_ns()
            busy = {"current_operations": {"task": "pool_migrate"} if number % 4 == 1 else {}} if number % 2 else {}
            lab.db.update("VM", ref, memory_target=now, **busy)
            number += 1
        await asyncio.sleep(TICK)


def by_us(address: str, port: int, seconds: float) -> Followed:
    """`xenferry watch` without the screen: the snapshot and its matrix after every batch."""

    async def follow() -> Followed:
        shown, lags, events = await look(Address(address, port)), list[float](), 0
        async with (
            connect(f"{address}:{port}", "root", "lab", pin=shown) as connection,
            aclosing(watch(connection)) as all_,
        ):
            first = await anext(all_)
            live = LiveMatrix(first.snapshot)
            begin, cpu = time.monotonic(), time.process_time()
            async for change in all_:
                live.follow(change.snapshot, change.touched)
                events += len(change.touched)
                guests = [vm for ref in change.touched if (vm := change.snapshot.VM.get(ref))]
                lags += [time.monotonic() - vm.memory_target / 1e9 for vm in guests]
                if time.monotonic() - begin > seconds:
                    break
            return _followed(events, time.process_time() - cpu, time.monotonic() - begin, lags)

    return asyncio.run(follow())


def by_xenapi(address: str, port: int, seconds: float) -> Followed:
    """The loop that XenAPI's documentation shows."""
    import XenAPI

    session = XenAPI.Session(f"https://{address}:{port}", ignore_ssl=True)
    session.xenapi.login_with_password("root", "lab", "1.0", "benchmark")
    ask, held, lags, events = getattr(session.xenapi.event, "from"), dict[str, Any](), list[float](), 0
    token = ask(["*"], "", 0.0)["token"]
    begin, cpu = time.monotonic(), time.process_time()
    while time.monotonic() - begin < seconds:
        batch = ask(["*"], token, 1.0)
        token = batch["token"]
        for event in batch["events"]:
            held[event["ref"]] = event.get("snapshot")
            if event["class"] == "vm":
                lags.append(time.monotonic() - int(event["snapshot"]["memory_target"]) / 1e9)
        events += len(batch["events"])
    return _followed(events, time.process_time() - cpu, time.monotonic() - begin, lags)


def _followed(events: int, cpu: float, seconds: float, lags: list[float]) -> Followed:
    recent = [lag for lag in lags if lag < 60]
    return Followed(events, cpu, seconds, statistics.median(recent) if recent else 0.0)


CLIENTS = {"us": by_us, "xenapi": by_xenapi}


def _client(pipe: Any, name: str, address: str, port: int, seconds: float) -> None:
    pipe.send(CLIENTS[name](address, port, seconds))


def both(hosts: int, guests: int, seconds: float) -> dict[str, Followed]:
    """Client -> what it did; one after the other on the same lab, each in a process of its own."""
    context, found = mp.get_context("spawn"), {}
    ours, theirs = context.Pipe()
    server = context.Process(target=_serve, args=(theirs, hosts, guests))
    server.start()
    theirs.close()
    address, port = ours.recv()
    for name in CLIENTS:
        answer, end = context.Pipe()
        client = context.Process(target=_client, args=(end, name, address, port, seconds))
        client.start()
        end.close()
        found[name] = answer.recv()
        client.join()
    ours.send("stop")
    server.join()
    return found


def measure(quick: bool) -> Iterator[Measured]:
    """Processor time per event, which decides how many a second can be followed, and the age of what is known."""
    hosts, guests, seconds = (4, 250, 1.0) if quick else (64, 4_000, 10.0)
    seen = both(hosts, guests, seconds)
    us, xenapi = seen["us"], seen["xenapi"]
    size = f"{named(hosts, guests)}, {RATE:,} changes/s made, {us.events / us.seconds:,.0f} events/s read"
    yield Measured(
        what="one event taken over and judged, processor time", size=size, ours=us.cpu_seconds / max(us.events, 1),
        unit="s", against="XenAPI.py, read and not judged", theirs=xenapi.cpu_seconds / max(xenapi.events, 1),
        goal=Goal(1 / RATE, "ours"),
    )  # fmt: skip
    yield Measured(
        what="age of a change when it is known (median)", size=size, ours=us.lag_seconds, unit="s",
        against="XenAPI.py", theirs=xenapi.lag_seconds,
    )  # fmt: skip


def main(hosts: int = 64, guests: int = 4000, seconds: int = 10) -> None:
    """Print what each client did."""
    for name, seen in both(hosts, guests, seconds).items():
        each = seen.cpu_seconds / max(seen.events, 1)
        sys.stdout.write(
            f"{name:<8} {seen.events / seen.seconds:7.0f} events/s  {each * 1000:.3f} ms each"
            f"  {seen.cpu_seconds / seen.seconds:5.0%} of a core  lag {seen.lag_seconds * 1000:.0f} ms\n"
        )


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
