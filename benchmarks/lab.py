"""How big a lab can be, and how fast it serves: against what a client needs merely to read and parse the same bytes.

    python benchmarks/lab.py [HOSTS GUESTS POOLS]

A lab of 64 hosts and 4,000 guests starts in a process of its own and is asked over HTTPS on the loopback, in JSON and
in XML. A server that only sends the same bytes is asked in the same run; the ratio is what carries over to other
machines.
"""

from __future__ import annotations

import asyncio
import gc
import json
import multiprocessing as mp
import random
import resource
import socket
import ssl
import sys
import tempfile
import time
import xmlrpc.client
from collections.abc import Callable
from pathlib import Path
from typing import Any

from xenferry.lab.certificate import Certificate
from xenferry.lab.clock import virtual_run
from xenferry.lab.lab import Lab
from xenferry.lab.scenario.generate import fleet, generate
from xenferry.pool.capture import load_tables, write

MIB = 2**20
CHANGES, BATCHES = 20_000, 40


def peak_mib() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def resident_mib() -> float:
    """What the process has now; Linux only, as the peak of a child starts with that of its parent."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize() / MIB


# --- servers, each in a process of its own


def _serve_lab(pipe: Any, hosts: int, guests: int) -> None:
    begin = time.perf_counter()
    lab = Lab.from_scenario(generate(hosts, guests))
    gc.freeze()  # as `lab up` does

    async def main() -> None:
        async with lab.serve() as served:
            first = next(iter(served.values()))
            pipe.send((first.address, first.port, time.perf_counter() - begin, peak_mib()))
            loop = asyncio.get_running_loop()
            while (order := await loop.run_in_executor(None, pipe.recv)) != "stop":
                if order == "peak":
                    pipe.send(peak_mib())
                else:
                    await _change(lab, float(order), pipe)

    asyncio.run(main())


async def _change(lab: Lab, seconds: float, pipe: Any) -> None:
    """As many changes as the lab makes in this time while clients watch; tells how many."""
    draw, guests, made = random.Random(1), list(lab.db.all("VM")), 0  # noqa: S311 a made-up load
    end = time.perf_counter() + seconds
    while time.perf_counter() < end:
        for _ in range(100):
            lab.db.update("VM", draw.choice(guests), memory_target=draw.randrange(2**40))
            made += 1
        await asyncio.sleep(0)
    pipe.send(made)


def _serve_bytes(pipe: Any) -> None:
    """Sends what it was given, and nothing else: the floor."""
    context = Certificate("floor", "127.0.0.1").context()
    listener = socket.create_server(("127.0.0.1", 0))
    pipe.send(listener.getsockname())
    connection = context.wrap_socket(listener.accept()[0], server_side=True)
    while body := pipe.recv():
        pipe.send("ready")
        connection.recv(65536)
        head = f"HTTP/1.1 200 OK\r\ncontent-length: {len(body)}\r\n\r\n".encode()
        connection.sendall(head)
        connection.sendall(body)
    connection.close()


class Client:
    """One connection, kept alive; `ask` gives the body."""

    def __init__(self, address: str, port: int) -> None:
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        self._socket = context.wrap_socket(socket.create_connection((address, port)))
        self._file = self._socket.makefile("rb", buffering=2**20)
        self.session = ""

    def ask(self, path: str, body: bytes) -> bytes:
        head = f"POST {path} HTTP/1.1\r\nhost: lab\r\ncontent-length: {len(body)}\r\n\r\n"
        self._socket.sendall(head.encode() + body)
        length = 0
        while (line := self._file.readline().strip().lower()) != b"":
            if line.startswith(b"content-length:"):
                length = int(line.split(b":")[1])
        return self._file.read(length)

    def json(self, method: str, *params: Any) -> bytes:
        call = {"jsonrpc": "2.0", "method": method, "params": [self.session, *params], "id": 1}
        return self.ask("/jsonrpc", json.dumps(call).encode())

    def xml(self, method: str, *params: Any) -> bytes:
        return self.ask("/", xmlrpc.client.dumps((self.session, *params), method).encode())


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    begin = time.perf_counter()
    result = work()
    return time.perf_counter() - begin, result


def best(work: Callable[[], Any], runs: int = 3) -> tuple[float, Any]:
    return min((timed(work) for _ in range(runs)), key=lambda pair: pair[0])


# --- what is measured


def compare(lab: Client, floor: Client, pipe: Any) -> None:
    """First and later answers, and the floor: the same bytes read and parsed."""
    calls: list[tuple[str, str, Callable[[], bytes], Callable[[bytes], Any]]] = []
    for method, params in (("event.from", (["*"], "", 0.0)), ("VM.get_all_records", ())):
        calls.append((method, "JSON", lambda m=method, p=params: lab.json(m, *p), json.loads))  # type: ignore[misc]
        calls.append((method, "XML", lambda m=method, p=params: lab.xml(m, *p), xmlrpc.client.loads))  # type: ignore[misc]
    print(f"{'call':20}{'form':6}{'MiB':>7}{'first s':>9}{'again s':>9}{'floor s':>9}{'of it parsing':>15}{'ratio':>8}")
    for method, form, ask, parse in calls:
        first, body = timed(ask)
        again, body = best(ask)
        parsing, _ = best(lambda parse=parse, body=body: parse(body.decode()))
        reading = min(_read_again(floor, pipe, body) for _ in range(3))
        whole, least = again + parsing, reading + parsing
        print(
            f"{method:20}{form:6}{len(body) / MIB:7.1f}{first:9.3f}{again:9.3f}{reading:9.3f}{parsing:15.3f}"
            f"{whole / least:8.2f}"
        )


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
        took, body = timed(lambda token=token: lab.json("event.from", ["*"], token, 1.0))
        result = json.loads(body)["result"]
        token, seen, worst = result["token"], seen + len(result["events"]), max(worst, took)
    passed, made = time.perf_counter() - begin, pipe.recv()
    print(f"\nchanges under watch: {made / passed:,.0f}/s made, {seen / passed:,.0f} events/s read (changes of one")
    print(f"object between two calls are one event), the longest call {worst:.2f} s")


def migrations(hosts: int, guests: int) -> None:
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
    made = lab.db.stamps.generation - before
    print(f"\n{moved} migrations ({passed:.0f} s of the lab's time) in {took:.1f} s: ", end="")
    print(f"{moved / took:.0f} migrations/s, {made / took:,.0f} changes/s")


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


def pools(context: Any, count: int) -> None:
    ours, theirs = context.Pipe()
    process = context.Process(target=_pools, args=(theirs, count))
    process.start()
    theirs.close()
    made, took, mib = ours.recv()
    process.join()
    print(f"\n{made} pools of 3 hosts and 20 guests: {made / took:.0f} pools/s, {mib / made:.2f} MiB each")


def main(hosts: int = 64, guests: int = 4000, count: int = 1000) -> None:
    context = mp.get_context("spawn")
    ours, theirs = context.Pipe()
    server = context.Process(target=_serve_lab, args=(theirs, hosts, guests))
    server.start()
    theirs.close()
    address, port, started, peak = ours.recv()
    print(f"{hosts} hosts, {guests} guests: serving after {started:.1f} s, peak {peak:.0f} MiB\n")
    floor_ours, floor_theirs = context.Pipe()
    floor_server = context.Process(target=_serve_bytes, args=(floor_theirs,))
    floor_server.start()
    floor_theirs.close()
    floor = Client(*floor_ours.recv())
    client = Client(address, port)
    login = json.dumps({"jsonrpc": "2.0", "method": "session.login_with_password", "params": ["root", "lab"], "id": 1})
    client.session = json.loads(client.ask("/jsonrpc", login.encode()))["result"]
    compare(client, floor, floor_ours)
    events(client, ours)
    ours.send("peak")
    print(f"peak of the serving process: {ours.recv():.0f} MiB")
    ours.send("stop")
    floor_ours.send(b"")
    server.join()
    floor_server.join()
    migrations(hosts, guests)
    twin(hosts, guests)
    pools(context, count)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
