"""What XAPI settles about a guest's virtual machine when it starts: BIOS strings, device model, kernel.

Simplification: no files in dom0 are simulated, so a kernel that is named is taken to be there.
"""

from __future__ import annotations

from xenferry.lab.context import Context
from xenferry.lab.error import LabError
from xenferry.lab.placement import gpu, sriov
from xenferry.lab.placement.basics import truth
from xenferry.lab.placement.facts import Record

NAMES = (
    "bios-vendor", "bios-version", "system-manufacturer", "system-product-name", "system-version",
    "system-serial-number", "baseboard-manufacturer", "baseboard-product-name", "baseboard-version",
    "baseboard-serial-number", "baseboard-asset-tag", "baseboard-location-in-chassis", "enclosure-asset-tag",
    "hp-rombios", "oem-1", "oem-2",
)  # fmt: skip
DEVICE_MODEL, OLD_MODEL = "device-model", "qemu-trad"
MODELS = ("qemu-upstream-compat", "qemu-upstream-uefi", "qemu-upstream")
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
    """The first start of an HVM guest writes into its platform map how its devices are emulated (recorded).

    The emulator of old is replaced, and `auto` for secure boot is answered by whether the pool has certificates.
    """
    record = ctx.db.get("VM", vm)
    uefi = record["HVM_boot_params"].get("firmware") == "uefi"
    model = "qemu-upstream-uefi" if uefi else "qemu-upstream-compat"
    platform = dict(record["platform"])
    if is_hvm(record) and DEVICE_MODEL not in platform:
        platform = {DEVICE_MODEL: model, **platform}
    elif platform.get(DEVICE_MODEL) == OLD_MODEL:
        platform[DEVICE_MODEL] = model
    if platform.get("secureboot") == "auto":
        platform["secureboot"] = str(bool(ctx.lab.hypervisor.facts.pool["uefi_certificates"])).lower()
    ctx.db.update("VM", vm, platform=platform)


def check_platform(ctx: Context, vm: str, *, force: bool) -> None:
    """What the guest's host asks before it starts the guest, besides all that was asked when the host was chosen.

    Raises INVALID_VALUE [platform:..; value], LICENCE_RESTRICTION [feature], and unless forced
    MEMORY_CONSTRAINT_VIOLATION_MAXPIN [reason] for a guest whose memory cannot be ballooned.
    """
    record, facts = ctx.db.get("VM", vm), ctx.lab.hypervisor.facts
    platform = record["platform"]
    if record["VUSBs"] and platform.get(DEVICE_MODEL) not in MODELS:
        model = platform.get(DEVICE_MODEL, "undefined")
        raise LabError("INVALID_VALUE", f"platform:{DEVICE_MODEL} when vm has VUSBs", model)
    networks = (ctx.db.get("VIF", vif)["network"] for vif in record["VIFs"])
    if any(sriov.is_sriov(facts, network) for network in networks) and not facts.licensed("network_sriov"):
        raise LabError("LICENCE_RESTRICTION", "Network_sriov")
    if not force:
        _check_pinned(ctx, vm)
    nested = platform.get("nested-virt", "false")
    if nested.lower() not in ("true", "1", "false", "0"):
        raise LabError("INVALID_VALUE", "platform:nested-virt", nested)
    if truth(nested) and not facts.licensed("nested_virt"):
        raise LabError("LICENCE_RESTRICTION", "Nested_virt")


def _check_pinned(ctx: Context, vm: str) -> None:
    record, facts = ctx.db.get("VM", vm), ctx.lab.hypervisor.facts
    limits = [record[f"memory_{name}"] for name in ("static_min", "dynamic_min", "dynamic_max", "static_max")]
    if limits[0] <= limits[1] == limits[2] == limits[3]:
        return
    if truth(record["platform"].get("nested-virt", "")):
        raise LabError("MEMORY_CONSTRAINT_VIOLATION_MAXPIN", "nested virt")
    if any(gpu.implementation(facts, vgpu) == "nvidia_sriov" for vgpu in record["VGPUs"]):
        raise LabError("MEMORY_CONSTRAINT_VIOLATION_MAXPIN", "SRIOV vGPU")


def check_kernel(ctx: Context, vm: str) -> None:
    """Raises INVALID_VALUE [kernel; ""; reason] for a PV guest without boot loader and kernel (recorded)."""
    record = ctx.db.get("VM", vm)
    if not is_hvm(record) and not record["PV_bootloader"] and not record["PV_kernel"]:
        raise LabError("INVALID_VALUE", "kernel", "", "File does not exist")


def is_hvm(record: Record) -> bool:
    """Whether the guest will be HVM, with emulated devices, once it runs."""
    kind = record["domain_type"]
    return bool(kind == "hvm" or (kind == "unspecified" and record["HVM_boot_policy"]))
