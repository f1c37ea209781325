"""Disks are copied, take space and give it back.

Simplification: a copy takes the space and the time of what the disk really uses (physical_utilisation, at least a
little).
"""

from __future__ import annotations

import asyncio
from typing import Any

from xenferry.lab.context import Context
from xenferry.lab.db import Record
from xenferry.lab.error import LabError
from xenferry.lab.motion.links import Stream

DISK_STREAM_MAX = 120 * 2**20
"""Bytes per second of one disk's copy."""
SMALLEST = 4 * 2**20
KEPT = (
    "name_label", "name_description", "virtual_size", "type", "sharable", "read_only", "other_config", "xenstore_data",
    "tags", "on_boot", "allow_caching", "physical_utilisation",
)  # fmt: skip


def size(disk: Record) -> int:
    """Bytes that a copy has to carry."""
    return int(max(SMALLEST, min(disk["virtual_size"], disk["physical_utilisation"] or disk["virtual_size"])))


async def copy_all(ctx: Context, moving: dict[str, str], source: str, target: str) -> dict[str, str]:
    """VDI -> its copy, smallest first. Raises what goes wrong; then no copy is left behind."""
    done: dict[str, str] = {}
    total, before = sum(size(ctx.db.get("VDI", vdi)) for vdi in moving), 0
    try:
        for vdi in sorted(moving, key=lambda ref: size(ctx.db.get("VDI", ref))):
            done[vdi] = await _copy(ctx, vdi, moving[vdi], (source, target), before / total, total)
            before += size(ctx.db.get("VDI", vdi))
    except BaseException:
        discard(ctx, list(done.values()))
        raise
    return done


async def _copy(ctx: Context, vdi: str, sr: str, ends: tuple[str, str], begun: float, total: int) -> str:
    """Progress begins anew with each disk's share: what is shown is bytes copied of all bytes."""
    disk, links = ctx.db.get("VDI", vdi), ctx.lab.hypervisor.links
    check_room(ctx, sr, size(disk))
    made = twin(ctx, vdi, sr)
    stream: Stream = links.open(ends[0], ends[1], DISK_STREAM_MAX)

    def step(sent: float) -> None:
        ctx.checkpoint()
        if not attached(ctx, sr, ends[1]):
            raise LabError("MIRROR_FAILED", vdi)
        ctx.progress(round(begun + sent / total, 3))

    try:
        await links.send(stream, size(disk), step)
    except (LabError, asyncio.CancelledError):
        discard(ctx, [made])
        raise
    finally:
        links.close(stream)
    return made


def twin(ctx: Context, vdi: str, sr: str, **other: Any) -> str:
    """A new disk like this one on an SR, but for `other` fields; its space is taken from now on."""
    disk = ctx.db.get("VDI", vdi)
    fields = {name: disk[name] for name in KEPT} | other
    location = uuid = ctx.db.new_uuid()
    made = ctx.db.create("VDI", fields, SR=sr, managed=True, location=location, uuid=uuid)
    take_space(ctx, sr, size(disk))
    return made


def discard(ctx: Context, vdis: list[str]) -> None:
    """Deletes disks and gives their space back."""
    for vdi in vdis:
        if ctx.db.exists("VDI", vdi):
            disk = ctx.db.get("VDI", vdi)
            take_space(ctx, disk["SR"], -size(disk))
            ctx.db.destroy("VDI", vdi)


def check_attached(ctx: Context, sr: str, host: str) -> None:
    """Raises SR_NOT_ATTACHED [sr]: XAPI notices only when the copy is to begin."""
    if not attached(ctx, sr, host):
        raise LabError("SR_NOT_ATTACHED", sr)


def attached(ctx: Context, sr: str, host: str) -> bool:
    """Whether the host has the SR plugged."""
    pbds = [ctx.db.get("PBD", pbd) for pbd in ctx.db.get("SR", sr)["PBDs"]]
    return any(pbd["host"] == host and pbd["currently_attached"] for pbd in pbds)


def check_room(ctx: Context, sr: str, wanted: int) -> None:
    """Raises SR_BACKEND_FAILURE_44 when the SR has not that many bytes left; one of unknown size never does."""
    record = ctx.db.get("SR", sr)
    if record["physical_size"] > 0 and record["physical_size"] - record["physical_utilisation"] < wanted:
        raise LabError("SR_BACKEND_FAILURE_44", "", "There is insufficient space", "")


def take_space(ctx: Context, sr: str, size_: int) -> None:
    """The driver tells XAPI of it at once; that of type dummy tells nothing before the next scan (recorded)."""
    record = ctx.db.all("SR").get(sr)
    if record is not None and record["type"] != "dummy":
        used = max(0, record["physical_utilisation"] + size_)
        ctx.db.update(
            "SR", sr, physical_utilisation=used, virtual_allocation=max(0, record["virtual_allocation"] + size_)
        )
