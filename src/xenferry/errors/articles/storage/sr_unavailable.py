"""The SR is not available

The storage driver could not open the SR on the host that was asked.

Cause: the SR's connection (PBD) is not plugged on that host.
Fix: `xe pbd-list sr-uuid=UUID`, then `xe pbd-plug uuid=PBD` on every host; the answer names the reason if it fails.

Cause: the device or file server behind the SR is away: a cable, a switch, an array that restarted.
Fix: Check it from the host (`ping`, `lsblk`, `multipath -ll`), bring it back, plug the PBD again.

Example:
    SR_BACKEND_FAILURE_47(, The SR is not available, )
"""

from xenferry.errors.connected import only_plugs
from xenferry.errors.evidence import Evidence, by_words
from xenferry.errors.look import Look
from xenferry.errors.reading.value import Reading

RULES = ("pbd-unplugged",)
CODES = ("SR_BACKEND_FAILURE_47",)
CAUSES = ("unplugged", "device-away")
SAID = "the storage driver could not open {sr} ({detail})"


def evidence_unplugged(reading: Reading, look: Look) -> Evidence:
    """The pool shows on which hosts the SR is not connected."""
    return only_plugs(reading, look)


def evidence_device_away(reading: Reading, _look: Look) -> Evidence:
    """The driver did not find what the SR is made on."""
    return by_words(reading.opterr, "no such volume group", "no such device", "not found", "no such file")
