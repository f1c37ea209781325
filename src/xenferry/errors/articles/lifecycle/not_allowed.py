"""XAPI does not allow this; the text says what

A general code for refusals that have none of their own; the only parameter is XAPI's sentence, which says what is not
allowed.

Cause: networks were mapped in a move within one pool: a guest's NIC stays in its network there.
Fix: Make the move without mapping networks; if the target lacks the network see VM_REQUIRES_NETWORK.

Cause: the guest is the control domain of a host, which is never moved.
Fix: Choose an ordinary guest.

Cause: a USB device that the guest holds is not on that host.
Fix: Take it away from the guest, or move it while it is shut down.

Cause: the object is in use or connected, e.g. a PBD that is to be destroyed while plugged.
Fix: Disconnect it first, then try again.

Cause: a host was to join a pool, and the two have different controllers for virtual networks (SDN), or only one has.
Fix: `xe sdn-controller-list` on both; forget the one of the joining host (`xe sdn-controller-forget uuid=..`), or give
    both the same.

Example:
    OPERATION_NOT_ALLOWED(VIF mapping is not allowed for intra-pool migration -all VIFs must be on the same network)
"""

from xenferry.errors.evidence import Evidence, by_words
from xenferry.errors.look import Look
from xenferry.errors.reading.value import Reading

CODES = ("OPERATION_NOT_ALLOWED",)
CAUSES = ("network-map", "control-domain", "usb", "in-use", "sdn")
WORDS = {"sdn": ("SDN controller",)}
SAID = "XAPI does not allow it: {p0}"


def evidence_network_map(reading: Reading, _look: Look) -> Evidence:
    """XAPI's own words."""
    return by_words(reading.param(0), "VIF mapping", "VIFs must be")


def evidence_control_domain(reading: Reading, _look: Look) -> Evidence:
    """XAPI's own words."""
    return by_words(reading.param(0), "control domain", "dom0")


def evidence_usb(reading: Reading, _look: Look) -> Evidence:
    """XAPI's own words."""
    return by_words(reading.param(0), "VUSB")


def evidence_in_use(reading: Reading, _look: Look) -> Evidence:
    """XAPI's own words."""
    return by_words(reading.param(0), "attached", "in use", "lock")
