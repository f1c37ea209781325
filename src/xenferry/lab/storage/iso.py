"""The ISO driver: libraries of CD images on an NFS server or in a directory of one host.

Simplification: SMB servers are not modelled; a library on one (type `cifs`) is always in reach.
"""

from __future__ import annotations

from typing import Any

from xenferry.lab.error import LabError
from xenferry.lab.storage.failure import broken, failed
from xenferry.lab.storage.job import Job
from xenferry.lab.storage.reach import MountRefused, find_server, found_versions, is_address, mount, parted

SMB_VERSIONS = ("1.0", "3.0")


def _smb(job: Job) -> bool:
    """The type when it is given, else the form of the location decides."""
    if "type" in job.config:
        return job.config["type"] == "cifs"
    return ":/" not in job.config.get("location", "")


def load(job: Job) -> None:
    """What every command checks first: a location (94) in its form (225) whose server has a name (140), a version."""
    if "location" not in job.config:
        raise failed(94)
    if "legacy_mode" not in job.config and "type" in job.config:
        _check_target(job)
    version = job.config.get("nfsversion", "")
    if version and version != "3" and not version.startswith("4"):
        raise broken("Invalid nfsversion.")


def _check_target(job: Job) -> None:
    location = job.config["location"]
    if _smb(job):
        if not location.startswith(("//", "\\")) or not location.strip("/\\"):
            raise failed(225)
        return
    server, colon, _ = location.partition(":")
    if not colon:
        raise failed(225)
    known = job.world.server(server)
    if not is_address(server) and (known is None or job.host in known.unresolvable):
        raise failed(140)


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
    load(job)
    location = job.config["location"]
    if "legacy_mode" in job.config:
        if not any(location == known or location.startswith(f"{known}/") for known in job.dom0.directories):
            raise failed(226)
        return {}
    if _smb(job):
        _check_smb_options(job)
        return {}
    name, path = parted(location)
    return await _mount(job, name, path)


def _check_smb_options(job: Job) -> None:
    if "type" not in job.config and not job.config.get("options", "").startswith("-o "):
        raise failed(228)
    if job.config.get("vers", SMB_VERSIONS[-1]) not in SMB_VERSIONS:
        raise failed(227)


async def _mount(job: Job, name: str, path: str) -> dict[str, Any]:
    server = await find_server(job, name)
    version = job.config.get("nfsversion") or "3"
    found = found_versions(server)
    if not found:
        raise failed(108, f"Failed to read supported NFS version from server {name}")
    if int(version[0]) not in found:
        raise failed(72, f"Unsupported NFS version: {version}")
    try:
        mounted = await mount(job, server, name, path, int(version[0]))
    except MountRefused as refused:
        raise failed(222, str(refused)) from None
    job.dom0.mounts[job.mountpoint] = (name, path)
    return {"physical_size": mounted.export.size}


async def detach(job: Job) -> None:
    """Unmount (74 when somebody in dom0 is in there)."""
    if job.mountpoint in job.dom0.mounts and job.dom0.busy_mounts:
        raise failed(74, "error is 32")
    job.dom0.mounts.pop(job.mountpoint, None)


async def scan(job: Job) -> dict[str, Any]:
    """See that the library is there (47)."""
    load(job)
    remote = "legacy_mode" not in job.config and not _smb(job)
    if remote and job.mountpoint not in job.dom0.mounts:
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
