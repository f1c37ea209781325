"""What a guest is: its kind of virtualisation, its drivers, where it is."""

from __future__ import annotations

from collections.abc import Mapping

from xenferry.pool.records import VM, Ref, VMGuestMetrics
from xenferry.pool.snapshot import Snapshot
from xenferry.rules.once import once

UNKNOWN_TYPE = "unspecified"
UNKNOWN_TYPE_ERROR = ("INTERNAL_ERROR", "unspecified domain type")
"""XAPI's answer wherever it has to know a type that is not known."""


def is_true(text: str) -> bool:
    """XAPI's reading of a flag in a map (xapi/vm_platform.ml)."""
    return text.lower() in ("true", "1")


@once
def types(s: Snapshot) -> Mapping[Ref, str]:
    """Machine -> hvm, pv, pvh, pv_in_pvh: as booted, or as it will boot if halted; `unspecified` when not known."""
    metrics = s.VM_metrics
    found: dict[Ref, str] = {}
    for vm in s.VM.values():
        if vm.power_state == "Halted":
            found[vm.ref] = vm.domain_type
        else:
            booted = metrics.get(vm.metrics)
            found[vm.ref] = booted.current_domain_type if booted else UNKNOWN_TYPE
    return found


def guest_metrics(s: Snapshot, vm: VM) -> VMGuestMetrics | None:
    """What the guest's agent reports, if anything."""
    return s.VM_guest_metrics.get(vm.guest_metrics)


def has_drivers(s: Snapshot, vm: VM) -> bool:
    """Whether XAPI sees paravirtualised drivers: a version of integers (xapi/xapi_pv_driver_version.ml)."""
    metrics = guest_metrics(s, vm)
    if metrics is None:
        return False
    version = metrics.PV_drivers_version
    needed = all(key in version for key in ("major", "minor"))
    return needed and all(
        version[key].lstrip("-").isdigit() for key in ("major", "minor", "micro", "build") if key in version
    )


def mode(s: Snapshot, vm: VM) -> str:
    """How the guest is virtualised, in the words people use: PV, HVM, PVHVM, PVH, PV-in-PVH, or unknown."""
    kind = types(s)[vm.ref]
    if kind == "hvm":
        return "PVHVM" if has_drivers(s, vm) else "HVM"
    return {"pv": "PV", "pvh": "PVH", "pv_in_pvh": "PV-in-PVH"}.get(kind, "unknown")


def home(s: Snapshot, vm: VM) -> int:
    """The bit of the host that the guest is on, as a mask; 0 if it is on none."""
    place = s.place.get(vm.resident_on)
    return 0 if place is None else 1 << place
