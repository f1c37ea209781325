"""VM.set_suspend_VDI: another copy of a suspended guest's memory takes the place of its image."""

from __future__ import annotations

import hashlib

from xenferry.lab.context import Context
from xenferry.lab.error import LabError
from xenferry.lab.guest import choice
from xenferry.lab.registry import call


@call("VM.set_suspend_VDI")
async def set_suspend_vdi(ctx: Context, vm: str, value: str) -> None:
    """Raises VM_BAD_POWER_STATE, VDI_INCOMPATIBLE_TYPE [vm; type], NO_HOSTS_AVAILABLE [] when no host has all the SRs,
    SUSPEND_VDI_REPLACEMENT_IS_NOT_IDENTICAL [uuid : checksum; uuid : checksum].
    """
    record = ctx.db.get("VM", vm)
    if record["power_state"] != "Suspended":
        raise LabError("VM_BAD_POWER_STATE", vm, "suspended", record["power_state"].lower())
    if ctx.db.get("VDI", value)["type"] == "cbt_metadata":
        raise LabError("VDI_INCOMPATIBLE_TYPE", vm, "cbt_metadata")
    if value == record["suspend_VDI"]:
        return
    drives = [ctx.db.get("VBD", vbd) for vbd in record["VBDs"]]
    needed = [value, *(drive["VDI"] for drive in drives if not drive["empty"])]
    if not choice.seeing(ctx, {ctx.db.get("VDI", vdi)["SR"] for vdi in needed}):
        raise LabError("NO_HOSTS_AVAILABLE")
    old, new = (_checksum(ctx, vdi) for vdi in (record["suspend_VDI"], value))
    if old[1] != new[1]:
        raise LabError("SUSPEND_VDI_REPLACEMENT_IS_NOT_IDENTICAL", " : ".join(old), " : ".join(new))
    ctx.db.update("VM", vm, suspend_VDI=value)


def _checksum(ctx: Context, vdi: str) -> tuple[str, str]:
    """The disk's uuid and checksum. Simplification: disks have no contents, so those of one size are the same."""
    record = ctx.db.get("VDI", vdi)
    digest = hashlib.md5(str(record["virtual_size"]).encode(), usedforsecurity=False)
    return record["uuid"], digest.hexdigest()
