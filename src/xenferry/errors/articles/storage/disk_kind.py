"""This disk cannot be used for that

XAPI looks at the disk's record before it asks the storage driver.

Cause: the disk is of another kind than the operation needs: read-only, shared between guests, a physical device, or
    in a format without sparse blocks.
Tell: `xe vdi-list uuid=DISK params=read-only,sharable,type`, and `xe sr-list uuid=SR params=content-type`.
Fix: Look at `xe vdi-param-list uuid=DISK` (read-only, sharable, type, sm-config); copy its content to a new disk on a
    VHD or qcow2 SR where that helps: `xe vdi-copy uuid=DISK sr-uuid=SR`.

Cause: the size is outside of what is possible here.
Tell: The size asked for beside 2,040 GiB (VHD) and the present virtual-size.
Fix: The second parameter is the limit, in bytes.

Cause: XAPI knows the disk but does not manage it: it is a base image of a chain, or was left by a driver.
Tell: `xe vdi-param-get uuid=DISK param-name=managed` is false.
Fix: Use the disk that stands on it: `xe vdi-list sr-uuid=SR managed=true`.

Cause: it has no records of changed blocks: tracking was off when the snapshot was taken.
Tell: `xe vdi-param-get uuid=DISK param-name=cbt-enabled` is false, or the snapshot is older than that.
Fix: Switch tracking on, and make a full backup once.

Cause: it holds this pool's own metadata or statistics.
Tell: `xe vdi-param-get uuid=DISK param-name=type` is metadata, redo_log or rrd.
Fix: Choose another disk.

Example:
    VDI_NOT_MANAGED(OpaqueRef:38069976-cca5-44a2-8e7c-c930fc5f6773)
"""

from xenferry.errors.evidence import UNSEEN, Evidence
from xenferry.errors.facts import told
from xenferry.errors.look import Look
from xenferry.errors.reading.value import Reading

SAYS = {
    "VDI_READONLY": "{vdi} is read-only, and this would write to it",
    "VDI_IS_SHARABLE": "a disk that several guests may share cannot be used for that",
    "VDI_IS_A_PHYSICAL_DEVICE": "{vdi} is a physical device",
    "VDI_NOT_SPARSE": "{vdi} is kept in a format that does not tell which blocks are in use",
    "VDI_TOO_SMALL": "{vdi} is too small: it must have at least {size1}",
    "VDI_TOO_LARGE": "{vdi} is too large: it may have at most {size1}",
    "VDI_NOT_MANAGED": "{vdi} is not managed by XAPI",
    "VDI_NO_CBT_METADATA": "{vdi} has no records of changed blocks",
    "VDI_CONTENT_ID_MISSING": "the disk has no mark of its content, which this needs",
    "VDI_CONTAINS_METADATA_OF_THIS_POOL": "{vdi} holds the metadata of this pool itself",
    "VDI_HAS_RRDS": "{vdi} holds statistics of the pool",
    "PUSB_VDI_CONFLICT": "the USB stick is in use as a disk, and cannot be passed through as a device",
}
CAUSES = ("kind", "size", "not-managed", "no-tracking", "own-data")
RULES = ("cbt-enabled",)
ONLY = {
    "kind": ("VDI_READONLY", "VDI_IS_SHARABLE", "VDI_IS_A_PHYSICAL_DEVICE", "VDI_NOT_SPARSE", "PUSB_VDI_CONFLICT"),
    "size": ("VDI_TOO_SMALL", "VDI_TOO_LARGE"),
    "not-managed": ("VDI_NOT_MANAGED",),
    "no-tracking": ("VDI_NO_CBT_METADATA", "VDI_CONTENT_ID_MISSING"),
    "own-data": ("VDI_CONTAINS_METADATA_OF_THIS_POOL", "VDI_HAS_RRDS"),
}


def evidence_kind(reading: Reading, look: Look) -> Evidence:
    """Whether the disk is read-only, where the code is about that."""
    vdi = look.record(reading, "VDI", "vdi")
    if vdi is None or reading.code != "VDI_READONLY":
        return UNSEEN
    return told(vdi.read_only, "The disk is read-only.", "The disk is not read-only now.")


def evidence_not_managed(reading: Reading, look: Look) -> Evidence:
    """The disk's own record."""
    vdi = look.record(reading, "VDI", "vdi")
    return UNSEEN if vdi is None else told(not vdi.managed, "It is not managed.", "It is managed now.")


def evidence_no_tracking(reading: Reading, look: Look) -> Evidence:
    """The disk's own record."""
    vdi = look.record(reading, "VDI", "vdi")
    return UNSEEN if vdi is None else told(not vdi.cbt_enabled, "Tracking is off on it.", "Tracking is on on it.")
