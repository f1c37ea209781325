"""The VLAN cannot be made like that

A VLAN is a NIC of its own (a PIF) on top of a physical NIC or bond, and belongs to a network of its own.

Cause: the VLAN exists already on that NIC, or the network has a NIC on this host already.
Fix: `xe vlan-list`, `xe pif-list VLAN=TAG`; use what is there, or choose another network.

Cause: the NIC cannot carry it: it belongs to a bond (take the bond), is a VLAN or tunnel itself, or is not managed by
    XAPI.
Fix: Use the bond's PIF, or the physical NIC.

Cause: the tag is not between 0 and 4094.
Fix: Take the tag that the switch uses for that port.

Example:
    VLAN_IN_USE(eth0, 42)
"""

from xenferry.errors.evidence import Evidence, by_words
from xenferry.errors.look import Look
from xenferry.errors.reading.value import Reading

CODES = (
    "VLAN_IN_USE", "VLAN_TAG_INVALID", "PIF_VLAN_EXISTS", "NETWORK_ALREADY_CONNECTED", "CANNOT_ADD_VLAN_TO_BOND_SLAVE",
    "PIF_IS_VLAN", "IS_TUNNEL_ACCESS_PIF", "PIF_UNMANAGED", "NETWORK_UNMANAGED",
    "NETWORK_INCOMPATIBLE_WITH_VLAN_ON_BRIDGE", "NETWORK_INCOMPATIBLE_WITH_SRIOV", "PIF_IS_SRIOV_LOGICAL",
)  # fmt: skip
CAUSES = ("exists", "wrong-nic", "tag")
SAID = "the NIC or network does not take that ({p0})"
SAYS = {
    "VLAN_IN_USE": "VLAN {p1} exists already on {p0}",
    "VLAN_TAG_INVALID": "{p0} is not a VLAN tag: 0 to 4094 are possible",
    "PIF_VLAN_EXISTS": "the VLAN exists already on the NIC {p0}",
    "NETWORK_ALREADY_CONNECTED": "the network already has a NIC on that host",
    "CANNOT_ADD_VLAN_TO_BOND_SLAVE": "{pif} belongs to a bond, and a VLAN must go on the bond",
    "PIF_IS_VLAN": "{pif} is a VLAN itself",
    "IS_TUNNEL_ACCESS_PIF": "{pif} is the inner end of a tunnel",
    "PIF_UNMANAGED": "{pif} is not managed by XAPI",
    "NETWORK_UNMANAGED": "{network} is not managed by XAPI",
    "NETWORK_INCOMPATIBLE_WITH_VLAN_ON_BRIDGE": "{network} cannot have a VLAN on a bridge",
    "NETWORK_INCOMPATIBLE_WITH_SRIOV": "{network} cannot have SR-IOV",
    "PIF_IS_SRIOV_LOGICAL": "{pif} was made by SR-IOV",
}


def evidence_exists(reading: Reading, _look: Look) -> Evidence:
    """The code's own word."""
    return by_words(reading.code, "IN_USE", "EXISTS", "ALREADY_CONNECTED")


def evidence_wrong_nic(reading: Reading, _look: Look) -> Evidence:
    """The code's own word."""
    return by_words(reading.code, "SLAVE", "IS_VLAN", "TUNNEL", "UNMANAGED", "INCOMPATIBLE", "LOGICAL")


def evidence_tag(reading: Reading, _look: Look) -> Evidence:
    """The code's own word."""
    return by_words(reading.code, "TAG_INVALID")
