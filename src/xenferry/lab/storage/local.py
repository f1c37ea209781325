"""Drivers of disks inside a host and of storage networks: ext, lvm, iSCSI and the rest.

Simplification: they ask for what names their device and otherwise succeed; those that fail are not modelled.
"""

from __future__ import annotations

from typing import Any

from xenferry.lab.storage.failure import failed
from xenferry.lab.storage.job import Job

NEEDS: dict[str, tuple[tuple[str, int], ...]] = {
    **dict.fromkeys(("ext", "lvm", "xfs", "largeblock"), (("device", 90),)),
    "zfs": (("location", 94),),
    "smb": (("server", 102),),
    "cephfs": (("server", 102), ("serverpath", 101)),
    "lvmoiscsi": (("target", 95), ("targetIQN", 96), ("SCSIid", 107)),
    "lvmohba": (("SCSIid", 107),),
    "lvmofcoe": (("SCSIid", 107),),
}
"""Type -> the entries that the configuration must have, each with the error that speaks of its absence."""


def load(job: Job, kind: str) -> None:
    """What the configuration must name."""
    for key, code in NEEDS.get(kind, ()):
        if not job.config.get(key):
            raise failed(code)


class Local:
    """The driver of one type."""

    def __init__(self, kind: str) -> None:
        self.kind = kind

    async def probe(self, job: Job) -> str:
        """No SR is found on a fresh device."""
        load(job, self.kind)
        return '<?xml version="1.0" ?>\n<SRlist/>\n'

    async def create(self, job: Job) -> None:
        """Make a file system or volume group."""
        load(job, self.kind)

    async def attach(self, job: Job) -> dict[str, Any]:
        """Activate it."""
        return {}

    async def detach(self, job: Job) -> None:
        """Deactivate it."""

    async def scan(self, job: Job) -> dict[str, Any]:
        """List its volumes."""
        return {}

    async def delete(self, job: Job) -> None:
        """Remove it."""
