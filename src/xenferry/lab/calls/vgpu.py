"""VGPU: what a guest has of a GPU, the whole card or a part. It gets its place on a card when the guest starts."""

from __future__ import annotations

from xenferry.lab.context import Context
from xenferry.lab.datamodel import NULL
from xenferry.lab.error import LabError, internal
from xenferry.lab.registry import call

DEVICE_MAX = 20
"""The guest's PCI bus has room for these (xapi_vgpu.ml)."""


@call("VGPU.create")
async def create(ctx: Context, vm: str, group: str, device: str, other_config: dict[str, str], kind: str) -> str:
    """Without a type the whole card is meant.

    Raises FEATURE_RESTRICTED [], VM_BAD_POWER_STATE, INVALID_VALUE [type; ref], VGPU_TYPE_NOT_COMPATIBLE [type],
    and what stands against the device number.
    """
    guest = ctx.db.get("VM", vm)
    if not ctx.lab.hypervisor.facts.licensed("gpu"):
        raise LabError("FEATURE_RESTRICTED")
    if not guest["is_a_snapshot"] and guest["power_state"] != "Halted":
        raise LabError("VM_BAD_POWER_STATE", vm, "halted", guest["power_state"].lower())
    kind = _whole(ctx) if kind == NULL else kind
    if not ctx.db.exists("VGPU_type", kind):
        raise LabError("INVALID_VALUE", "type", kind)
    others = [ctx.db.get("VGPU", ref) for ref in guest["VGPUs"]]
    if any(kind not in ctx.db.get("VGPU_type", one["type"])["compatible_types_in_vm"] for one in others):
        raise LabError("VGPU_TYPE_NOT_COMPATIBLE", kind)
    number = _number(vm, device, {int(one["device"] or "0") for one in others})
    return ctx.db.create("VGPU", VM=vm, GPU_group=group, device=number, other_config=other_config, type=kind)


def _whole(ctx: Context) -> str:
    """The type that stands for a whole card; XAPI makes it when there is none."""
    for ref in ctx.db.find("VGPU_type", implementation="passthrough"):
        return ref
    return ctx.db.create("VGPU_type", model_name="passthrough", implementation="passthrough")


def _number(vm: str, device: str, used: set[int]) -> str:
    """0 asks for the first free one. Raises VM_PCI_BUS_FULL [vm], DEVICE_ALREADY_EXISTS [n], INVALID_DEVICE [n]."""
    if not device.lstrip("-").isdecimal():
        raise internal('Failure("int_of_string")')
    if int(device) == 0:
        free = [number for number in range(DEVICE_MAX + 1) if number not in used]
        if not free:
            raise LabError("VM_PCI_BUS_FULL", vm)
        return str(free[0])
    if int(device) in used:
        raise LabError("DEVICE_ALREADY_EXISTS", device)
    if not 0 <= int(device) <= DEVICE_MAX:
        raise LabError("INVALID_DEVICE", device)
    return device


@call("VGPU.destroy")
async def destroy(ctx: Context, self: str) -> None:
    """Raises OPERATION_NOT_ALLOWED [why] while the guest has a domain: a paused guest runs, too."""
    if ctx.db.get("VM", ctx.db.get("VGPU", self)["VM"])["power_state"] in ("Running", "Paused"):
        raise LabError("OPERATION_NOT_ALLOWED", "vGPU currently attached to a running VM")
    ctx.db.destroy("VGPU", self)
