"""The NFS driver where the server exists: the same steps as nfs.py, and every refusal is that server's own.

Each host asks from an address of its own (`world.nfs_sources`), so an export's list of clients counts. Nothing is
mounted: MOUNT, MKDIR and the rest are spoken in user space. Simplifications: with NFSv4 a file is not written but a
directory made and removed, since writing needs open state; a mount of `/` for the trial of version 4 is a NULL call.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import Any, Protocol
from uuid import uuid4

from xenferry.lab.storage import nfs
from xenferry.lab.storage.failure import failed
from xenferry.lab.storage.job import Job
from xenferry.lab.storage.reach import exports_xml, gave_up, is_address
from xenferry.lab.world import Export, Server
from xenferry.onc import mountd, nfs3, nfs4, portmap

TCP_LIMIT_S = 5.0
"""SM's own limit for a connection to port 2049."""
NOT_EMPTY = 39


class NotSimulated(Exception):
    """What the lab does not do with a real server; the message says why."""


class Place(Protocol):
    """A mounted directory."""

    async def names(self) -> list[str]: ...
    async def make(self, name: str) -> None: ...
    async def remove(self, name: str) -> None: ...
    async def write(self, name: str) -> None: ...
    async def link(self, name: str, other: str) -> None: ...
    async def unlink(self, name: str) -> None: ...
    async def try_writing(self) -> None: ...
    async def space(self) -> int: ...


@dataclass(frozen=True)
class Mounted3:
    """With NFSv3."""

    directory: nfs3.Directory

    async def names(self) -> list[str]:
        return await self.directory.names()

    async def make(self, name: str) -> None:
        await self.directory.make_directory(name)

    async def remove(self, name: str) -> None:
        await self.directory.remove_directory(name)

    async def write(self, name: str) -> None:
        await self.directory.make_file(name)
        await (await self.directory.lookup(name)).write(bytes(512))

    async def link(self, name: str, other: str) -> None:
        await self.directory.link(name, self.directory, other)

    async def unlink(self, name: str) -> None:
        await self.directory.remove_file(name)

    async def try_writing(self) -> None:
        name = f".xenferry-{uuid4()}"
        await self.directory.make_file(name)
        try:
            await (await self.directory.lookup(name)).write(bytes(512))
        finally:
            await self.unlink(name)

    async def space(self) -> int:
        return (await self.directory.space())[0]


@dataclass(frozen=True)
class Mounted4:
    """With NFSv4."""

    place: nfs4.Place

    async def names(self) -> list[str]:
        return await nfs4.names(self.place)

    async def make(self, name: str) -> None:
        await nfs4.make_directory(self.place, name)

    async def remove(self, name: str) -> None:
        await nfs4.remove(self.place, name)

    async def write(self, name: str) -> None:
        raise NotSimulated("writing a file with NFSv4 needs open state, which the lab's client does not keep")

    async def link(self, name: str, other: str) -> None:
        await self.write(other)

    async def unlink(self, name: str) -> None:
        """Nothing was written."""

    async def try_writing(self) -> None:
        name = f".xenferry-{uuid4()}"
        await self.make(name)
        await self.remove(name)

    async def space(self) -> int:
        return (await nfs4.space(self.place))[0]


async def probe(job: Job) -> str:
    nfs.load(job)
    server = await _server(job)
    await nfs.check_version(job, server)
    async with _mounted(job, server, job.config["serverpath"]) as place:
        return nfs.list_xml(job, server, sorted(name for name in await place.names() if nfs.UUID.fullmatch(name)))


async def create(job: Job) -> None:
    nfs.load(job)
    server = await _server(job)
    if job.mountpoint in job.dom0.mounts:
        raise failed(75)
    await nfs.check_version(job, server)
    async with _mounted(job, server, job.config["serverpath"]) as place:
        if job.sm_config.get("nosubdir") != "true":
            await _make(job, place)


async def _make(job: Job, place: Place) -> None:
    try:
        if job.uuid not in await place.names():
            await place.make(job.uuid)
    except OSError as error:
        job.log(f"mkdir of {job.config['serverpath']}/{job.uuid} failed: errno {error.errno}")
        raise nfs.not_made(job, error.errno or nfs.EIO) from None


async def attach(job: Job) -> dict[str, Any]:
    nfs.load(job)
    if job.mountpoint in job.dom0.mounts:
        return await scan(job)
    if "serverpath" not in job.config:
        raise failed(101)
    server = await _server(job)
    await nfs.check_version(job, server)
    async with _mounted(job, server, nfs.home(job)) as place:
        try:
            await place.try_writing()
        except OSError as error:
            job.log(f"the test file could not be written: errno {error.errno}")
            if job.version >= nfs.SINCE_WRITE_TEST:
                raise failed(461) from None
        job.dom0.mounts[job.mountpoint] = (job.config["server"], nfs.home(job))
        return {"physical_size": await place.space()}


async def scan(job: Job) -> dict[str, Any]:
    async with _home(job) as place:
        return {"physical_size": await place.space()}


