"""A snapshot or checkpoint could not be taken or gone back to

A checkpoint is a snapshot with the guest's memory; for it the guest is suspended and resumed.

Cause: a disk of the guest could not be snapshotted or cloned: no space, a chain that is too long, an SR that cannot.
Tell: SMlog of that minute holds a storage error; a snapshot of that disk alone (`xe vdi-snapshot uuid=DISK`) fails as
    well.
Fix: The error of the disk stands near this one in /var/log/xensource.log; look that up with `xenferry explain`.

Cause: the guest's memory could not be saved or restored: drivers that do not answer, no room on the suspend SR.
Tell: A snapshot without memory works.
Fix: Take a snapshot without memory; install guest tools; see `xe pool-param-get uuid=POOL param-name=suspend-image-SR`.

Cause: the guest has a checkpoint, or more than one snapshot, and this older storage motion cannot move those.
Tell: `xe snapshot-list snapshot-of=GUEST` has more than one entry, or one with memory.
Fix: Delete the snapshots that are not needed, or move the guest while it is shut down.

Cause: the disk for the memory that was put in place is not a copy of the old one.
Tell: The disk was not made by `xe vdi-copy` or `xe vdi-clone` of the old one.
Fix: Copy the suspend disk byte for byte, and try again.

Example:
    VM_CHECKPOINT_SUSPEND_FAILED(OpaqueRef:622a2cd9-537c-4a49-933c-e47ce1f8555e)
"""

from xenferry.errors.evidence import UNSEEN, Evidence
from xenferry.errors.facts import told
from xenferry.errors.look import Look
from xenferry.errors.reading.value import Reading

SAYS = {
    "VM_SNAPSHOT_FAILED": "the snapshot of the guest failed",
    "VM_REVERT_FAILED": "{vm} could not be taken back to the snapshot",
    "VM_CHECKPOINT_SUSPEND_FAILED": "the memory of {vm} could not be saved for the checkpoint",
    "VM_CHECKPOINT_RESUME_FAILED": "{vm} could not be resumed after the checkpoint",
    "VM_HAS_CHECKPOINT": "{vm} has a checkpoint, and cannot be moved with it",
    "VM_HAS_TOO_MANY_SNAPSHOTS": "{vm} has more than one snapshot, and cannot be moved with them",
    "SUSPEND_VDI_REPLACEMENT_IS_NOT_IDENTICAL": "the new suspend disk is not a copy of the old one",
}
CAUSES = ("disk", "memory", "too-many", "not-identical")
ONLY = {
    "disk": ("VM_SNAPSHOT_FAILED", "VM_REVERT_FAILED"),
    "memory": ("VM_CHECKPOINT_SUSPEND_FAILED", "VM_CHECKPOINT_RESUME_FAILED"),
    "too-many": ("VM_HAS_CHECKPOINT", "VM_HAS_TOO_MANY_SNAPSHOTS"),
    "not-identical": ("SUSPEND_VDI_REPLACEMENT_IS_NOT_IDENTICAL",),
}


def evidence_too_many(reading: Reading, look: Look) -> Evidence:
    """The guest's own list."""
    vm = look.record(reading, "VM", "vm")
    if vm is None:
        return UNSEEN
    said = f"'{vm.name_label}' has {len(vm.snapshots)} snapshots."
    return told(len(vm.snapshots) > (reading.code != "VM_HAS_CHECKPOINT"), said, said)
