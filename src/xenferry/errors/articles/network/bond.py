"""The bond cannot be made like that

A bond joins NICs of one host. Its address, VLANs and guests move to the bond when it is made.

Cause: its NICs are of different hosts, none was named, or they differ in a property such as FCoE.
Tell: `xe pif-list params=uuid,host-name-label,device,bond-slave-of,capabilities` for the NICs named.
Fix: Name two or more NICs of one host: `xe bond-create network-uuid=NETWORK pif-uuids=PIF1,PIF2`; do it on each host.

Cause: more than one of the NICs has an IP address.
Fix: Take the address off all but one: `xe pif-reconfigure-ip uuid=PIF mode=none`.

Cause: high availability is on, and the management NIC is among them.
Fix: Switch high availability off for the change.

Example:
    PIF_BOND_MORE_THAN_ONE_IP()
"""

from xenferry.errors.evidence import UNSEEN, Evidence, by_words
from xenferry.errors.facts import is_set, told
from xenferry.errors.look import Look
from xenferry.errors.reading.value import Reading

CODES = (
    "PIF_BOND_MORE_THAN_ONE_IP", "PIF_BOND_NEEDS_MORE_MEMBERS", "PIF_CANNOT_BOND_CROSS_HOST",
    "INCOMPATIBLE_PIF_PROPERTIES", "HA_CANNOT_CHANGE_BOND_STATUS_OF_MGMT_IFACE", "CANNOT_PLUG_BOND_SLAVE",
)  # fmt: skip
CAUSES = ("members", "addresses", "ha")
SAID = "the bond cannot be made or used like that"
SAYS = {
    "PIF_BOND_MORE_THAN_ONE_IP": "more than one NIC of the bond has an address",
    "PIF_BOND_NEEDS_MORE_MEMBERS": "a bond needs two NICs at least",
    "PIF_CANNOT_BOND_CROSS_HOST": "the NICs are in different hosts",
    "INCOMPATIBLE_PIF_PROPERTIES": "the NICs differ in their properties",
    "HA_CANNOT_CHANGE_BOND_STATUS_OF_MGMT_IFACE": "HA is on, and the bond holds the management NIC",
    "CANNOT_PLUG_BOND_SLAVE": "{pif} belongs to a bond; plug the bond instead",
}


def evidence_addresses(reading: Reading, _look: Look) -> Evidence:
    """The code's own word."""
    return by_words(reading.code, "MORE_THAN_ONE_IP")


def evidence_ha(reading: Reading, _look: Look) -> Evidence:
    """The code's own word."""
    return by_words(reading.code, "HA_CANNOT")


def evidence_members(reading: Reading, look: Look) -> Evidence:
    """Of which bond the NIC is a member, where the error names one."""
    pif = look.record(reading, "PIF", "pif")
    if pif is None or not is_set(pif.bond_slave_of):
        return UNSEEN
    return told(True, f"{pif.device} is a member of a bond.", "")
