"""A disk could not be opened

The storage driver on the host could not attach the disk; the detail says at which step.

Cause: the SR is not connected on that host, or the storage does not answer there.
Fix: `xe pbd-list sr-uuid=SR host-uuid=HOST`; plug it, and look into /var/log/SMlog on that host.

Cause: another host still holds the disk: it crashed, or a move was cut off.
Fix: Make sure that the guest runs nowhere else (`list_domains` on each host), then on the coordinator
    `/opt/xensource/sm/resetvdis.py VDI-UUID SR-UUID`.

Cause: the disk's chain is broken: a parent is missing.
Tell: dom0: `vhd-util check -n PATH -p` (LVM: after `lvchange -ay`) names the parent that is missing.
Fix: `vhd-util scan` in the SR (see SMlog); restore the disk from a backup.

Cause: the disk is gone from the storage: its file or volume was deleted by hand, or the storage was put back to an
    earlier state; only XAPI's record is left.
Fix: `xe sr-scan uuid=SR`, then take the disk out of the guest (`xe vbd-destroy`) and restore it from a backup.

Example:
    SR_BACKEND_FAILURE_46(, The VDI is not available [opterr=VDI 0f5b5b5c already attached RW], )
"""

from xenferry.errors.connected import unplugged
from xenferry.errors.evidence import Evidence, by_words
from xenferry.errors.look import Look
from xenferry.errors.reading.value import Reading

RULES = ("pbd-unplugged",)
CODES = ("SR_BACKEND_FAILURE_46", "VDI_MISSING")
CAUSES = ("sr-not-connected", "held-elsewhere", "broken-chain", "gone")
ONLY = {
    "held-elsewhere": ("SR_BACKEND_FAILURE_46",),
    "broken-chain": ("SR_BACKEND_FAILURE_46",),
}
SAID = "{vdi} could not be opened ({detail})"


def evidence_held_elsewhere(reading: Reading, _look: Look) -> Evidence:
    """The driver says so."""
    return by_words(reading.opterr, "already attached", "in use")


def evidence_gone(reading: Reading, _look: Look) -> Evidence:
    """The driver looked for the disk and did not find it."""
    return by_words(reading.opterr, "not found", "no such file", "does not exist")


def evidence_sr_not_connected(reading: Reading, look: Look) -> Evidence:
    """The pool shows on which hosts the disk's SR is not connected."""
    return unplugged(reading, look)
