"""A disk of the guest is reset at every start

Such a disk forgets all changes at the next start; XAPI does not carry its state to another host.

Cause: a disk has "on boot: reset", and such a disk can be neither suspended nor moved live.
Tell: `xe vdi-param-get uuid=DISK param-name=on-boot` is reset.
Fix: Shut the guest down, `xe vdi-param-set uuid=VDI on-boot=persist`, move it; or move it while it is shut down.

Example:
    VDI_ON_BOOT_MODE_INCOMPATIBLE_WITH_OPERATION()
"""

from xenferry.errors.evidence import UNSEEN, Evidence
from xenferry.errors.facts import told
from xenferry.errors.look import Look
from xenferry.errors.reading.value import Reading

RULES = ("disk-resets-and-caches",)
CODES = ("VDI_ON_BOOT_MODE_INCOMPATIBLE_WITH_OPERATION",)
CAUSES = ("reset",)
SAID = "a disk of the guest is reset at every start"


def evidence_reset(reading: Reading, look: Look) -> Evidence:
    """The disk's own setting."""
    vdi = look.record(reading, "VDI", "vdi")
    if vdi is None:
        return UNSEEN
    return told(vdi.on_boot == "reset", "The disk is set to reset.", f"The disk is set to {vdi.on_boot or 'persist'}.")
