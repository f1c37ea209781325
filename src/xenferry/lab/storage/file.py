"""The driver of type `file`: files in a local directory of one host, which is bound to the SR's mount point."""

from __future__ import annotations

from typing import Any

from xenferry.lab.storage.failure import failed
from xenferry.lab.storage.job import Job


def load(job: Job) -> str:
    """The directory, which the configuration must name (94)."""
    if not job.config.get("location"):
        raise failed(94)
    return job.config["location"]


async def probe(job: Job) -> str:
    """Nothing is looked for."""
    load(job)
    return '<?xml version="1.0" ?>\n<SRlist/>\n'


async def create(job: Job) -> None:
    """Make the directory below one that exists; one that exists already is taken to hold something (61)."""
    path = load(job).rstrip("/")
    if path in job.dom0.directories or path.rpartition("/")[0] not in {"", *job.dom0.directories}:
        raise failed(61)
    job.dom0.directories.add(path)


async def attach(job: Job) -> dict[str, Any]:
    """Bind the directory to the mount point (61 when it is gone)."""
    if load(job).rstrip("/") not in job.dom0.directories:
        raise failed(61, "fail to mount FileSR. Errno is 32")
    job.dom0.mounts[job.mountpoint] = ("", job.config["location"])
    return {}


async def detach(job: Job) -> None:
    """Undo the binding."""
    job.dom0.mounts.pop(job.mountpoint, None)


async def scan(job: Job) -> dict[str, Any]:
    """See that it is mounted (47)."""
    load(job)
    if job.mountpoint not in job.dom0.mounts:
        raise failed(47, f"no such directory {job.mountpoint}")
    return {}


async def delete(job: Job) -> None:
    """Empty the directory; the directory itself stays."""
