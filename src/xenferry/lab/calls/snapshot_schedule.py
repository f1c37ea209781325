"""VMSS: when guests are to have snapshots taken. A lab takes none by itself.

Who takes them in a real pool is a script of dom0, which is also what VMSS.snapshot_now would call.
"""

from __future__ import annotations

from typing import Any

from xenferry.lab.calls.vif import check_licence
from xenferry.lab.context import Context
from xenferry.lab.error import LabError
from xenferry.lab.lifecycle.guest import check_operation
from xenferry.lab.registry import call

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MINUTES = ("0", "15", "30", "45")
KEYS = {"hourly": ("min",), "daily": ("hour", "min"), "weekly": ("hour", "min", "days")}
"""What a schedule says, by frequency."""
DEFAULTS = {"min": MINUTES[0], "hour": "0", "days": DAYS[0]}
MOST_KEPT = 10
QUIESCED = "snapshot_with_quiesce"


@call("VMSS.create")
async def create(ctx: Context, record: dict[str, Any]) -> str:
    """Raises LICENCE_RESTRICTION [VMSS or VSS], INVALID_VALUE [schedule:key or retained_snapshots; value]."""
    _check_licensed(ctx, record["type"])
    for key, value in record["schedule"].items():
        _checked(key, value, KEYS[record["frequency"]])
    _check_kept(record["retained_snapshots"])
    return ctx.db.create("VMSS", record | {"schedule": _whole(record["schedule"], record["frequency"])})


@call("VMSS.destroy")
async def destroy(ctx: Context, self: str) -> None:
    """Its messages go with it. Raises VMSS_HAS_VM [] while guests are in it."""
    _check_licensed(ctx)
    record = ctx.db.get("VMSS", self)
    if record["VMs"]:
        raise LabError("VMSS_HAS_VM")
    for message in ctx.db.find("message", obj_uuid=record["uuid"]):
        ctx.db.destroy("message", message)
    ctx.db.destroy("VMSS", self)


@call("VMSS.set_frequency")
async def set_frequency(ctx: Context, self: str, value: str) -> None:
    """The schedule loses what the frequency does not know, and gets what it lacks."""
    _check_licensed(ctx)
    schedule = _whole(ctx.db.get("VMSS", self)["schedule"], value)
    ctx.db.update("VMSS", self, frequency=value)
    ctx.db.update("VMSS", self, schedule=schedule)


@call("VMSS.set_schedule")
async def set_schedule(ctx: Context, self: str, value: dict[str, str]) -> None:
    """What is not named stays as it was."""
    _check_licensed(ctx)
    merged = ctx.db.get("VMSS", self)["schedule"] | value
    ctx.db.update("VMSS", self, schedule={key: _checked(key, text, tuple(DEFAULTS)) for key, text in merged.items()})


@call("VMSS.add_to_schedule")
async def add_to_schedule(ctx: Context, self: str, key: str, value: str) -> None:
    """Raises MAP_DUPLICATE_KEY [VMSS; schedule; schedule's; key]."""
    _check_licensed(ctx)
    old = ctx.db.get("VMSS", self)["schedule"]
    text = _checked(key, value, tuple(DEFAULTS))
    if key in old:
        raise LabError("MAP_DUPLICATE_KEY", "VMSS", "schedule", self, key)
    ctx.db.update("VMSS", self, schedule={key: text, **old})


@call("VMSS.set_type")
async def set_type(ctx: Context, self: str, value: str) -> None:
    """Guests must be able to hold still for a quiesced one."""
    _check_licensed(ctx, value)
    for vm in ctx.db.get("VMSS", self)["VMs"] if value == QUIESCED else ():
        check_operation(ctx.lab.hypervisor.facts, vm, QUIESCED)
    ctx.db.update("VMSS", self, type=value)


@call("VMSS.set_retained_snapshots")
async def set_kept(ctx: Context, self: str, value: int) -> None:
    """Raises INVALID_VALUE [retained_snapshots; number]."""
    _check_licensed(ctx)
    _check_kept(value)
    ctx.db.update("VMSS", self, retained_snapshots=value)


def _check_licensed(ctx: Context, kind: str = "") -> None:
    check_licence(ctx, "vmss", "VMSS")
    if kind == QUIESCED:
        check_licence(ctx, "vss", "VSS")


def _check_kept(count: int) -> None:
    if not 1 <= count <= MOST_KEPT:
        raise LabError("INVALID_VALUE", "retained_snapshots", str(count))


def _whole(schedule: dict[str, str], frequency: str) -> dict[str, str]:
    """All that a schedule of this frequency needs, and nothing else."""
    known = KEYS[frequency]
    return {key: _checked(key, schedule.get(key, DEFAULTS[key]), known) for key in known}


def _checked(key: str, value: str, known: tuple[str, ...]) -> str:
    """The value as XAPI spells it. Raises INVALID_VALUE [schedule:key; value]."""
    wrong = LabError("INVALID_VALUE", f"schedule:{key}", value)
    if key not in known:
        raise wrong
    if key == "hour":
        if not value.lstrip("-").isdecimal() or not 0 <= int(value) <= 23:
            raise wrong
        return value
    allowed = {one.lower(): one for one in (DAYS if key == "days" else MINUTES)}
    parts = value.lower().split(",") if key == "days" else [value.lower()]
    if any(part not in allowed for part in parts) or len(set(parts)) < len(parts):
        raise wrong
    return ",".join(allowed[part] for part in parts)
