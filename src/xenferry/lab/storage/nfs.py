"""The NFS driver: probe, create, attach, detach, scan and delete, with the errors and their order of each SM version.

Source: SM's NFSSR and nfs modules from 2.30 (XCP-ng 8.2) to 4.1.12, and recordings of a real pool.
"""

from __future__ import annotations

import asyncio
import re
from typing import Any

from xenferry.lab.error import LabError
from xenferry.lab.storage.failure import broken, failed
from xenferry.lab.storage.job import Job
from xenferry.lab.storage.reach import (
    SINCE_PYTHON_3,
    SINCE_SERVER_NAME,
    SINCE_V4_ONLY,
    Mounted,
    MountRefused,
    advertised,
    exports_xml,
    find_server,
    found_versions,
    mount,
)
from xenferry.lab.world import Server

SINCE_WRITE_TEST = (3, 0, 13)
EIO, EROFS, ETIMEDOUT = 5, 30, 110
"""An input/output error is tried again for 20 seconds and then becomes a timeout."""
SERVICE_WAIT_S = 180.0
"""Six tries with half a minute between them."""
PLAIN_PATH = re.compile(r"/[A-Za-z0-9/_.:-]*")
UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def load(job: Job) -> None:
    """What every command checks first: a server (102) and a version (1200)."""
    if "server" not in job.config:
        raise failed(102)
    version = job.config.get("nfsversion", "")
    if version and version != "3" and not version.startswith("4"):
        raise broken("Invalid nfsversion.")


def version(job: Job, server: Server | None = None) -> str:
    """The version to mount with: what is asked for; with `probeversion` the lowest that the server is found to have."""
    found = found_versions(server) if server and "probeversion" in job.config else ()
    return str(found[0]) if found else job.config.get("nfsversion") or "3"


async def _found_server(job: Job) -> Server:
    """The server of the configuration, if the configuration names a path as well (101 with the export list)."""
    server = await find_server(job, job.config["server"])
    if "serverpath" not in job.config:
        raise failed(101, stderr=exports_xml(server, job.config["server"]))
    check_path(job)
    return server


def check_path(job: Job) -> None:
    """Drivers of Python 2 took only plain paths from the root (103)."""
    path = job.config["serverpath"]
    if job.version < SINCE_PYTHON_3 and not PLAIN_PATH.fullmatch(path):
        raise failed(103, f"serverpath is {path}")


async def check_version(job: Job, server: Server) -> None:
    """Whether the server speaks the version asked for (72)."""
    name = job.config["server"]
    if job.version < SINCE_V4_ONLY:
        if not server.rpcbind and job.version < SINCE_PYTHON_3:
            raise broken("not all arguments converted during string formatting")  # the driver trips over its message
        if not server.rpcbind:
            raise failed(72, f"Failed to read supported NFS version from server {name}")
        return
    found = found_versions(server)
    if not found:
        raise failed(72, f"Failed to read supported NFS version from server {name}")
    if "probeversion" in job.config:
        return
    if int(version(job)[0]) not in found:
        raise failed(72, f"Unsupported NFS version: {version(job)}")


async def _mount(job: Job, server: Server, path: str) -> Mounted:
    """Mount a path of the server, or error 73."""
    if job.version < SINCE_V4_ONLY and not advertised(server):
        await asyncio.sleep(SERVICE_WAIT_S)
        quote = "`" if job.version >= SINCE_SERVER_NAME else ""
        raise failed(73, f"Failed to detect NFS service on server {quote}{job.config['server']}{quote}")
    try:
        return await mount(job, server, job.config["server"], path, int(version(job, server)[0]))
    except MountRefused as refused:
        raise failed(73, str(refused)) from None


def home(job: Job) -> str:
    """The path of the SR itself on the server: a directory called like the SR, unless `nosubdir` says otherwise."""
    path = job.config["serverpath"]
    return path if job.sm_config.get("nosubdir") == "true" else f"{path}/{job.uuid}"


async def probe(job: Job) -> str:
    """The SRs already on the export, as XML."""
    load(job)
    server = await _found_server(job)
    await check_version(job, server)
    mounted = await _mount(job, server, job.config["serverpath"])
    uuids = sorted(name for name in mounted.export.directories if UUID.fullmatch(name))
    return list_xml(job, server, uuids)


