"""The SR has no room for this

The storage driver found less free space than the operation needs. A snapshot on block storage (lvm, iscsi, hba) needs
room for the whole disk for a moment.

Cause: snapshots and their chains fill the SR.
Fix: Delete snapshots that are not needed, also those of backups that failed; then wait until the coalescing has run
    (`tail -f /var/log/SMlog | grep SMGC` on the coordinator).

Cause: the SR is simply too small.
Tell: `xe sr-list uuid=SR params=physical-size,virtual-allocation`: what the disks may grow to is above the size.
Fix: Move a disk to another SR, or enlarge the storage and scan the SR.

Cause: orphaned disks without a guest take the room.
Fix: Look for disks that belong to no guest (Xen Orchestra: Dashboard, Health), and delete those that nobody needs.

Example:
    SR_BACKEND_FAILURE_44(, There is insufficient space, )
"""

from xenferry.errors.connected import sr_of
from xenferry.errors.evidence import UNSEEN, Evidence, contradicts, supports
from xenferry.errors.facts import told
from xenferry.errors.look import Look
from xenferry.errors.numbers import size
from xenferry.errors.reading.value import Reading
from xenferry.pool.records import VDI

CODES = ("SR_BACKEND_FAILURE_44", "SR_SOURCE_SPACE_INSUFFICIENT", "SR_SUSPEND_SPACE_INSUFFICIENT", "SR_FULL")
CAUSES = ("snapshots", "too-small", "orphans")
SAID = "{sr} has not enough free space ({detail})"


def _disks(reading: Reading, look: Look) -> list[VDI] | None:
    """The disks of the SR that the text names; None where it is not known."""
    sr = sr_of(reading, look)
    if sr is None or look.snapshot is None:
        return None
    return [vdi for vdi in look.snapshot.VDI.values() if sr.ref == vdi.SR]


def evidence_snapshots(reading: Reading, look: Look) -> Evidence:
    """The pool shows how many disks of snapshots lie on the SR."""
    disks = _disks(reading, look)
    if disks is None:
        return UNSEEN
    kept = sum(vdi.is_a_snapshot for vdi in disks)
    return supports(f"{kept} of its {len(disks)} disks belong to snapshots.") if kept else contradicts("It has none.")


def evidence_orphans(reading: Reading, look: Look) -> Evidence:
    """The pool shows the disks on the SR that no guest has."""
    disks = _disks(reading, look)
    if disks is None:
        return UNSEEN
    alone = [vdi.name_label or vdi.uuid for vdi in disks if not vdi.VBDs and not vdi.is_a_snapshot and vdi.managed]
    if not alone:
        return contradicts("Every disk on it belongs to a guest or a snapshot.")
    more = f" and {len(alone) - 3} more" if len(alone) > 3 else ""
    return supports(f"No guest has these: {', '.join(alone[:3])}{more}.")


def evidence_too_small(reading: Reading, look: Look) -> Evidence:
    """What its disks may grow to, beside its size."""
    sr, disks = sr_of(reading, look), _disks(reading, look)
    if sr is None or disks is None or sr.physical_size <= 0:
        return UNSEEN
    may = sum(vdi.virtual_size for vdi in disks if not vdi.is_a_snapshot)
    said = f"Its disks may grow to {size(may)}, and it has {size(sr.physical_size)}."
    return told(may > sr.physical_size, said, said)
