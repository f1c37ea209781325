"""A disk is in use

The disk cannot be changed, moved or deleted while something has it open.

Cause: a running guest has the disk attached, or an ISO from the SR is in its drive.
Tell: `xe vbd-list vdi-uuid=DISK params=vm-name-label,currently-attached` names a running guest.
Fix: `xe vbd-list vdi-uuid=UUID`; shut down or move the guest, or eject the ISO.

Cause: a backup, a copy or a coalescing works on the disk now.
Fix: Wait, and see `xe task-list`; a disk that is attached to the control domain belongs to a backup.

Cause: a host that crashed still holds the disk in the bookkeeping.
Tell: No VBD of it is attached, and `xe vdi-param-get uuid=DISK param-name=sm-config` has a key host_OpaqueRef.
Fix: Make sure that no host really uses it, then on the coordinator `/opt/xensource/sm/resetvdis.py VDI-UUID SR-UUID`.

Example:
    VDI_IN_USE(OpaqueRef:0f5b5b5c-cca5-44a2-8e7c-c930fc5f6773, destroy)
"""

from xenferry.errors.evidence import UNSEEN, Evidence, declared
from xenferry.errors.facts import holders, listed, told, was_read
from xenferry.errors.look import Look
from xenferry.errors.reading.value import Reading

CODES = ("VDI_IN_USE", "SR_BACKEND_FAILURE_24", "SR_BACKEND_FAILURE_16", "SR_DEVICE_IN_USE")
CAUSES = ("attached", "task", "left-over")
WORDS = {"task": ("data_destroy",)}
SAID = "{vdi} is in use"


def evidence_attached(reading: Reading, look: Look) -> Evidence:
    """The guests that have the disk connected now."""
    vdi = look.record(reading, "VDI", "vdi")
    if vdi is None or look.snapshot is None or not was_read(look.snapshot, "VBD", "VM"):
        return UNSEEN
    names = [vm.name_label for vm in holders(look.snapshot, vdi) if not vm.is_control_domain]
    return told(bool(names), f"Connected to {listed(names)}.", "No guest has it connected now.")


def evidence_task(reading: Reading, look: Look) -> Evidence:
    """What is being done with the disk, and whether a control domain has it connected."""
    found = declared(reading, WORDS["task"])
    vdi = look.record(reading, "VDI", "vdi")
    if found.seen or vdi is None or look.snapshot is None:
        return found
    by = [vm.name_label for vm in holders(look.snapshot, vdi) if vm.is_control_domain]
    going = [*vdi.current_operations.values(), *(f"connected to {name}" for name in by)]
    known = bool(going) if was_read(look.snapshot, "VBD", "VM") else None
    return told(known, f"It is in the middle of: {listed(going)}.", "Nothing is being done with it now.")


def evidence_left_over(reading: Reading, look: Look) -> Evidence:
    """A host's mark on a disk that nobody has connected."""
    vdi = look.record(reading, "VDI", "vdi")
    if vdi is None or look.snapshot is None or not was_read(look.snapshot, "VBD", "VM"):
        return UNSEEN
    marks = [key for key in vdi.sm_config if key.startswith("host_")]
    if not marks:
        return told(False, "", "No host has marked it as its own.")
    return told(not holders(look.snapshot, vdi), "A host has marked it, and nobody has it connected.", "It is in use.")
