"""The guest's GPU is passed through, and the host has no IOMMU.

Passing a device, or a virtual function of it, to a guest needs VT-d or AMD-Vi.

Cause: it is switched off in the host's BIOS.
Fix: Switch on VT-d (Intel) or AMD-Vi / IOMMU (AMD) in the BIOS and reboot the host.

Example:
    pool p
    host xcp1
      gpu 0000:05:00.0
    host xcp2 no-iommu
      gpu 0000:05:00.0
    guest cad on=xcp1 halted   # rule: no-iommu
      vgpu 0000:05:00.0
    guest web on=xcp1 halted
"""

from __future__ import annotations

from collections.abc import Sequence

from xenferry.pool.records import VM, Host, Ref
from xenferry.pool.snapshot import Snapshot
from xenferry.rules.facts import gpu
from xenferry.rules.finding import Error
from xenferry.rules.once import hosts_that
from xenferry.rules.place import Place
from xenferry.rules.words import Words, cannot_go

where = (Place("core", 14),)

_lacking = hosts_that(lambda host: host.chipset_info.get("iommu") != "true")


def refused(s: Snapshot, guests: Sequence[VM]) -> dict[Ref, int]:
    """Hosts whose chipset says that it has none; one that says nothing makes XAPI fail too."""
    lacking = _lacking(s)
    return {vm.ref: lacking for vm in guests if vm.VGPUs and gpu.needs_iommu(s, vm)} if lacking else {}


def error(s: Snapshot, vm: VM, host: Host) -> Error:
    """XAPI's answer; without any word about an IOMMU it stumbles instead."""
    return ("VM_REQUIRES_IOMMU", host.ref) if "iommu" in host.chipset_info else ("INTERNAL_ERROR", "Not_found")


def say(s: Snapshot, vm: VM, hosts: Sequence[Host]) -> Words:
    """That there is none."""
    seen = f"{cannot_go(vm, hosts)}: its GPU is passed through, and there is no IOMMU (VT-d, AMD-Vi) there."
    cure = f"Switch it on in the BIOS of {hosts[0].name_label} and reboot the host."
    return Words(gpu.of(s, vm)[0].ref, seen, (cure,))
