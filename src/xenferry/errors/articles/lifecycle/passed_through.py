"""A device of the host is passed through to the guest

XAPI cannot carry the state of a real device to another host, so a guest that holds one stays where it is while it runs.

Cause: a PCI device, a GPU or a USB device of the host belongs to the guest, which thereby cannot leave the host.
Tell: `xe vm-param-list uuid=GUEST | grep -E 'attached-PCIs|other-config'`, `xe vusb-list vm-uuid=GUEST`, `xe vgpu-list
    vm-uuid=GUEST`.
Fix:
- Shut the guest down, move it, start it; it needs an equal device on the other host.
- Take the device away: `xe vusb-unplug` and `xe vusb-destroy` for USB; `xe vm-param-remove uuid=GUEST
  param-name=other-config param-key=pci` for PCI, and then a restart of the guest.
- For maintenance let it be shut down and started again on its own host: `xenferry evacuate` asks for that.

Example:
    VM_HAS_PCI_ATTACHED(OpaqueRef:2569a90e-491f-4d31-937b-42422858722d)
"""

from xenferry.errors.evidence import UNSEEN, Evidence
from xenferry.errors.facts import listed, told
from xenferry.errors.look import Look
from xenferry.errors.reading.value import Reading

RULES = ("pci-attached", "usb-attached", "vgpu-attached")
CODES = ("VM_HAS_PCI_ATTACHED", "VM_HAS_VGPU", "VM_HAS_VUSBS", "VM_HAS_SRIOV_VIF")
CAUSES = ("device",)
SAID = "{vm} holds a device of its host"
SAYS = {
    "VM_HAS_PCI_ATTACHED": "{vm} uses a PCI device of its host",
    "VM_HAS_VGPU": "{vm} has a virtual GPU",
    "VM_HAS_VUSBS": "{vm} uses a USB device of its host",
    "VM_HAS_SRIOV_VIF": "{vm} has a NIC on SR-IOV",
}


def evidence_device(reading: Reading, look: Look) -> Evidence:
    """What the guest holds, in the pool's records."""
    vm = look.record(reading, "VM", "vm")
    if vm is None or look.snapshot is None or reading.code == "VM_HAS_SRIOV_VIF":
        return UNSEEN
    counts = {"PCI device": len(vm.attached_PCIs), "virtual GPU": len(vm.VGPUs), "USB device": len(vm.VUSBs)}
    held = [f"{count} {kind}{'s' if count > 1 else ''}" for kind, count in counts.items() if count]
    return told(bool(held), f"'{vm.name_label}' has {listed(held)}.", f"'{vm.name_label}' has none of these now.")
