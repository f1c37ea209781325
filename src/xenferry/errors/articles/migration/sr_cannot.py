"""The SR cannot take part in a live move of disks

To move a disk while the guest runs, its driver must be able to take a snapshot and to mirror writes; the second
parameter names what is lacking.

Cause: its driver cannot mirror or snapshot; raw, ISO and some vendors' SRs cannot.
Tell: `xe sm-list type=TYPE params=features` lacks VDI_MIRROR or VDI_SNAPSHOT.
Fix: Move the disk while the guest is shut down (`xe vdi-copy`), or choose another SR.

Example:
    SR_DOES_NOT_SUPPORT_MIGRATION(OpaqueRef:38069976-cca5-44a2-8e7c-c930fc5f6773, VDI_MIRROR)
"""

from xenferry.errors.evidence import UNSEEN, Evidence
from xenferry.errors.facts import listed, told
from xenferry.errors.look import Look
from xenferry.errors.reading.value import Reading

CODES = ("SR_DOES_NOT_SUPPORT_MIGRATION", "VDI_INCOMPATIBLE_TYPE")
CAUSES = ("driver",)
SAID = "{sr} cannot take part in a live move ({p1})"


def evidence_driver(reading: Reading, look: Look) -> Evidence:
    """What the SR's driver offers, in the pool's records."""
    sr = look.record(reading, "SR", "sr")
    if sr is None or look.snapshot is None:
        return UNSEEN
    features = [driver.features for driver in look.snapshot.SM.values() if driver.type == sr.type]
    if not features:
        return UNSEEN
    lacking = [name for name in ("VDI_MIRROR", "VDI_SNAPSHOT") if name not in features[0]]
    return told(bool(lacking), f"The driver {sr.type} lacks {listed(lacking)}.", f"The driver {sr.type} offers both.")