async def detach(job: Job) -> None:
    await nfs.detach(job)


async def delete(job: Job) -> None:
    async with _home(job):
        server = await _server(job)
    async with _mounted(job, server, job.config["serverpath"]) as place:
        try:
            await place.remove(job.uuid)
        except OSError as error:
            raise failed(39 if error.errno == NOT_EMPTY else 76) from None
    job.dom0.mounts.pop(job.mountpoint, None)


@asynccontextmanager
async def _home(job: Job) -> AsyncIterator[Place]:
    """The SR's own directory, which has to be mounted on this host (47)."""
    if job.mountpoint not in job.dom0.mounts:
        raise failed(47, f"no such directory {job.mountpoint}")
    async with _mounted(job, await _server(job), nfs.home(job)) as place:
        yield place


async def _server(job: Job) -> Server:
    """What this host finds at the server's name: SM's first tests (140, 108), then rpcbind, versions and exports.

    101 with the exports when the configuration names no path.
    """
    name = job.config["server"]
    address = await _address(job, name)
    source = _source(job, address)
    versions = [version for version in (3, 4) if await _serves(job, address, version, source)]
    try:
        programs = await portmap.programs(address, source, TCP_LIMIT_S)
    except (OSError, TimeoutError):
        programs = {}
    port = programs.get((portmap.MOUNTD, 3), 0)
    exports = await _exports(address, port, source) if port else {}
    server = Server(name, address, rpcbind=bool(programs), versions=tuple(versions), exports=exports)
    if "serverpath" not in job.config:
        raise failed(101, stderr=exports_xml(server, name))
    nfs.check_path(job)
    return server


def _source(job: Job, address: str) -> str:
    """The host's own address of the server's kind; left to this machine where it has none."""
    source = (job.world.nfs_sources or {}).get(job.host, "")
    return source if (":" in source) == (":" in address) else ""


async def _address(job: Job, name: str) -> str:
    loop = asyncio.get_running_loop()
    try:
        found = await loop.getaddrinfo(name, 2049, family=_family(name), type=socket.SOCK_STREAM)
    except socket.gaierror as error:
        if is_address(name):
            raise failed(108) from None
        job.log(f"Exception occured: {error} for {name}")
        raise failed(140) from None
    return str(found[0][4][0])


def _family(name: str) -> socket.AddressFamily:
    """The lab's hosts have IPv4 alone, unless an address of the other kind is written out."""
    return socket.AF_INET6 if ":" in name else socket.AF_INET


async def _serves(job: Job, address: str, version: int, source: str) -> bool:
    """Raises 108 when nothing answers on port 2049 within five seconds."""
    try:
        return await nfs3.answers(address, version, source)
    except (OSError, TimeoutError) as error:
        job.log(f"Exception occured: {error or 'timed out'} connecting to {address}:2049")
        raise failed(108) from None


async def _exports(address: str, port: int, source: str) -> dict[str, Export]:
    try:
        listed = await mountd.exports(address, port, source)
    except (OSError, TimeoutError):
        return {}
    return {path: Export(path, tuple(clients)) for path, clients in listed}


@asynccontextmanager
async def opened(job: Job, path: str) -> AsyncIterator[Place]:
    """A directory as dom0's mount.nfs opens it. Raises LabError where no server answers, and the server's OSError."""
    async with AsyncExitStack() as stack:
        yield await _mount(job, await _server(job), path, stack)


@asynccontextmanager
async def _mounted(job: Job, server: Server, path: str) -> AsyncIterator[Place]:
    """What mount.nfs does with the path. Raises error 73 in SM's words."""
    async with AsyncExitStack() as stack:
        try:
            place = await _mount(job, server, path, stack)
        except (OSError, TimeoutError) as error:
            raise failed(73, str(gave_up(job, job.config["server"], path, reason(error)))) from None
        yield place


async def _mount(job: Job, server: Server, path: str, stack: AsyncExitStack) -> Place:
    """A mount looks at the directory, and fails when that has gone since the server was told of it."""
    source = _source(job, server.address)
    handle = await _handle(job, server, path, source)
    if handle is None:
        return Mounted4(nfs4.Place(server.address, path, source))
    directory = await stack.enter_async_context(nfs3.directory(server.address, handle, source))
    await directory.may_change()
    return Mounted3(directory)


async def _handle(job: Job, server: Server, path: str, source: str) -> bytes | None:
    """The directory's handle; None with version 4, which only looks whether it is there."""
    if nfs.version(job, server).startswith("4"):
        await nfs4.look(nfs4.Place(server.address, path, source))
        return None
    port = await portmap.port_of(server.address, portmap.MOUNTD, 3, source)
    return await mountd.handle(server.address, port, path, source)


def reason(error: OSError | TimeoutError) -> str:
    """mount.nfs's words."""
    if isinstance(error, TimeoutError):
        return "Connection timed out"
    known = {13: "access denied by server", 2: "mounting failed, reason given by server: No such file or directory"}
    return known.get(error.errno or 0, "mount system call failed")
