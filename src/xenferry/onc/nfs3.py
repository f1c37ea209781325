"""NFSv3 (RFC 1813): the few procedures that tell whether an SR can live in a directory."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from xenferry.onc.rpc import Client
from xenferry.onc.xdr import Reader, hyper, number, opaque, text

PORT, PROGRAM, VERSION = 2049, 100003, 3
NULL, LOOKUP, ACCESS, WRITE, CREATE, MKDIR, REMOVE, RMDIR, LINK, READDIR, FSSTAT = 0, 3, 4, 7, 8, 9, 12, 13, 15, 16, 18
MODIFY, EXTEND = 0x04, 0x08
"""Of ACCESS: may change entries, may add entries."""
ERRNOS = {1: 1, 2: 2, 5: 5, 13: 13, 17: 17, 20: 20, 28: 28, 30: 30, 39: 39, 63: 36, 66: 39, 69: 122, 70: 116}
"""Status -> errno as the client's kernel gives it, where the two are not the same."""


class NfsError(OSError):
    """The server's refusal, with the `errno` that a mounted client would see."""

    def __init__(self, status: int) -> None:
        number_ = ERRNOS.get(status, 5)
        super().__init__(number_, os.strerror(number_))


class Directory:
    """A directory of the server, by its handle."""

    def __init__(self, client: Client, handle: bytes) -> None:
        self._client = client
        self._handle = handle

    async def may_change(self) -> bool:
        """Whether root of this machine may add entries, by what the server says; nothing is changed."""
        answer = await self._ask(ACCESS, number(MODIFY | EXTEND))
        _skip_attributes(answer)
        return answer.number() & (MODIFY | EXTEND) == MODIFY | EXTEND

    async def lookup(self, name: str) -> Directory:
        return Directory(self._client, (await self._ask(LOOKUP, text(name))).opaque())

    async def names(self) -> list[str]:
        """The entries, without . and .. ; the first few thousand."""
        answer = await self._ask(READDIR, hyper(0) + bytes(8) + number(65536))
        _skip_attributes(answer)
        answer.take(8)
        found = []
        while answer.number():
            answer.hyper()
            found.append(answer.text())
            answer.hyper()
        return [name for name in found if name not in (".", "..")]

    async def make_directory(self, name: str) -> None:
        await self._ask(MKDIR, text(name) + _mode(0o755))

    async def remove_directory(self, name: str) -> None:
        await self._ask(RMDIR, text(name))

    async def make_file(self, name: str) -> None:
        await self._ask(CREATE, text(name) + number(0) + _mode(0o600))

    async def write(self, data: bytes) -> None:
        """At the beginning of this file, onto the disk."""
        await self._ask(WRITE, hyper(0) + number(len(data)) + number(2) + opaque(data))

    async def remove_file(self, name: str) -> None:
        await self._ask(REMOVE, text(name))

    async def link(self, name: str, directory: Directory, other: str) -> None:
        """A hard link `other` in a directory to this directory's file `name`."""
        file = await self.lookup(name)
        answer = await self._client.call(LINK, opaque(file._handle) + opaque(directory._handle) + text(other))
        _check(answer)

    async def space(self) -> tuple[int, int]:
        """Bytes in all, and bytes that are free for others than root; 0 too where no file can be added."""
        answer = await self._ask(FSSTAT)
        _skip_attributes(answer)
        total, _free, available = answer.hyper(), answer.hyper(), answer.hyper()
        files, _, files_left = answer.hyper(), answer.hyper(), answer.hyper()
        return total, 0 if files and not files_left else available

    async def _ask(self, procedure: int, more: bytes = b"") -> Reader:
        answer = await self._client.call(procedure, opaque(self._handle) + more)
        _check(answer)
        return answer


@asynccontextmanager
async def directory(address: str, handle: bytes, source: str = "", port: int = PORT) -> AsyncIterator[Directory]:
    """The directory that mountd gave a handle of. Raises OSError, TimeoutError; its methods raise NfsError as well."""
    async with Client.open(address, port, PROGRAM, VERSION, source) as client:
        yield Directory(client, handle)


async def answers(address: str, version: int, source: str = "", port: int = PORT) -> bool:
    """Whether the port serves this version of NFS. Raises OSError, TimeoutError."""
    from xenferry.onc.rpc import RpcError

    async with Client.open(address, port, PROGRAM, version, source) as client:
        try:
            await client.call(NULL)
        except RpcError:
            return False
        return True


def _check(answer: Reader) -> None:
    status = answer.number()
    if status:
        raise NfsError(status)


def _mode(mode: int) -> bytes:
    """sattr3: only the mode is set."""
    return number(1) + number(mode) + b"".join(number(0) for _ in range(5))


def _skip_attributes(answer: Reader) -> None:
    if answer.number():
        answer.take(84)
