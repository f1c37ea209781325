"""VDI, SR: names that the driver is told of, so that the SR must be plugged; and fields that only a driver may set."""

from __future__ import annotations

from typing import Any, NoReturn

from xenferry.lab.calls.vdi import check_plugged
from xenferry.lab.context import Context
from xenferry.lab.error import LabError
from xenferry.lab.registry import call


@call("VDI.set_name_label")
async def set_name_label(ctx: Context, vdi: str, value: str) -> None:
    """Raises SR_HAS_NO_PBDS [sr]."""
    _set(ctx, vdi, name_label=value)


@call("VDI.set_name_description")
async def set_name_description(ctx: Context, vdi: str, value: str) -> None:
    """Raises SR_HAS_NO_PBDS [sr]."""
    _set(ctx, vdi, name_description=value)


@call("VDI.set_sharable")
async def set_sharable(ctx: Context, vdi: str, value: bool) -> None:
    _refuse(ctx, ctx.db.get("VDI", vdi)["SR"])


@call("VDI.set_read_only")
async def set_read_only(ctx: Context, vdi: str, value: bool) -> None:
    _refuse(ctx, ctx.db.get("VDI", vdi)["SR"])


@call("SR.set_physical_size")
async def set_physical_size(ctx: Context, sr: str, value: int) -> None:
    _refuse(ctx, sr)


def _refuse(ctx: Context, sr: str) -> NoReturn:
    """Only a driver's own session may. Raises PERMISSION_DENIED [empty], even to root."""
    ctx.db.get("SR", sr)
    raise LabError("PERMISSION_DENIED", "")


def _set(ctx: Context, vdi: str, **fields: Any) -> None:
    check_plugged(ctx, ctx.db.get("VDI", vdi)["SR"])
    ctx.db.update("VDI", vdi, **fields)
