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

CODES = ("VDI_IN_USE", "SR_BACKEND_FAILURE_24", "SR_BACKEND_FAILURE_16", "SR_DEVICE_IN_USE")
CAUSES = ("attached", "task", "left-over")
WORDS = {"task": ("data_destroy",)}
SAID = "{vdi} is in use"
