"""The SR still holds disks

Only an empty SR can be destroyed; forgetting it leaves the disks where they are.

Cause: disks or snapshots are left in it, perhaps of guests that you do not see in this view.
Tell: `xe vdi-list sr-uuid=SR params=name-label,is-a-snapshot,managed`.
Fix: `xe vdi-list sr-uuid=UUID`; move or delete them. To keep the data use `xe sr-forget uuid=UUID` instead of
    destroying.

Cause: files that XAPI does not list lie in the SR's directory.
Tell: dom0: `ls -A` in the SR's directory shows names that `xe vdi-list sr-uuid=SR` has not.
Fix: `xe sr-scan uuid=UUID`, list again; on the file server look into the directory named after the SR's UUID.

Example:
    SR_NOT_EMPTY()
"""

from xenferry.errors.connected import sr_of
from xenferry.errors.evidence import UNSEEN, Evidence
from xenferry.errors.facts import listed, told, was_read
from xenferry.errors.look import Look
from xenferry.errors.reading.value import Reading

CODES = ("SR_NOT_EMPTY", "SR_BACKEND_FAILURE_39")
CAUSES = ("disks", "files")
SAID = "{sr} still holds disks"


def evidence_disks(reading: Reading, look: Look) -> Evidence:
    """The disks that XAPI knows on the SR."""
    sr = sr_of(reading, look)
    if sr is None or look.snapshot is None or not was_read(look.snapshot, "VDI"):
        return UNSEEN
    names = [vdi.name_label or vdi.uuid for vdi in look.snapshot.VDI.values() if sr.ref == vdi.SR]
    return told(bool(names), f"On it are: {listed(names)}.", "XAPI knows no disk on it.")
