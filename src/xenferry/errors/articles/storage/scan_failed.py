"""The SR could not be scanned

The host reads the list of disks of an SR from the disks themselves. One that cannot be read stops the whole scan.

Cause: a disk image in the SR is damaged or half written: a copy or a snapshot was cut off.
Fix:
- See /var/log/SMlog on the coordinator: the file or volume that could not be read stands just above the error.
- dom0: `vhd-util check -n FILE` (or `vhd-util scan -f -m '*.vhd' -p` in the SR's directory). Move a broken file away
  rather than delete it, then `xe sr-scan uuid=UUID`.

Cause: the storage behind the SR does not answer, or the SR is not connected on the coordinator.
Fix: `xe pbd-list sr-uuid=UUID`; plug it on the coordinator, and look at the storage itself.

Cause: the SR is full, so that its bookkeeping cannot be written.
Fix: Free space: delete snapshots that are not needed, then wait for the coalescing to finish.

Example:
    SR_BACKEND_FAILURE_40(, The SR scan failed [opterr=error VHD-scanning
    /run/sr-mount/14f804e6-b45d-17c0-8529-6a5fa3032f94], )
"""

from xenferry.errors.connected import unplugged
from xenferry.errors.evidence import Evidence, by_words
from xenferry.errors.look import Look
from xenferry.errors.reading.value import Reading

CODES = ("SR_BACKEND_FAILURE_40",)
CAUSES = ("broken-image", "storage-away", "full")
WORDS = {
    "broken-image": ("vhd-util", "VHD-scanning", "scan failed: -22"),
    "full": ("no space left",),
}
SAID = "{sr} could not be scanned ({detail})"


def evidence_storage_away(reading: Reading, look: Look) -> Evidence:
    """What the driver's detail says of the storage, or a host on which the SR is not connected."""
    found = by_words(" ".join(reading.params), "input/output error", "no such device", "stale", "timed out")
    return found if found.seen else unplugged(reading, look)
