"""What XAPI settles about a guest's virtual machine when it starts: BIOS strings, device model, kernel.

Simplification: no files in dom0 are simulated, so a kernel that is named is taken to be there.
"""

from __future__ import annotations

from xenferry.lab.context import Context
from xenferry.lab.error import LabError

NAMES = (
    "bios-vendor", "bios-version", "system-manufacturer", "system-product-name", "system-version",
    "system-serial-number", "baseboard-manufacturer", "baseboard-product-name", "baseboard-version",
    "baseboard-serial-number", "baseboard-asset-tag", "baseboard-location-in-chassis", "enclosure-asset-tag",
    "hp-rombios", "oem-1", "oem-2",
)  # fmt: skip
GENERIC = dict.fromkeys(NAMES, "") | {
    "bios-vendor": "Xen",
    "system-manufacturer": "Xen",
    "system-product-name": "HVM domU",
    "oem-1": "Xen",
    "oem-2": "MS_VM_CERT/SHA1/bdbeb6e0a816d43fa6d3fe8aaef04c2bad9d3e3d",
}
"""The strings of a guest that nobody gave any (recorded)."""


def name_bios(ctx: Context, vm: str) -> None:
    """The first start, even one that fails, fills in BIOS strings for good."""
    if not ctx.db.get("VM", vm)["bios_strings"]:
        ctx.db.update("VM", vm, bios_strings=GENERIC)


def name_device_model(ctx: Context, vm: str) -> None:
    """The first start of an HVM guest writes into its platform map how its devices are emulated (recorded)."""
    record = ctx.db.get("VM", vm)
    if _is_hvm(ctx, vm) and "device-model" not in record["platform"]:
        uefi = record["HVM_boot_params"].get("firmware") == "uefi"
        model = "qemu-upstream-uefi" if uefi else "qemu-upstream-compat"
        ctx.db.update("VM", vm, platform={"device-model": model, **record["platform"]})


def check_kernel(ctx: Context, vm: str) -> None:
    """Raises INVALID_VALUE [kernel; ""; reason] for a PV guest without boot loader and kernel (recorded)."""
    record = ctx.db.get("VM", vm)
    if not _is_hvm(ctx, vm) and not record["PV_bootloader"] and not record["PV_kernel"]:
        raise LabError("INVALID_VALUE", "kernel", "", "File does not exist")


def _is_hvm(ctx: Context, vm: str) -> bool:
    record = ctx.db.get("VM", vm)
    return bool(
        record["domain_type"] == "hvm" or (record["domain_type"] == "unspecified" and record["HVM_boot_policy"])
    )
