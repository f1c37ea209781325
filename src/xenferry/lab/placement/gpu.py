"""GPUs: whether a host has room for a guest's virtual or passed-through GPUs, placed one after the other.

Simplification: the compatibility of NVIDIA driver versions (VGPU.compatibility_metadata) is not compared.
"""

from __future__ import annotations

from collections.abc import Mapping

from xenferry.lab.error import LabError, internal
from xenferry.lab.placement.facts import Facts, is_null

WHOLE, PART = ("passthrough",), ("mxgpu", "nvidia_sriov")
"""Implementations for which a whole card, or one virtual function of it, is passed through."""


def implementation(facts: Facts, vgpu: str) -> str:
    return str(facts.get("VGPU_type", facts.get("VGPU", vgpu)["type"])["implementation"])


def check_legacy(facts: Facts, vm: str) -> None:
    """Raises VGPU_TYPE_NO_LONGER_SUPPORTED when xapi.conf has switched Intel's GVT-g off."""
    for vgpu in facts.get("VM", vm)["VGPUs"]:
        if not facts.gvt_g and implementation(facts, vgpu) == "gvt_g":
            kind = facts.get("VGPU_type", facts.get("VGPU", vgpu)["type"])
            raise LabError("VGPU_TYPE_NO_LONGER_SUPPORTED", f"{kind['vendor_name']}: {kind['model_name']}")


def check_iommu(facts: Facts, vm: str, host: str) -> None:
    if any(implementation(facts, vgpu) in WHOLE + PART for vgpu in facts.get("VM", vm)["VGPUs"]):
        chipset = facts.get("host", host)["chipset_info"]
        if "iommu" not in chipset:
            raise internal("Not_found")
        if chipset["iommu"] != "true":
            raise LabError("VM_REQUIRES_IOMMU", host)


def check_room(facts: Facts, vm: str, host: str) -> None:
    """Only if a VGPU has no place reserved yet. Raises VM_REQUIRES_GPU or VM_REQUIRES_VGPU."""
    vgpus = facts.get("VM", vm)["VGPUs"]
    if all(facts.valid("PGPU", facts.get("VGPU", vgpu)["scheduled_to_be_resident_on"]) for vgpu in vgpus):
        return
    place(facts, vm, host)


def place(facts: Facts, vm: str, host: str) -> dict[str, str]:
    """VGPU -> PGPU on this host. Raises VM_REQUIRES_GPU [vm; group] or VM_REQUIRES_VGPU [vm; group; type]."""
    placed: dict[str, str] = {}
    for vgpu in facts.get("VM", vm)["VGPUs"]:
        placed[vgpu] = _best(facts, vm, host, vgpu, placed)
    return placed


def _best(facts: Facts, vm: str, host: str, vgpu: str, placed: Mapping[str, str]) -> str:
    record = facts.get("VGPU", vgpu)
    group = facts.get("GPU_group", record["GPU_group"])
    here = facts.get("host", host)["PGPUs"]
    room = {pgpu: capacity(facts, pgpu, record["type"], placed) for pgpu in group["PGPUs"] if pgpu in here}
    fitting = [pgpu for pgpu, left in room.items() if left > 0]
    if not fitting:
        raise _refusal(facts, vm, vgpu)
    breadth = group["allocation_algorithm"] == "breadth_first"
    return str(min(fitting, key=lambda pgpu: -room[pgpu] if breadth else room[pgpu]))


def _refusal(facts: Facts, vm: str, vgpu: str) -> LabError:
    record = facts.get("VGPU", vgpu)
    if implementation(facts, vgpu) in WHOLE:
        return LabError("VM_REQUIRES_GPU", vm, record["GPU_group"])
    return LabError("VM_REQUIRES_VGPU", vm, record["GPU_group"], record["type"])


def capacity(facts: Facts, pgpu: str, kind: str, placed: Mapping[str, str] | None = None) -> int:
    """How many more VGPUs of this type a PGPU takes; `placed` are VGPUs thought to be on a PGPU already."""
    record = facts.get("PGPU", pgpu)
    scheduled = [ref for ref, vgpu in facts.all("VGPU").items() if vgpu["scheduled_to_be_resident_on"] == pgpu]
    allocated = [*record["resident_VGPUs"], *scheduled]
    if not _admits(facts, pgpu, kind, allocated):
        return 0
    thought = [vgpu for vgpu, place_ in (placed or {}).items() if place_ == pgpu]
    if facts.get("VGPU_type", kind)["implementation"] in WHOLE:
        attached = facts.hidden("PCI", record["PCI"], "attached_VMs", [])
        return 0 if scheduled or thought or attached else 1
    used = sum(_size(facts, facts.get("VGPU", vgpu)["type"]) for vgpu in [*allocated, *thought])
    left = facts.hidden("PGPU", pgpu, "size", 0) - used
    return max(0, int(left) // max(1, _size(facts, kind)))


def _admits(facts: Facts, pgpu: str, kind: str, allocated: list[str]) -> bool:
    record = facts.get("PGPU", pgpu)
    if kind not in record["supported_VGPU_types"] or kind not in record["enabled_VGPU_types"]:
        return False
    types = (facts.get("VGPU", vgpu)["type"] for vgpu in allocated)
    return all(kind in facts.hidden("VGPU_type", one, "compatible_types_on_pgpu", [one]) for one in types)


def _size(facts: Facts, kind: str) -> int:
    return int(facts.hidden("VGPU_type", kind, "size", 0))


def check_usb(facts: Facts, vm: str, host: str) -> None:
    """The first PUSB of each VUSB's group must be on this host."""
    for vusb in facts.get("VM", vm)["VUSBs"]:
        pusbs = facts.get("USB_group", facts.get("VUSB", vusb)["USB_group"])["PUSBs"]
        if not pusbs or is_null(pusbs[0]) or facts.get("PUSB", pusbs[0])["host"] != host:
            raise LabError("OPERATION_NOT_ALLOWED", f"VUSB {vusb} is not available on Host {host}")
