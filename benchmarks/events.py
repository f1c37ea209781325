"""Following a pool in which a thousand objects change every second, judged as it goes, against XenAPI.py.

    python benchmarks/events.py [HOSTS GUESTS SECONDS]

A lab serves from a process of its own and changes one guest after the other at that rate, so that every change is of
another object: `event.from` tells of an object once, however often it changed between two calls. Half of the changes
are of a figure that no rule reads, half make a guest busy or idle. Our client keeps the snapshot and its mobility
matrix up to date; the other one calls XenAPI.py's `event.from` and keeps the records in a dictionary, without judging.
Every change carries the time at which it was made: shown are the processor time of the client per change, how old a
change was when the client knew of it, and how many it had not seen five seconds after the last one.
"""

from __future__ import annotations

import asyncio
import gc
import multiprocessing as mp
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import aclosing, suppress
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
GRACE_SECONDS = 5.0


class Followed(Struct, frozen=True):
    """What a client saw."""

    ages: dict[int, float]
    """Change -> how old it was when the client had it in hand, in seconds."""
    events: int
    cpu_seconds: float
    seconds: float

    @property
    def each(self) -> float:
        """Processor seconds for one event."""
        return self.cpu_seconds / max(self.events, 1)

    @property
    def median(self) -> float:
        """Of the ages."""
        return statistics.median(self.ages.values()) if self.ages else 0.0

    @property
    def late(self) -> float:
        """The age that 99 of 100 changes do not exceed."""
        return sorted(self.ages.values())[len(self.ages) * 99 // 100] if self.ages else 0.0


class Watching:
    """What a client notes while it follows."""

    def __init__(self, seconds: float) -> None:
        self.expected, self.ages, self.events = int(seconds * RATE), dict[int, float](), 0
        self.begin, self.cpu = time.monotonic(), time.process_time()
        self.end = self.begin + seconds + GRACE_SECONDS

    def note(self, stamp: int) -> None:
        """A guest's record has come; a stamp from before is none of ours."""
        if stamp > self.begin * 1e9:
            self.ages.setdefault(stamp, time.monotonic() - stamp / 1e9)

    @property
    def over(self) -> bool:
        """Has everything been seen, or waited for long enough?"""
        return len(self.ages) >= self.expected or time.monotonic() > self.end

    def told(self) -> Followed:
        """The result."""
        return Followed(self.ages, self.events, time.process_time() - self.cpu, time.monotonic() - self.begin)


def _serve(pipe: Any, hosts: int, guests: int) -> None:
    lab = Lab.from_scenario(generate(hosts, guests))
    gc.freeze()  # as `lab up` does

    async def main() -> None:
        async with lab.serve() as served:
            first = next(iter(served.values()))
            pipe.send((first.address, first.port))
            loop = asyncio.get_running_loop()
            while (order := await loop.run_in_executor(None, pipe.recv)) != "stop":
                pipe.send(await _stir(lab, float(order)))

    asyncio.run(main())


async def _stir(lab: Lab, seconds: float) -> list[int]:
    """Change RATE objects a second, round and round; each change carries its time, by which it is known."""
    guests = [ref for ref in lab.db.all("VM") if not lab.db.get("VM", ref)["is_control_domain"]]
    stamps, begin = list[int](), time.monotonic()
    while len(stamps) < seconds * RATE:
        while len(stamps) < min(seconds, time.monotonic() - begin) * RATE:
            number, now = len(stamps), time.monotonic_ns()
            busy = {"current_operations": {"task": "pool_migrate"} if number % 4 == 1 else {}} if number % 2 else {}
            lab.db.update("VM", guests[number % len(guests)], memory_target=now, **busy)
            stamps.append(now)
        await asyncio.sleep(TICK)
    return stamps


def by_us(address: str, port: int, seconds: float, ready: Callable[[], None]) -> Followed:
    """`xenferry watch` without the screen: the snapshot and its matrix after every batch."""

    async def follow() -> Followed:
        shown = await look(Address(address, port))
        async with (
            connect(f"{address}:{port}", "root", "lab", pin=shown) as connection,
            aclosing(watch(connection)) as all_,
        ):
            first = await anext(all_)
            live = LiveMatrix(first.snapshot)
            seen = Watching(seconds)
            ready()
            with suppress(TimeoutError):
                async with asyncio.timeout(seconds + GRACE_SECONDS):
                    async for change in all_:
                        live.follow(change.snapshot, change.touched)
                        seen.events += len(change.touched)
                        for ref in change.touched & change.snapshot.VM.keys():
                            seen.note(change.snapshot.VM[ref].memory_target)
                        if seen.over:
                            break
            return seen.told()

    return asyncio.run(follow())


def by_xenapi(address: str, port: int, seconds: float, ready: Callable[[], None]) -> Followed:
    """The loop that XenAPI's documentation shows."""
    import XenAPI

    session = XenAPI.Session(f"https://{address}:{port}", ignore_ssl=True)
    session.xenapi.login_with_password("root", "lab", "1.0", "benchmark")
    ask, held = getattr(session.xenapi.event, "from"), dict[str, Any]()
    token = ask(["*"], "", 0.0)["token"]
    seen = Watching(seconds)
    ready()
    while not seen.over:
        batch = ask(["*"], token, 1.0)
        token = batch["token"]
        seen.events += len(batch["events"])
        for event in batch["events"]:
            held[event["ref"]] = event.get("snapshot")
            if event["class"] == "vm":
                seen.note(int(event["snapshot"]["memory_target"]))
    return seen.told()


CLIENTS = {"us": by_us, "xenapi": by_xenapi}


def _client(pipe: Any, name: str, address: str, port: int, seconds: float) -> None:
    pipe.send(CLIENTS[name](address, port, seconds, lambda: pipe.send("ready")))


def both(hosts: int, guests: int, seconds: float) -> dict[str, tuple[Followed, int]]:
    """Client -> what it saw, and how many of the changes it did not see; one after the other on the same lab."""
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
        answer.recv()
        ours.send(str(seconds))
        made = ours.recv()
        followed = answer.recv()
        found[name] = followed, len(set(made) - followed.ages.keys())
        client.join()
    ours.send("stop")
    server.join()
    return found


def measure(quick: bool) -> Iterator[Measured]:
    """Processor time per event, which decides how many a second can be followed, and the age of what is known."""
    hosts, guests, seconds = (4, 600, 0.5) if quick else (64, 4_000, 10.0)
    seen = both(hosts, guests, seconds)
    (us, missed), (xenapi, they_missed) = seen["us"], seen["xenapi"]
    size = f"{named(hosts, guests)}, {RATE:,} objects changed a second"
    yield Measured(
        what="one event taken over and judged, processor time", size=size, ours=us.each, unit="s",
        against="XenAPI.py, read and not judged", theirs=xenapi.each, goal=Goal(1 / RATE, "ours"),
    )  # fmt: skip
    yield Measured(
        what=f"changes not seen, of {int(seconds * RATE):,}", size=size, ours=missed, unit="",
        against="XenAPI.py", theirs=they_missed, goal=Goal(0, "ours"),
    )  # fmt: skip
    for what, ours, theirs in (("median", us.median, xenapi.median), ("99 of 100", us.late, xenapi.late)):
        yield Measured(
            what=f"age of a change when it is known ({what})", size=size, ours=ours, unit="s", against="XenAPI.py",
            theirs=theirs,
        )  # fmt: skip


def main(hosts: int = 64, guests: int = 4000, seconds: int = 10) -> None:
    """Print what each client did."""
    for name, (seen, missed) in both(hosts, guests, seconds).items():
        sys.stdout.write(
            f"{name:<8} {len(seen.ages) / seen.seconds:7.0f} changes/s  {missed} not seen"
            f"  {seen.each * 1000:.3f} ms each  {seen.cpu_seconds / seen.seconds:5.0%} of a core"
            f"  age {seen.median * 1000:.0f} ms, 99 of 100 at most {seen.late * 1000:.0f} ms\n"
        )


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
