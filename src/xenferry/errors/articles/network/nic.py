"""The NIC is not what the call says

XAPI's record of a NIC (PIF) must agree with what dom0 has: a device name and a MAC address.

Cause: no NIC of that name and MAC address is in the host, e.g. after a card was moved or renamed.
Tell: dom0: `ip -br link` and `interface-rename --list` do not show the MAC address.
Fix: dom0: `interface-rename --list`, `ip link`; then `xe pif-introduce device=ethN host-uuid=HOST mac=MAC`, or `xe
    pif-scan host-uuid=HOST`.

Cause: the MAC or IP address is not one, or the name is taken.
Tell: The parameter is no address of that kind, or `xe pif-list` and `xe network-list` already have the name.
Fix: Correct it: a MAC is six pairs of hex digits with colons.

Cause: the bridge that the network names is not there on this host.
Tell: dom0: `ip -br link show BRIDGE` or `ovs-vsctl br-exists BRIDGE` does not find it.
Fix: Make it in dom0, or restart the host's toolstack after its NICs are in order.

Cause: the NIC has no IP address, which it needs to carry a tunnel.
Tell: `xe pif-param-get uuid=PIF param-name=IP` is empty.
Fix: `xe pif-reconfigure-ip uuid=PIF mode=dhcp` (or static), then try again.

Example:
    COULD_NOT_FIND_NETWORK_INTERFACE_WITH_SPECIFIED_DEVICE_NAME_AND_MAC_ADDRESS(eth4, 52:54:00:12:34:56)
"""

from xenferry.errors.evidence import UNSEEN, Evidence
from xenferry.errors.facts import told
from xenferry.errors.look import Look
from xenferry.errors.reading.value import Reading

CODES = (
    "COULD_NOT_FIND_NETWORK_INTERFACE_WITH_SPECIFIED_DEVICE_NAME_AND_MAC_ADDRESS", "MAC_INVALID",
    "DUPLICATE_PIF_DEVICE_NAME", "INVALID_IP_ADDRESS_SPECIFIED", "BRIDGE_NOT_AVAILABLE", "BRIDGE_NAME_EXISTS",
    "TRANSPORT_PIF_NOT_CONFIGURED",
)  # fmt: skip
CAUSES = ("not-there", "bad-value", "bridge", "no-address")
ONLY = {
    "not-there": ("COULD_NOT_FIND_NETWORK_INTERFACE_WITH_SPECIFIED_DEVICE_NAME_AND_MAC_ADDRESS",),
    "bad-value": ("MAC_INVALID", "DUPLICATE_PIF_DEVICE_NAME", "INVALID_IP_ADDRESS_SPECIFIED", "BRIDGE_NAME_EXISTS"),
    "bridge": ("BRIDGE_NOT_AVAILABLE",),
    "no-address": ("TRANSPORT_PIF_NOT_CONFIGURED",),
}
SAID = "the host has no such NIC ({p0} {p1})"
SAYS = {
    "COULD_NOT_FIND_NETWORK_INTERFACE_WITH_SPECIFIED_DEVICE_NAME_AND_MAC_ADDRESS": "no NIC {p0} with the MAC {p1}",
    "MAC_INVALID": "{p0} is not a MAC address that can be used",
    "DUPLICATE_PIF_DEVICE_NAME": "the host has a NIC of the name {p0} already",
    "INVALID_IP_ADDRESS_SPECIFIED": "the address in {p0} is not valid",
    "BRIDGE_NOT_AVAILABLE": "the bridge {p0} is not there",
    "BRIDGE_NAME_EXISTS": "a bridge {p0} is there already",
    "TRANSPORT_PIF_NOT_CONFIGURED": "{pif}, which is to carry the tunnel, has no IP address",
}


def evidence_no_address(reading: Reading, look: Look) -> Evidence:
    """The NIC's address, in the pool's records."""
    pif = look.record(reading, "PIF", "pif")
    if pif is None:
        return UNSEEN
    return told(not (pif.IP or pif.IPv6), f"{pif.device} has no address.", f"{pif.device} has the address {pif.IP}.")
