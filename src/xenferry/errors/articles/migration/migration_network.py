"""The network chosen for the move cannot be used on the host

A network may be chosen over which guests are sent. Every host that receives needs a NIC in it that is plugged and has
an IP address.

Cause: the host has no NIC in that network.
Fix: Choose another network for the move, or give the host a NIC in it.

Cause: the NIC is there, but unplugged.
Fix: `xe pif-plug uuid=PIF`.

Cause: the NIC has no IP address.
Fix: `xe pif-reconfigure-ip uuid=PIF mode=static IP=.. netmask=..` on every host; the pool's migration network needs
    one on all.

Example:
    INTERFACE_HAS_NO_IP(OpaqueRef:b24a7465-1170-44e7-b308-5d67f2bdf146)
"""

from xenferry.errors.evidence import Evidence, contradicts, supports
from xenferry.errors.look import Look
from xenferry.errors.reading.value import Reading

RULES = ("pif-unplugged",)
CODES = ("PIF_NOT_PRESENT", "REQUIRED_PIF_IS_UNPLUGGED", "INTERFACE_HAS_NO_IP", "PIF_HAS_NO_NETWORK_CONFIGURATION")
CAUSES = ("no-nic", "unplugged", "no-ip")
SAID = "the NIC for that network is not usable on the host"


def _among(reading: Reading, *codes: str) -> Evidence:
    return supports(f"The code is {reading.code}.") if reading.code in codes else contradicts("")


def evidence_no_nic(reading: Reading, _look: Look) -> Evidence:
    """This code only."""
    return _among(reading, "PIF_NOT_PRESENT")


def evidence_unplugged(reading: Reading, _look: Look) -> Evidence:
    """This code only."""
    return _among(reading, "REQUIRED_PIF_IS_UNPLUGGED")


def evidence_no_ip(reading: Reading, _look: Look) -> Evidence:
    """These codes only."""
    return _among(reading, "INTERFACE_HAS_NO_IP", "PIF_HAS_NO_NETWORK_CONFIGURATION")
