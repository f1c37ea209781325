"""A disk could not be connected

XAPI asked the storage driver on a host to attach the disk, and the driver could not.

Cause: the SR is not connected on that host, or its storage does not answer there.
Fix: `xe pbd-list sr-uuid=SR host-uuid=HOST params=currently-attached`; plug it. /var/log/SMlog of that host has the
    driver's own error.

Cause: the driver of this SR cannot attach disks for this purpose, e.g. HA's state file on storage of another maker.
Tell: `xe sm-list type=TYPE params=features` lacks VDI_ATTACH_OFFLINE or VDI_GENERATE_CONFIG.
Fix: Choose an SR of the kinds lvmoiscsi, lvmohba or nfs.

Cause: the disk is gone from the storage, and only XAPI's record is left.
Tell: `xe sr-scan uuid=SR` takes the disk out of the list.
Fix: `xe sr-scan uuid=SR`; then the record is gone as well.

Example:
    VDI_NOT_AVAILABLE(OpaqueRef:38069976-cca5-44a2-8e7c-c930fc5f6773)
"""

from xenferry.errors.connected import unplugged
from xenferry.errors.evidence import Evidence
from xenferry.errors.look import Look
from xenferry.errors.reading.value import Reading

CODES = ("VDI_NOT_AVAILABLE",)
RULES = ("disk-not-on-host", "pbd-unplugged")
CAUSES = ("sr-not-connected", "driver", "gone")
SAID = "{vdi} could not be connected"


def evidence_sr_not_connected(reading: Reading, look: Look) -> Evidence:
    """The pool shows on which hosts the disk's SR is not connected."""
    return unplugged(reading, look)
