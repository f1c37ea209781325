"""USB devices: a host's (PUSB), their groups, and what guests have of them (VUSB). A guest that has one cannot move.

Simplification: nothing is plugged into a host or pulled out while a lab runs, so a scan finds what is known.
"""

from __future__ import annotations

import asyncio

from xenferry.lab import locks
from xenferry.lab.calls.sr import scan
from xenferry.lab.calls.vif import check_licence
from xenferry.lab.context import Context
from xenferry.lab.error import LabError
from xenferry.lab.forwarding import forward
from xenferry.lab.registry import call

VUSBS_MAX = 6
UNPLUG_S = 0.5
"""How long a running guest takes to let a device go (invented)."""


@call("PUSB.scan")
async def pusb_scan(ctx: Context, host: str) -> None:
    await forward(ctx, host)


@call("PUSB.set_passthrough_enabled")
async def set_passthrough_enabled(ctx: Context, self: str, value: bool) -> None:
    """A device for guests is no longer dom0's disk, and the other way round.

    Raises PUSB_VDI_CONFLICT [pusb; vdi] while a drive has the stick's disk, USB_ALREADY_ATTACHED [pusb; vm].
    """
    if value:
        await _take_from_dom0(ctx, self)
    else:
        _take_from_guest(ctx, self)
    ctx.db.update("PUSB", self, passthrough_enabled=value)
    for sr in [] if value else ctx.db.find("SR", type="udev"):
        await scan(ctx, sr)


async def _take_from_dom0(ctx: Context, pusb: str) -> None:
    path = ctx.db.get("PUSB", pusb)["path"]
    for sr in ctx.db.find("SR", type="udev"):
        for vdi in list(ctx.db.get("SR", sr)["VDIs"]):
            disk = ctx.db.get("VDI", vdi)
            if disk["sm_config"].get("usb_path", "") == path:
                if disk["VBDs"]:
                    raise LabError("PUSB_VDI_CONFLICT", pusb, vdi)
                ctx.db.destroy("VDI", vdi)


def _take_from_guest(ctx: Context, pusb: str) -> None:
    group = ctx.db.get("PUSB", pusb)["USB_group"]
    vusbs = ctx.db.find("VUSB", USB_group=group)
    for vusb in vusbs:
        record = ctx.db.get("VUSB", vusb)
        if record["currently_attached"]:
            raise LabError("USB_ALREADY_ATTACHED", pusb, record["VM"])
    for vusb in vusbs:
        ctx.db.destroy("VUSB", vusb)


@call("USB_group.create")
async def group_create(ctx: Context, name: str, description: str, other_config: dict[str, str]) -> str:
    return ctx.db.create("USB_group", name_label=name, name_description=description, other_config=other_config)


@call("USB_group.destroy")
async def group_destroy(ctx: Context, self: str) -> None:
    """Raises USB_GROUP_CONTAINS_VUSB [attached ones ...], USB_GROUP_CONTAINS_PUSB [...]."""
    group = ctx.db.get("USB_group", self)
    attached = [vusb for vusb in group["VUSBs"] if ctx.db.get("VUSB", vusb)["currently_attached"]]
    if attached:
        raise LabError("USB_GROUP_CONTAINS_VUSB", *attached)
    if group["PUSBs"]:
        raise LabError("USB_GROUP_CONTAINS_PUSB", *group["PUSBs"])
    for vusb in list(group["VUSBs"]):
        ctx.db.destroy("VUSB", vusb)
    ctx.db.destroy("USB_group", self)


@call("VUSB.create")
async def vusb_create(ctx: Context, vm: str, group: str, other_config: dict[str, str]) -> str:
    """Raises LICENCE_RESTRICTION [USB_passthrough], TOO_MANY_VUSBS [6], USB_GROUP_CONFLICT [group],
    OPERATION_NOT_ALLOWED [why] for a guest that HA restarts.
    """
    check_licence(ctx, "usb_passthrough", "USB_passthrough")
    record = ctx.db.get("VM", vm)
    if len(record["VUSBs"]) >= VUSBS_MAX:
        raise LabError("TOO_MANY_VUSBS", str(VUSBS_MAX))
    if ctx.db.get("USB_group", group)["VUSBs"]:
        raise LabError("USB_GROUP_CONFLICT", group)
    if record["ha_restart_priority"] == "restart":
        text = f"VM {vm} ha_restart_priority has been set to 'restart', cannot create VUSB for it. "
        raise LabError("OPERATION_NOT_ALLOWED", text)
    return ctx.db.create("VUSB", VM=vm, USB_group=group, other_config=other_config, currently_attached=False)


@call("VUSB.unplug")
async def vusb_unplug(ctx: Context, self: str) -> None:
    vm = ctx.db.get("VUSB", self)["VM"]
    async with locks.operation(ctx, ("VUSB", self, "unplug")):
        await forward(ctx, ctx.db.get("VM", vm)["resident_on"])
        await asyncio.sleep(UNPLUG_S)
        ctx.db.update("VUSB", self, currently_attached=False)


@call("VUSB.destroy")
async def vusb_destroy(ctx: Context, self: str) -> None:
    """Raises OPERATION_NOT_ALLOWED [text with both uuids] while it is plugged."""
    record = ctx.db.get("VUSB", self)
    if record["currently_attached"]:
        guest = ctx.db.get("VM", record["VM"])["uuid"]
        raise LabError("OPERATION_NOT_ALLOWED", f"VUSB '{record['uuid']}' still attached to '{guest}'")
    ctx.db.destroy("VUSB", self)
