"""The ISO driver: libraries of CD images on an NFS server or in a directory of one host.

Simplification: SMB servers are not modelled; a library on one (type `cifs`) is always in reach.
"""

from __future__ import annotations

from typing import Any

from xenferry.lab.error import LabError
from xenferry.lab.storage.failure import broken, failed
from xenferry.lab.storage.job import Job
from xenferry.lab.storage.reach import MountRefused, find_server, found_versions, is_address, mount


def _legacy(job: Job) -> bool:
    return job.config.get("legacy_mode", "") == "true"


def _smb(job: Job) -> bool:
    return job.config.get("type") == "cifs" or job.config.get("location", "").startswith(("//", "\\\\"))


def load(job: Job) -> tuple[str, str]:
    """The server and path of the location; the server is empty for a local directory."""
    if "location" not in job.config:
        raise failed(94)
    version = job.config.get("nfsversion", "")
    if version and version != "3" and not version.startswith("4"):
        raise broken("Invalid nfsversion.")
    location = job.config["location"]
    if _legacy(job) or _smb(job):
        return "", location
    server, colon, path = location.partition(":")
    if not colon:
        raise failed(225)
    known = job.world.server(server)
    if not is_address(server) and (known is None or job.host in known.unresolvable):
        raise failed(140)
    return server, path


async def probe(job: Job) -> str:
    """ISO libraries cannot be probed; XAPI wraps the driver's refusal like this."""
    raise LabError(
        "INTERNAL_ERROR",
        "Storage_error ([S(Internal_error);S(Server_error(SR_BACKEND_FAILURE, "
        "[ Operation 'sr_probe' not supported by this SR type; ;  ]))])",
    )


async def create(job: Job) -> None:
    """An ISO library is created by attaching it."""
    await attach(job)


async def attach(job: Job) -> dict[str, Any]:
    """Mount the library, or see that its directory is there (226)."""
    name, path = load(job)
    if _smb(job):
        return {}
    if not name:
        if not any(path == known or path.startswith(f"{known}/") for known in job.dom0.directories):
            raise failed(226)
        return {}
    server = await find_server(job, name)
    version = job.config.get("nfsversion") or "3"
    if int(version[0]) not in found_versions(server):
        raise failed(72, f"Unsupported NFS version: {version}")
    try:
        mounted = await mount(job, server, name, path, int(version[0]))
    except MountRefused as refused:
        raise failed(222, str(refused)) from None
    job.dom0.mounts[job.mountpoint] = (name, path)
    return {"physical_size": mounted.export.size}


async def detach(job: Job) -> None:
    """Unmount."""
    job.dom0.mounts.pop(job.mountpoint, None)


async def scan(job: Job) -> dict[str, Any]:
    """See that the library is there (47)."""
    name, _ = load(job)
    if name and job.mountpoint not in job.dom0.mounts:
        raise failed(47, f"no such directory {job.mountpoint}")
    return {}


def images(job: Job) -> frozenset[str] | None:
    """The names of the images in a mounted NFS library; None for a local directory, which is not modelled."""
    name, path = job.dom0.mounts.get(job.mountpoint, ("", ""))
    server = job.world.server(name)
    if server is None or path not in server.exports:
        return None
    return frozenset(file for file in server.exports[path].files if file.lower().endswith((".iso", ".img")))


async def delete(job: Job) -> None:
    """Nothing is removed."""