def list_xml(job: Job, server: Server, uuids: list[str]) -> str:
    """`<SRlist>` as xml.dom.minidom prints it; Python 2 put the text on a line of its own."""
    old = job.version < SINCE_PYTHON_3
    inner: list[str] = []
    for uuid in uuids:
        text = [f"\t\t<UUID>\n\t\t\t{uuid}\n\t\t</UUID>"] if old else [f"\t\t<UUID>{uuid}</UUID>"]
        inner += ["\t<SR>", *text, "\t</SR>"]
    if "probeversion" in job.config:
        versions = [f"\t\t<Version>{version}</Version>" for version in found_versions(server)]
        inner += ["\t<SupportedVersions>", *versions, "\t</SupportedVersions>"]
    body = "\n".join(["<SRlist>", *inner, "</SRlist>"]) if inner else "<SRlist/>"
    return f'<?xml version="1.0" ?>\n{body}\n'


async def create(job: Job) -> None:
    """Mount the export, make the SR's directory in it, unmount."""
    load(job)
    server = await _found_server(job)
    if job.mountpoint in job.dom0.mounts:
        raise failed(75)
    await check_version(job, server)
    mounted = await _mount(job, server, job.config["serverpath"])
    if job.sm_config.get("nosubdir") == "true":
        return
    if mounted.export.directories.get(job.uuid):
        raise failed(42)
    if job.uuid not in mounted.export.directories:
        _make_directory(job, mounted)


def _make_directory(job: Job, mounted: Mounted) -> None:
    export = mounted.export
    conditions = ((export.read_only, EROFS), (export.errno, export.errno), (export.root_squash, 13), (export.full, 28))
    for condition, number in conditions:
        if condition:
            job.log(f"mkdir of {job.config['serverpath']}/{job.uuid} failed: errno {number}")
            raise not_made(job, number)
    export.directories[job.uuid] = set()


def not_made(job: Job, number: int) -> LabError:
    """The error for a directory that could not be made, by the errno of that."""
    if number == EROFS and job.version >= SINCE_WRITE_TEST:
        return failed(461, "remote filesystem is read-only error is 30")
    return failed(88, f"remote directory creation error is {ETIMEDOUT if number == EIO else number}")


async def attach(job: Job) -> dict[str, Any]:
    """Mount the SR's directory and try to write in it; returns what the server says about space."""
    load(job)
    if job.mountpoint not in job.dom0.mounts:
        if "serverpath" not in job.config:
            raise failed(101)
        check_path(job)
        server = await find_server(job, job.config["server"])
        await check_version(job, server)
        mounted = await _mount(job, server, home(job))
        _write_test(job, mounted)
        job.dom0.mounts[job.mountpoint] = (job.config["server"], home(job))
    return space(job)


def _write_test(job: Job, mounted: Mounted) -> None:
    export = mounted.export
    at_top = not mounted.directory and export.root_squash
    if job.version >= SINCE_WRITE_TEST and (export.read_only or export.full or at_top):
        raise failed(461)


async def detach(job: Job) -> None:
    """Unmount (74 when somebody in dom0 is in there); without effect when nothing is mounted."""
    if job.mountpoint in job.dom0.mounts and job.dom0.busy_mounts:
        raise failed(74, "umount failed with return code 32")
    job.dom0.mounts.pop(job.mountpoint, None)


async def scan(job: Job) -> dict[str, Any]:
    """Look at the directory (47 when it is not mounted on this host); returns the space."""
    if job.mountpoint not in job.dom0.mounts:
        raise failed(47, f"no such directory {job.mountpoint}")
    return space(job)


async def delete(job: Job) -> None:
    """Remove the SR's directory from the server; files in it prevent that (39)."""
    mounted = behind(job)
    if mounted is None:
        raise failed(47, f"no such directory {job.mountpoint}")
    export = mounted.export
    if export.directories.get(job.uuid):
        raise failed(39)
    if export.read_only or export.root_squash:
        raise failed(76)
    job.dom0.mounts.pop(job.mountpoint, None)
    export.directories.pop(job.uuid, None)


def behind(job: Job) -> Mounted | None:
    """What is mounted for this SR on this host, as far as the server still has it."""
    name, path = job.dom0.mounts.get(job.mountpoint, ("", ""))
    server = job.world.server(name)
    if server is None:
        return None
    for base in (path, path.rpartition("/")[0]):
        if base in server.exports:
            return Mounted(server, server.exports[base], path.removeprefix(base).strip("/"))
    return None


def space(job: Job) -> dict[str, Any]:
    """What `df` shows of the mount, as fields of the SR's record."""
    mounted = behind(job)
    if mounted is None:
        raise failed(47, f"no such directory {job.mountpoint}")
    return {"physical_size": mounted.export.size}
