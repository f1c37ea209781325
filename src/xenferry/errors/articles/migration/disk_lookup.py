"""A disk is not where the move needs it

Live moves of single disks go through the guest that uses them, and each disk is looked up on the target after its copy.

Cause: the disk was copied, and is not found on the target SR, or found twice.
Tell: `xe vdi-list sr-uuid=TARGET` has the disk twice or not at all after the copy; xensource.log of the receiving host
    names it.
Fix: `xe sr-scan uuid=SR` on the target, look for the disk by name; delete a half copy and move again.

Cause: a disk without a running guest was to be moved live.
Fix: Copy it instead: `xe vdi-copy uuid=VDI sr-uuid=SR`, or start the guest first.

Example:
    VDI_NEEDS_VM_FOR_MIGRATE(OpaqueRef:0f5b5b5c-cca5-44a2-8e7c-c930fc5f6773)
"""

from xenferry.errors.evidence import Evidence, contradicts, supports
from xenferry.errors.look import Look
from xenferry.errors.reading.value import Reading

CODES = ("VDI_NEEDS_VM_FOR_MIGRATE", "VDI_LOCATION_MISSING", "LOCATION_NOT_UNIQUE")
CAUSES = ("not-found", "no-guest")
SAID = "a disk is not where the move needs it"


def evidence_no_guest(reading: Reading, _look: Look) -> Evidence:
    """This code only."""
    return supports("The code says so.") if reading.code == "VDI_NEEDS_VM_FOR_MIGRATE" else contradicts("")
