"""Loading a whole pool over TLS, against XenAPI.py's `get_all_records` of the same classes, and the bytes alone.

    python benchmarks/load.py [HOSTS GUESTS]

A lab of that size serves from a process of its own; each client has another. All ask for the same classes. The best of
several runs counts, and of memory the peak above what the client had before it asked.
"""

from __future__ import annotations

import asyncio
import json
import multiprocessing as mp
import re
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from measured import SIZES, Goal, Measured, named
from msgspec import Struct
from serving import MIB, Client, serve_lab

from xenferry.pool.capture import read_pool
from xenferry.pool.records import CLASSES
from xenferry.xapi import Address, connect, look

SPENT_SECONDS = 5.0
"""How long a client may try for its best run."""
SLOW_FROM = 1_024
"""Hosts from which on XenAPI.py is not waited for: it would need minutes."""


class Loaded(Struct, frozen=True):
    """What one client needed."""

    seconds: float
    mib: float
    """Peak of memory above what the client had before."""
    bytes_mib: float = 0.0
    """What went over the wire, where the client counts it."""


def peak_mib() -> float:
    """The most that this process had since `forget_peak`; Linux."""
    found = re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text())
    assert found
    return int(found[1]) / 1024


def forget_peak() -> None:
    """Begin anew with what the process has now."""
    Path("/proc/self/clear_refs").write_text("5")


def by_us(address: str, port: int, runs: int) -> Loaded:
    """The snapshot that every command of xenferry begins with."""

    async def measured() -> Loaded:
        shown = await look(Address(address, port))
        async with connect(f"{address}:{port}", "root", "lab", pin=shown) as connection:
            before, seconds, peaks = peak_mib(), list[float](), list[float]()
            while _again(seconds, runs):
                forget_peak()
                begin = time.perf_counter()
                snapshot = await read_pool(connection)
                seconds.append(time.perf_counter() - begin)
                peaks.append(peak_mib() - before)
                assert snapshot.hosts
                del snapshot
            return Loaded(min(seconds), peaks[0])

    return asyncio.run(measured())


def by_xenapi(address: str, port: int, runs: int) -> Loaded:
    """The same classes with the library that others use."""
    import XenAPI

    session = XenAPI.Session(f"https://{address}:{port}", ignore_ssl=True)
    session.xenapi.login_with_password("root", "lab", "1.0", "benchmark")

    def once() -> tuple[float, float]:
        begin = time.perf_counter()
        tables = {name: getattr(session.xenapi, name).get_all_records() for name in CLASSES if name != "event"}
        assert tables["host"]
        return time.perf_counter() - begin, 0.0

    return _best(once, runs)


def by_nobody(address: str, port: int, runs: int) -> Loaded:
    """The bytes of the same answers, read and thrown away."""
    client = Client(address, port)
    login = {"jsonrpc": "2.0", "method": "session.login_with_password", "params": ["root", "lab"], "id": 1}
    client.session = json.loads(client.ask("/jsonrpc", json.dumps(login).encode()))["result"]

    def once() -> tuple[float, float]:
        begin = time.perf_counter()
        read = sum(len(client.json(f"{name}.get_all_records")) for name in CLASSES)
        return time.perf_counter() - begin, read / MIB

    return _best(once, runs)


def _best(once: Callable[[], tuple[float, float]], runs: int) -> Loaded:
    before = peak_mib()
    seconds, peaks, size = list[float](), list[float](), 0.0
    while _again(seconds, runs):
        forget_peak()
        took, size = once()
        seconds.append(took)
        peaks.append(peak_mib() - before)
    return Loaded(min(seconds), peaks[0], size)


def _again(seconds: list[float], runs: int) -> bool:
    """So many runs at least, and more as long as they are short: each client gets the same time."""
    return len(seconds) < runs or (runs > 1 and sum(seconds) < SPENT_SECONDS)


CLIENTS = {"us": by_us, "xenapi": by_xenapi, "nobody": by_nobody}


def _client(pipe: Any, name: str, address: str, port: int, runs: int) -> None:
    forget_peak()
    pipe.send(CLIENTS[name](address, port, runs))


def both(hosts: int, guests: int, runs: int = 3) -> dict[str, Loaded]:
    """Client -> what it needed, all against one lab; without XenAPI.py where the pool is too big for it."""
    context = mp.get_context("spawn")
    ours, theirs = context.Pipe()
    server = context.Process(target=serve_lab, args=(theirs, hosts, guests))
    server.start()
    theirs.close()
    address, port, *_ = ours.recv()
    found = {}
    for name in (
        "nobody",
        "us",
        *(["xenapi"] if hosts < SLOW_FROM else []),
    ):  # the first also makes the lab prepare its answers
        answer, end = context.Pipe()
        client = context.Process(target=_client, args=(end, name, address, port, runs))
        client.start()
        end.close()
        found[name] = answer.recv()
        client.join()
    ours.send("stop")
    server.join()
    return found


def measure(quick: bool) -> Iterator[Measured]:
    """Pools of growing size: seconds and memory."""
    for hosts, guests in SIZES[: 1 if quick else None]:
        seen = both(hosts, guests, 1 if quick or hosts > 64 else 3)
        us, xenapi, nobody = seen["us"], seen.get("xenapi"), seen["nobody"]
        size, big = named(hosts, guests), hosts == 64
        yield Measured(
            what="loading a pool", size=size, ours=us.seconds, unit="s", against="XenAPI.py's get_all_records",
            theirs=xenapi.seconds if xenapi else None, goal=Goal(1 / 20) if big else None, hosts=hosts,
        )  # fmt: skip
        yield Measured(
            what="loading a pool, against reading its bytes", size=f"{size}, {nobody.bytes_mib:.0f} MiB of JSON",
            ours=us.seconds, unit="s", against="the bytes alone", theirs=nobody.seconds, goal=Goal(3) if big else None,
        )  # fmt: skip
        yield Measured(
            what="peak of memory", size=size, ours=us.mib, unit="MiB", against="XenAPI.py's get_all_records",
            theirs=xenapi.mib if xenapi else None, goal=Goal(1 / 2) if big else None,
        )  # fmt: skip


def main(hosts: int = 64, guests: int = 4000) -> None:
    """Print what each client needed."""
    for name, seen in both(hosts, guests).items():
        sys.stdout.write(f"{name:<8} {seen.seconds:7.3f} s  {seen.mib:7.1f} MiB  {seen.bytes_mib:6.1f} MiB read\n")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
