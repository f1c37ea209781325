"""A device of the host is passed through to the guest.

A PCI device in the host cannot follow the guest, and its state cannot be carried over. Only virtual functions of NVIDIA
GPUs are excepted. What counts is what is attached now, not what is configured for the next start.

Cause: a network card, disk controller or GPU was passed through to the guest.
Fix:
- Shut the guest down and start it on another host that has such a device, or without it.
- Take the device away for good: shut the guest down, `xe vm-param-remove uuid=... param-name=other-config
  param-key=pci`, start it.

Example:
    pool p
    host xcp1
      pci 0000:04:00.0
    host xcp2
    guest router   # rule: pci-attached
      pci 0000:04:00.0
    guest web
"""

from __future__ import annotations

from collections.abc import Sequence

from xenferry.pool.records import VM, Host, Ref
from xenferry.pool.snapshot import Snapshot
from xenferry.rules.facts import gpu
from xenferry.rules.finding import Error
from xenferry.rules.place import Place
from xenferry.rules.words import Words, cannot_move

where = (Place("lifecycle", 13),)


def refused(s: Snapshot, guests: Sequence[VM]) -> dict[Ref, int]:
    """Everywhere, if a device that is no NVIDIA function is attached."""
    hosts = int(s.everywhere)
    return {vm.ref: hosts for vm in guests if vm.attached_PCIs and _devices(s, vm)}


def _devices(s: Snapshot, vm: VM) -> list[Ref]:
    functions = {vgpu.PCI for vgpu in gpu.of(s, vm) if gpu.implementation(s, vgpu) == "nvidia_sriov"}
    return [pci for pci in vm.attached_PCIs if pci not in functions]


def error(s: Snapshot, vm: VM, host: Host) -> Error:
    """XAPI's answer."""
    return ("VM_HAS_PCI_ATTACHED", vm.ref)


def say(s: Snapshot, vm: VM, hosts: Sequence[Host]) -> Words:
    """Which device."""
    device = _devices(s, vm)[0]
    record = s.PCI.get(device)
    what = f"{record.pci_id} {record.device_name or record.class_name}".strip() if record else "a PCI device"
    seen = f"{cannot_move(vm)} while it runs: the device {what} of its host is passed through to it."
    cure = f"Shut {vm.name_label} down (`xe vm-shutdown uuid={vm.uuid}`), then start it elsewhere without the device."
    return Words(device if record else vm.ref, seen, (cure,))
