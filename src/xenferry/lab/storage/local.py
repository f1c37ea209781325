"""Drivers of disks inside a host, and of storage networks: ext, lvm, file, iSCSI and the rest.

Simplification: they ask for their device (90) and otherwise succeed; disks that fail are not modelled.
"""

from __future__ import annotations

from typing import Any

from xenferry.lab.storage.failure import failed
from xenferry.lab.storage.job import Job


def load(job: Job) -> None:
    """What the configuration must name."""
    if not job.config:
        raise failed(90)


async def probe(job: Job) -> str:
    """No SR is found on a fresh device."""
    load(job)
    return '<?xml version="1.0" ?>\n<SRlist/>\n'


async def create(job: Job) -> None:
    """Make a file system or volume group."""
    load(job)


async def attach(job: Job) -> dict[str, Any]:
    """Activate it."""
    return {}


async def detach(job: Job) -> None:
    """Deactivate it."""


async def scan(job: Job) -> dict[str, Any]:
    """List its volumes."""
    return {}


async def delete(job: Job) -> None:
    """Remove it."""
