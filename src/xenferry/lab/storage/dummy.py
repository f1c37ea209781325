"""The driver of type `dummy`, SM's own for tests: it needs no configuration and holds what XAPI says it holds."""

from __future__ import annotations

from typing import Any

from xenferry.lab.context import Context
from xenferry.lab.error import LabError
from xenferry.lab.storage.failure import failed
from xenferry.lab.storage.job import Job

SIZE = 2_000_000_000_000
"""What every scan reports, in bytes."""


async def probe(job: Job) -> str:
    """It looks for the SR's record, and a probe has no SR (recorded)."""
    raise _no_sr()


def _no_sr() -> LabError:
    return failed(202, "['INTERNAL_ERROR', 'Failure(\"Expected string, got \\'N\\'\")']")


async def create(job: Job) -> None:
    """Nothing is made."""


async def attach(job: Job) -> dict[str, Any]:
    """Nothing is attached."""
    return {}


async def detach(job: Job) -> None:
    """Nothing is detached."""


async def scan(job: Job) -> dict[str, Any]:
    """A size that is always the same."""
    return {"physical_size": SIZE}


async def delete(job: Job) -> None:
    """Nothing is removed."""


def made(size: int) -> dict[str, Any]:
    """How it tells of a new disk, in fields of the VDI (recorded): full at once, empty text for what there is not."""
    told = {"physical_utilisation": size, "sm_config": {"samplekey": "This is a dummy SR VDI"}}
    return told | {"metadata_of_pool": "", "snapshot_of": ""}


def like(*, snapshot: bool) -> dict[str, Any]:
    """How it tells of a disk's snapshot or clone (recorded): of no size."""
    return {"virtual_size": 0, "physical_utilisation": 0, "sm_config": {}, "read_only": snapshot}


def holds(ctx: Context, vdi: str) -> bool:
    """Whether the disk is in an SR of this driver; an empty drive's is not."""
    return ctx.db.exists("VDI", vdi) and ctx.db.get("SR", ctx.db.get("VDI", vdi)["SR"])["type"] == "dummy"


def attach_in_dom0(ctx: Context, vdi: str, host: str) -> None:
    """A control domain reads disks by NBD, for which this driver names no server (recorded).

    Raises INTERNAL_ERROR [text]; what XAPI notes of read caching before it sees that stays with the disk.
    """
    uuid = ctx.db.get("host", host)["uuid"]
    caching = {f"read-caching-reason-{uuid}": "SR_NOT_SUPPORTED", f"read-caching-enabled-on-{uuid}": "false"}
    ctx.db.update("VDI", vdi, sm_config=ctx.db.get("VDI", vdi)["sm_config"] | caching)
    raise LabError("INTERNAL_ERROR", 'Failure("Could not parse NBD URI returned from the storage backend: ")')
