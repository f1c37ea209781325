"""An over-committed SR has no space left

On a thinly provisioned SR the disks together may be larger than the storage; now the storage under it is full, or a
volume could not grow to the disk's whole size.

Cause: snapshots and disks have used up the real space.
Tell: `xe sr-list uuid=SR params=physical-size,physical-utilisation` are nearly equal.
Fix: `xe sr-list uuid=SR params=physical-size,physical-utilisation`; delete snapshots, wait for coalescing, or move a
    disk to another SR while its guest is shut down.

Cause: the LUN or export under the SR is smaller than the SR believes, or the storage itself is over-committed and full.
Tell: The storage's own page shows a smaller or fuller volume than physical-size.
Fix: Look at the storage's own pool; grow the LUN, then `xe sr-scan uuid=SR`.

Example:
    SR_BACKEND_FAILURE_180(, Volume Group out of space. The SR is over-provisioned, and out of space., )
"""

from xenferry.errors.connected import sr_of
from xenferry.errors.evidence import UNSEEN, Evidence
from xenferry.errors.facts import told
from xenferry.errors.look import Look
from xenferry.errors.numbers import size
from xenferry.errors.reading.value import Reading

CODES = ("SR_BACKEND_FAILURE_180",)
CAUSES = ("used-up", "lun-small")
SAID = "the SR has no real space left for what its disks may still need"


def evidence_used_up(reading: Reading, look: Look) -> Evidence:
    """The SR's own numbers."""
    sr = sr_of(reading, look)
    if sr is None or sr.physical_size <= 0:
        return UNSEEN
    said = f"{size(sr.physical_utilisation)} of {size(sr.physical_size)} are used."
    return told(sr.physical_utilisation >= 0.95 * sr.physical_size, said, said)
