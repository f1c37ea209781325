"""Changed block tracking is on for a disk that is to be moved

What XAPI knows about the disk's changes or its key belongs to its present SR and cannot move with it.

Cause: a backup program switched tracking on, for incremental backups; a disk with it cannot change its SR.
Tell: `xe vdi-param-get uuid=DISK param-name=cbt-enabled` is true.
Fix: `xe vdi-disable-cbt uuid=VDI`, then move it. The next backup of it will be a full one.

Cause: the disk is encrypted (VDI_IS_ENCRYPTED), which pins it to its SR.
Tell: The code is VDI_IS_ENCRYPTED, or the disk's sm-config has a key hash.
Fix: Copy the data inside the guest to another disk.

Example:
    VDI_CBT_ENABLED(OpaqueRef:0f5b5b5c-cca5-44a2-8e7c-c930fc5f6773)
"""

from xenferry.errors.evidence import UNSEEN, Evidence
from xenferry.errors.facts import told
from xenferry.errors.look import Look
from xenferry.errors.reading.value import Reading

RULES = ("cbt-enabled",)
CODES = ("VDI_CBT_ENABLED", "VDI_IS_ENCRYPTED")
CAUSES = ("tracking", "encrypted")
ONLY = {"tracking": ("VDI_CBT_ENABLED",), "encrypted": ("VDI_IS_ENCRYPTED",)}
SAID = "{vdi} cannot change its SR"


def evidence_tracking(reading: Reading, look: Look) -> Evidence:
    """The disk's own setting."""
    vdi = look.record(reading, "VDI", "vdi")
    if vdi is None:
        return UNSEEN
    return told(vdi.cbt_enabled, "Changed blocks are tracked on it.", "Changed blocks are not tracked on it now.")
