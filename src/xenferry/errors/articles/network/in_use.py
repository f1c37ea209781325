"""The NIC or network is in use

XAPI refuses to take away a NIC or network while something hangs on it.

Cause: guests have NICs in the network, or hosts have NICs in it.
Fix: `xe vif-list network-uuid=NETWORK` and `xe pif-list network-uuid=NETWORK`; move or remove those first.

Cause: it is the management NIC, which must stay.
Fix: Move the management to another NIC first: `xe host-management-reconfigure pif-uuid=PIF`.

Cause: it belongs to a bond, VLAN or tunnel.
Fix: Remove that first: `xe bond-destroy`, `xe vlan-destroy`, `xe tunnel-destroy`.

Example:
    PIF_IS_MANAGEMENT_INTERFACE(OpaqueRef:b24a7465-1170-44e7-b308-5d67f2bdf146)
"""

from xenferry.errors.evidence import Evidence, by_words
from xenferry.errors.look import Look
from xenferry.errors.reading.value import Reading

CODES = (
    "PIF_IS_MANAGEMENT_INTERFACE", "NETWORK_CONTAINS_VIF", "NETWORK_CONTAINS_PIF", "VIF_IN_USE", "PIF_ALREADY_BONDED",
    "PIF_VLAN_STILL_EXISTS", "PIF_TUNNEL_STILL_EXISTS", "PIF_SRIOV_STILL_EXISTS", "PIF_DOES_NOT_ALLOW_UNPLUG",
    "PIF_HAS_FCOE_SR_IN_USE", "CANNOT_DESTROY_SYSTEM_NETWORK", "SLAVE_REQUIRES_MANAGEMENT_INTERFACE",
)  # fmt: skip
CAUSES = ("guests", "management", "belongs")
SAID = "the NIC or network is in use"
SAYS = {
    "PIF_IS_MANAGEMENT_INTERFACE": "{pif} is the management NIC",
    "NETWORK_CONTAINS_VIF": "guests have NICs in the network ({p0})",
    "NETWORK_CONTAINS_PIF": "hosts have NICs in the network ({p0})",
    "VIF_IN_USE": "{vif} is in use ({network})",
    "PIF_ALREADY_BONDED": "{pif} belongs to a bond already",
    "PIF_VLAN_STILL_EXISTS": "a VLAN is still on {pif}",
    "PIF_TUNNEL_STILL_EXISTS": "a tunnel still goes over {pif}",
    "PIF_SRIOV_STILL_EXISTS": "SR-IOV is still on for {pif}",
    "PIF_DOES_NOT_ALLOW_UNPLUG": "{pif} is marked as one that stays plugged",
    "PIF_HAS_FCOE_SR_IN_USE": "an SR over FCoE uses {pif}",
    "CANNOT_DESTROY_SYSTEM_NETWORK": "{network} is one that the system needs",
    "SLAVE_REQUIRES_MANAGEMENT_INTERFACE": "a member of a pool needs its management NIC",
}


def evidence_management(reading: Reading, _look: Look) -> Evidence:
    """The code's own word."""
    return by_words(reading.code, "MANAGEMENT", "SYSTEM_NETWORK")


def evidence_belongs(reading: Reading, _look: Look) -> Evidence:
    """The code's own word."""
    return by_words(reading.code, "BONDED", "STILL_EXISTS", "FCOE")


def evidence_guests(reading: Reading, _look: Look) -> Evidence:
    """The code's own word."""
    return by_words(reading.code, "VIF", "CONTAINS_PIF")
