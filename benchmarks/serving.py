"""A lab that serves from a process of its own, beside it a server that only sends bytes, and a client of both."""

from __future__ import annotations

import asyncio
import gc
import json
import random
import resource
import socket
import ssl
import time
import xmlrpc.client
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from xenferry.lab.certificate import Certificate
from xenferry.lab.lab import Lab
from xenferry.lab.scenario.generate import generate

MIB = 2**20


def peak_mib() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def resident_mib() -> float:
    """What the process has now; Linux only, as the peak of a child starts with that of its parent."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize() / MIB


def serve_lab(pipe: Any, hosts: int, guests: int) -> None:
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


def serve_bytes(pipe: Any) -> None:
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
        answer: bytes = self._file.read(length)
        return answer

    def json(self, method: str, *params: Any) -> bytes:
        call = {"jsonrpc": "2.0", "method": method, "params": [self.session, *params], "id": 1}
        return self.ask("/jsonrpc", json.dumps(call).encode())

    def xml(self, method: str, *params: Any) -> bytes:
        return self.ask("/", xmlrpc.client.dumps((self.session, *params), method).encode())


class Hall(NamedTuple):
    """A lab that serves, and the floor beside it."""

    started: float
    peak: float
    client: Client
    pipe: Any
    floor: Client
    floor_pipe: Any


@contextmanager
def open_hall(context: Any, hosts: int, guests: int) -> Iterator[Hall]:
    """Both servers, each in a process of its own, and a client of each."""
    ours, theirs = context.Pipe()
    floor_ours, floor_theirs = context.Pipe()
    servers = [
        context.Process(target=serve_lab, args=(theirs, hosts, guests)),
        context.Process(target=serve_bytes, args=(floor_theirs,)),
    ]
    for server in servers:
        server.start()
    theirs.close()
    floor_theirs.close()
    address, port, started, peak = ours.recv()
    floor, client = Client(*floor_ours.recv()), Client(address, port)
    login = json.dumps({"jsonrpc": "2.0", "method": "session.login_with_password", "params": ["root", "lab"], "id": 1})
    client.session = json.loads(client.ask("/jsonrpc", login.encode()))["result"]
    yield Hall(started, peak, client, ours, floor, floor_ours)
    ours.send("stop")
    floor_ours.send(b"")
    for server in servers:
        server.join()
