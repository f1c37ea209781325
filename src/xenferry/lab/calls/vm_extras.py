"""VM: which device numbers are free, and how the guest boots."""

from __future__ import annotations

from typing import Any

from xenferry.lab import locks
from xenferry.lab.context import Context
from xenferry.lab.guest import drives
from xenferry.lab.registry import call

VIFS_MAX = 16


@call("VM.get_allowed_VBD_devices")
async def get_allowed_vbd_devices(ctx: Context, vm: str) -> list[str]:
    ctx.db.get("VM", vm)
    return drives.free(ctx.db, vm)


@call("VM.get_allowed_VIF_devices")
async def get_allowed_vif_devices(ctx: Context, vm: str) -> list[str]:
    used = {ctx.db.get("VIF", vif)["device"] for vif in ctx.db.get("VM", vm)["VIFs"]}
    return [str(n) for n in range(VIFS_MAX) if str(n) not in used]


@call("VM.get_boot_record")
async def get_boot_record(ctx: Context, self: str) -> dict[str, Any]:
    """XAPI answers with the record of now, of a guest that is not Halted."""
    async with locks.guest_operation(ctx, self, "get_boot_record"):
        return dict(ctx.db.get("VM", self))


@call("VM.get_secureboot_readiness")
async def get_secureboot_readiness(ctx: Context, self: str) -> str:
    """A guest gets the certificates at its first boot and then has all of them."""
    record = ctx.db.get("VM", self)
    if record["HVM_boot_params"].get("firmware", "bios") != "uefi":
        return "not_supported"
    if record["platform"].get("secureboot", "false") not in ("true", "1"):
        return "disabled"
    if "EFI-variables" not in record["NVRAM"]:
        return "first_boot"
    return "setup_mode" if ctx.db.hidden("VM", self).get("uefi_mode") == "setup" else "ready"
