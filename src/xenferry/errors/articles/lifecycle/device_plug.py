"""A device of the guest cannot be connected or disconnected

Disks, NICs and drives have a position in the guest (device number), and are connected while it runs with the help of
its drivers.

Cause: the position is taken already, e.g. by a drive that is there but not connected.
Tell: `xe vbd-list vm-uuid=GUEST params=userdevice,empty` (for NICs `xe vif-list vm-uuid=GUEST params=device`) shows the
    number.
Fix: `xe vbd-list vm-uuid=GUEST params=uuid,userdevice`, `xe vif-list vm-uuid=GUEST`; ask for a free one with
    `xe vm-param-get uuid=GUEST param-name=allowed-VBD-devices`.

Cause: it is in that state already, because somebody else or the guest did it first.
Tell: `xe vbd-param-get uuid=VBD param-name=currently-attached` says what was asked for.
Fix: Look at `currently-attached`; nothing is left to do.

Cause: the guest's drivers did not answer in time: no guest tools, a disk still mounted or a NIC in use inside, or the
    guest is overloaded.
Tell: The guest's tools are not reported (`xe vm-param-get uuid=GUEST param-name=PV-drivers-detected`), or the device is
    mounted inside.
Fix: Unmount it inside the guest; install guest tools; else shut the guest down and change it then.

Cause: the position is not one that exists.
Tell: `xe vm-param-get uuid=GUEST param-name=allowed-VBD-devices` (for NICs `allowed-VIF-devices`) does not have it.
Fix: Disks take the numbers 0 to 15 and upward, NICs 0 to 6; use one of the allowed devices.

Cause: the guest has no free slot for another PCI device.
Tell: The guest has many devices handed to it; without one of them the same plug works.
Fix: Take a device away.

Example:
    DEVICE_ALREADY_EXISTS(1)
"""

from xenferry.errors.evidence import UNSEEN, Evidence
from xenferry.errors.facts import told
from xenferry.errors.look import Look
from xenferry.errors.reading.value import Reading

SAYS = {
    "DEVICE_ALREADY_EXISTS": "the guest has a device at the position {p0} already",
    "VM_DUPLICATE_VBD_DEVICE": "{vm} has two drives at the position {p2}",
    "DEVICE_ALREADY_ATTACHED": "the device {p0} is connected already",
    "DEVICE_ALREADY_DETACHED": "the device {p0} is not connected any more",
    "DEVICE_ATTACH_TIMEOUT": "the guest did not take the device ({p0}) in time",
    "DEVICE_DETACH_TIMEOUT": "the guest did not let go of the device ({p0}) in time",
    "INVALID_DEVICE": "{p0} is not a position that a device can have",
    "ILLEGAL_VBD_DEVICE": "{p1} is not a position that a drive can have",
    "CANNOT_PLUG_VIF": "{vif} could not be connected",
    "VM_PCI_BUS_FULL": "{vm} has no free slot for another PCI device",
}
CAUSES = ("taken", "already", "no-answer", "wrong-number", "full")
ONLY = {
    "taken": ("DEVICE_ALREADY_EXISTS", "VM_DUPLICATE_VBD_DEVICE"),
    "already": ("DEVICE_ALREADY_ATTACHED", "DEVICE_ALREADY_DETACHED"),
    "no-answer": ("DEVICE_ATTACH_TIMEOUT", "DEVICE_DETACH_TIMEOUT", "CANNOT_PLUG_VIF"),
    "wrong-number": ("INVALID_DEVICE", "ILLEGAL_VBD_DEVICE"),
    "full": ("VM_PCI_BUS_FULL",),
}


def evidence_already(reading: Reading, look: Look) -> Evidence:
    """Whether the device is connected now."""
    found = look.find(reading.param(0))
    if found is None or not hasattr(found[1], "currently_attached"):
        return UNSEEN
    attached = bool(found[1].currently_attached)
    said = f"It is {'connected' if attached else 'not connected'} now."
    return told(attached == (reading.code != "DEVICE_ALREADY_DETACHED"), said, said)
