"""What disks take of an SR, and what a copy of them has to carry."""

from __future__ import annotations

from typing import Any

from xenferry.lab.context import Context
from xenferry.lab.db import Record
from xenferry.lab.error import LabError

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


def twin(ctx: Context, vdi: str, sr: str, **other: Any) -> str:
    """A new disk like this one on an SR, but for `other` fields; its space is taken from now on."""
    disk = ctx.db.get("VDI", vdi)
    fields = {name: disk[name] for name in KEPT} | other
    location = uuid = ctx.db.new_uuid()
    made = ctx.db.create("VDI", fields, SR=sr, managed=True, location=location, uuid=uuid)
    take_space(ctx, sr, size(disk))
    return made


def take(ctx: Context, vdi: str, used: int) -> None:
    """A disk that was made thin fills with so many bytes."""
    disk = ctx.db.get("VDI", vdi)
    if ctx.db.get("SR", disk["SR"])["type"] != "dummy":
        ctx.db.update("VDI", vdi, physical_utilisation=used)
        take_space(ctx, disk["SR"], used)


def discard(ctx: Context, vdis: list[str]) -> None:
    """Deletes disks and gives their space back."""
    for vdi in vdis:
        if ctx.db.exists("VDI", vdi):
            disk = ctx.db.get("VDI", vdi)
            take_space(ctx, disk["SR"], -size(disk))
            ctx.db.destroy("VDI", vdi)


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
