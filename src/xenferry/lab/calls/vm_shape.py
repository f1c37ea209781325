"""VM: what kind of machine it is (domain type, firmware, BIOS strings, vendor device), and what it is part of.

Most of it can be changed at any time and holds from the next start; a few settings want a halted guest.
"""

from __future__ import annotations

from xenferry.lab import locks
from xenferry.lab.calls.vif import check_licence
from xenferry.lab.context import Context
from xenferry.lab.datamodel import NULL
from xenferry.lab.error import LabError, internal
from xenferry.lab.guest import firmware
from xenferry.lab.guest.records import VENDOR_DEVICE_PLATFORM
from xenferry.lab.lifecycle.guest import check_operation
from xenferry.lab.registry import call

BOOT_POLICY = "BIOS order"
BIOS_LENGTH = 512
SETTABLE = tuple(name for name in firmware.NAMES if not name.startswith(("hp-", "oem-")))


@call("VM.set_HVM_boot_policy")
async def set_boot_policy(ctx: Context, vm: str, value: str) -> None:
    """The old way to say whether a guest is HVM."""
    ctx.db.update("VM", vm, domain_type="hvm" if value else "pv")
    ctx.db.update("VM", vm, HVM_boot_policy=value)


@call("VM.set_domain_type")
async def set_domain_type(ctx: Context, vm: str, value: str) -> None:
    """Raises INVALID_VALUE [domain_type; unspecified]."""
    if value == "unspecified":
        raise LabError("INVALID_VALUE", "domain_type", value)
    ctx.db.update("VM", vm, domain_type=value)
    ctx.db.update("VM", vm, HVM_boot_policy=BOOT_POLICY if value == "hvm" else "")


@call("VM.set_bios_strings")
async def set_bios_strings(ctx: Context, vm: str, value: dict[str, str]) -> None:
    """What is not given is Xen's own. Raises VM_BIOS_STRINGS_ALREADY_SET [], INVALID_VALUE [key; why]."""
    if ctx.db.get("VM", vm)["bios_strings"]:
        raise LabError("VM_BIOS_STRINGS_ALREADY_SET")
    for key, text in value.items():
        why = _objection(key, text)
        if why:
            raise LabError("INVALID_VALUE", key, why)
    ctx.db.update("VM", vm, bios_strings=firmware.GENERIC | value)


def _objection(key: str, text: str) -> str:
    if key not in SETTABLE:
        return "Unknown key"
    if not text:
        return "Value provided is empty"
    if len(text.encode()) > BIOS_LENGTH:
        return f"{text} has length more than {BIOS_LENGTH} characters"
    printable = all(32 <= byte < 127 for byte in text.encode())
    return "" if printable else f"{text} has non-printable ASCII characters"


@call("VM.set_has_vendor_device")
async def set_vendor_device(ctx: Context, vm: str, value: bool) -> None:
    """Only hosts new enough can take such a guest. Raises VM_BAD_POWER_STATE."""
    record = ctx.db.get("VM", vm)
    _check_state(vm, record["power_state"], "Halted")
    ctx.db.update("VM", vm, has_vendor_device=value)
    if value and record["hardware_platform_version"] < VENDOR_DEVICE_PLATFORM:
        ctx.db.update("VM", vm, hardware_platform_version=VENDOR_DEVICE_PLATFORM)


@call("VBD.set_mode")
async def set_drive_mode(ctx: Context, vbd: str, value: str) -> None:
    """Read-only or not, of a halted guest's drive. Raises VM_BAD_POWER_STATE."""
    vm = ctx.db.get("VBD", vbd)["VM"]
    _check_state(vm, ctx.db.get("VM", vm)["power_state"], "Halted")
    ctx.db.update("VBD", vbd, mode=value)


def _check_state(vm: str, state: str, wanted: str) -> None:
    if state != wanted:
        raise LabError("VM_BAD_POWER_STATE", vm, wanted.lower(), state.lower())


@call("VM.set_NVRAM")
async def set_nvram(ctx: Context, vm: str, value: dict[str, str]) -> None:
    async with locks.guest_operation(ctx, vm, "changing_NVRAM"):
        ctx.db.update("VM", vm, NVRAM=value)


@call("VM.add_to_NVRAM")
async def add_to_nvram(ctx: Context, vm: str, key: str, value: str) -> None:
    """Raises MAP_DUPLICATE_KEY [VM; NVRAM; vm; key]."""
    async with locks.guest_operation(ctx, vm, "changing_NVRAM"):
        old = ctx.db.get("VM", vm)["NVRAM"]
        if key in old:
            raise LabError("MAP_DUPLICATE_KEY", "VM", "NVRAM", vm, key)
        if not key:
            raise internal("Db_exn.Empty_key_in_map")
        ctx.db.update("VM", vm, NVRAM={key: value, **old})


@call("VM.remove_from_NVRAM")
async def remove_from_nvram(ctx: Context, vm: str, key: str) -> None:
    async with locks.guest_operation(ctx, vm, "changing_NVRAM"):
        old = ctx.db.get("VM", vm)["NVRAM"]
        ctx.db.update("VM", vm, NVRAM={name: text for name, text in old.items() if name != key})


@call("VM.set_appliance")
async def set_appliance(ctx: Context, vm: str, value: str) -> None:
    """Raises OPERATION_NOT_ALLOWED [why] for what is no guest."""
    record = ctx.db.get("VM", vm)
    if record["is_control_domain"] or record["is_a_template"] or record["is_a_snapshot"]:
        text = "Control domains, templates and snapshots cannot be assigned to appliances."
        raise LabError("OPERATION_NOT_ALLOWED", text)
    ctx.db.update("VM", vm, appliance=value)


@call("VM.set_snapshot_schedule")
async def set_snapshot_schedule(ctx: Context, vm: str, value: str) -> None:
    """Raises LICENCE_RESTRICTION [VMSS], INVALID_VALUE [schedule], VM_IS_TEMPLATE [vm]."""
    check_licence(ctx, "vmss", "VMSS")
    known = ctx.db.exists("VMSS", value)
    record = ctx.db.get("VM", vm)
    if not (known or value in (NULL, "")) or (known and record["is_control_domain"]):
        raise LabError("INVALID_VALUE", value)
    if known and record["is_a_template"]:
        raise LabError("VM_IS_TEMPLATE", vm)
    if known and ctx.db.get("VMSS", value)["type"] == "snapshot_with_quiesce":
        check_licence(ctx, "vss", "VSS")
        check_operation(ctx.lab.hypervisor.facts, vm, "snapshot_with_quiesce")
    ctx.db.update("VM", vm, snapshot_schedule=value)


@call("VM.set_start_delay")
async def set_start_delay(ctx: Context, vm: str, value: int) -> None:
    """Raises INVALID_VALUE [why; seconds]."""
    _set_delay(ctx, vm, "start_delay", value)


@call("VM.set_shutdown_delay")
async def set_shutdown_delay(ctx: Context, vm: str, value: int) -> None:
    """Raises INVALID_VALUE [why; seconds]."""
    _set_delay(ctx, vm, "shutdown_delay", value)


def _set_delay(ctx: Context, vm: str, field: str, value: int) -> None:
    if value < 0:
        raise LabError("INVALID_VALUE", f"{field} must be non-negative", str(value))
    ctx.db.update("VM", vm, **{field: value})
