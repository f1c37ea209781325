"""An event loop from which nothing leads outside: no connection, no name looked up, no program started.

What is rehearsed reaches its twin in this process, without sockets. Should anything try to go further, whatever the
reason, it ends here; so a rehearsal cannot touch a pool, not even by mistake.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any, NoReturn, TypeVar

from xenferry.lab.clock import VirtualLoop

T = TypeVar("T")


class Sealed(RuntimeError):
    """Something in a rehearsal tried to leave it: a fault in xenferry."""


def run_sealed(main: Coroutine[Any, Any, T]) -> T:
    """As `lab.clock.virtual_run`, but sealed."""
    with asyncio.Runner(loop_factory=SealedLoop) as runner:
        return runner.run(main)


def _refuse(what: str) -> Any:
    async def refused(self: SealedLoop, *_: Any, **__: Any) -> NoReturn:
        raise Sealed(f"a rehearsal {what}")

    return refused


class SealedLoop(VirtualLoop):
    """Virtual time, and no way out. The loop's own wake-up pipe is a pair of sockets made before."""

    create_connection = _refuse("opened a connection")
    create_server = _refuse("opened a server")
    create_unix_connection = _refuse("opened a connection")
    create_unix_server = _refuse("opened a server")
    create_datagram_endpoint = _refuse("sent a datagram")
    connect_accepted_socket = _refuse("took a connection")
    sock_connect = _refuse("opened a connection")
    sock_accept = _refuse("took a connection")
    sock_sendall = _refuse("sent something")
    sock_sendto = _refuse("sent something")
    getaddrinfo = _refuse("looked a name up")
    getnameinfo = _refuse("looked an address up")
    subprocess_shell = _refuse("started a program")
    subprocess_exec = _refuse("started a program")
