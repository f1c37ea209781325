"""Calls over TCP (RFC 5531): one connection per program, each call with the address it is to come from.

Blocking work has no place here: everything waits in the event loop, and every call has a limit in seconds.
"""

from __future__ import annotations

import asyncio
import itertools
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Self

from xenferry.onc.xdr import Reader, number, opaque, text

LIMIT_S = 5.0
LAST = 0x80000000
AUTH_SYS = 1
RESERVED = range(1023, 700, -1)
"""Ports below 1024 that only root may come from: many servers believe nobody else."""
_DENIED = "the server refuses the credentials"
_ACCEPTED = {
    1: "the program is not there",
    2: "the program is there in other versions only",
    3: "the procedure is not there",
    4: "the server cannot decode the arguments",
    5: "the server has no memory or another trouble of its own",
}


class RpcError(OSError):
    """The server answered, and not with a result. `reason` says what it said."""

    def __init__(self, reason: str, versions: tuple[int, int] | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.versions = versions
        """Lowest and highest version of the program, where the server named them."""


class Client:
    """One connection to a program. Calls are made one after the other, as root of this machine (uid 0)."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, program: int, version: int) -> None:
        self._reader = reader
        self._writer = writer
        self._program = program
        self._version = version
        self._xids = itertools.count(int.from_bytes(os.urandom(3), "big"))

    async def call(self, procedure: int, arguments: bytes = b"", limit: float = LIMIT_S) -> Reader:
        """The result. Raises RpcError, TimeoutError, OSError when the connection breaks."""
        xid = next(self._xids) & 0xFFFFFFFF
        head = [xid, 0, 2, self._program, self._version, procedure]
        message = b"".join(map(number, head)) + _credentials() + arguments
        self._writer.write(number(LAST | len(message)) + message)
        async with asyncio.timeout(limit):
            await self._writer.drain()
            return _result(await self._answer(xid))

    async def _answer(self, xid: int) -> Reader:
        while True:
            answer = Reader(await self._record())
            if answer.number() == xid:
                return answer

    async def _record(self) -> bytes:
        parts, last = [], False
        while not last:
            head = int.from_bytes(await self._exactly(4), "big")
            last = bool(head & LAST)
            parts.append(await self._exactly(head & ~LAST))
        return b"".join(parts)

    async def _exactly(self, count: int) -> bytes:
        try:
            return await self._reader.readexactly(count)
        except asyncio.IncompleteReadError:
            raise ConnectionResetError("the server closed the connection") from None

    @classmethod
    @asynccontextmanager
    async def open(
        cls, address: str, port: int, program: int, version: int, source: str = "", limit: float = LIMIT_S
    ) -> AsyncIterator[Self]:
        """A connection to the program at this address; `source` is the address it is to come from.

        Raises OSError, TimeoutError.
        """
        async with asyncio.timeout(limit):
            reader, writer = await _connect(address, port, source)
        try:
            yield cls(reader, writer, program, version)
        finally:
            writer.close()


async def _connect(address: str, port: int, source: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """From a reserved port if this process may have one."""
    for own in RESERVED if os.geteuid() == 0 else ():
        try:
            return await asyncio.open_connection(address, port, local_addr=(source or _any(address), own))
        except OSError as error:
            if error.errno not in _TAKEN and "address already in use" not in str(error).lower():
                raise
    return await asyncio.open_connection(address, port, local_addr=(source, 0) if source else None)


_TAKEN = (98, 99)
"""EADDRINUSE, and EADDRNOTAVAIL, which a connection that still lingers on that port gives."""


def _any(address: str) -> str:
    return "::" if ":" in address else "0.0.0.0"  # noqa: S104 (where a connection comes from, not where one is accepted)


def _credentials() -> bytes:
    """Root without other groups; no verifier."""
    body = number(0) + text("xenferry") + number(0) + number(0) + number(0)
    return number(AUTH_SYS) + opaque(body) + number(0) + number(0)


def _result(answer: Reader) -> Reader:
    answer.number()  # that it is an answer
    if answer.number() != 0:
        raise RpcError(_DENIED)
    answer.number()
    answer.opaque()
    state = answer.number()
    if state == 0:
        return answer
    versions = (answer.number(), answer.number()) if state == 2 else None
    raise RpcError(_ACCEPTED.get(state, f"state {state}"), versions)
