"""The joining host's network does not fit the pool

When a host joins, its physical NICs go into the pool's networks by their names (eth0 to eth0); everything else is
made from the pool's own set-up.

Cause: it has bonds, tunnels, SR-IOV networks or VLANs of its own.
Tell: `xe pif-list host-uuid=HOST params=device,VLAN,bond-master-of,management` on the joining host.
Fix: Remove them on the joining host; bonds and VLANs are made again from the pool when it has joined.

Cause: the management NIC is in a VLAN on one side and not on the other, or in another VLAN.
Fix: Put the management NIC of the joining host into the same VLAN: `xe-reset-networking --vlan=TAG` in its dom0. -1
    and 0 in the parameters both mean “no VLAN”, but differ in how they were set: reset the one that has 0.

Example:
    POOL_JOINING_HOST_MANAGEMENT_VLAN_DOES_NOT_MATCH(-1, 0)
"""

from xenferry.errors.evidence import Evidence, contradicts, supports
from xenferry.errors.look import Look
from xenferry.errors.reading.value import Reading

CODES = (
    "POOL_JOINING_HOST_HAS_BONDS", "POOL_JOINING_HOST_HAS_TUNNELS", "POOL_JOINING_HOST_HAS_NETWORK_SRIOVS",
    "POOL_JOINING_HOST_HAS_NON_MANAGEMENT_VLANS", "POOL_JOINING_HOST_MANAGEMENT_VLAN_DOES_NOT_MATCH",
    "POOL_JOINING_HOST_MUST_HAVE_PHYSICAL_MANAGEMENT_NIC", "POOL_JOINING_HOST_MUST_ONLY_HAVE_PHYSICAL_PIFS",
)  # fmt: skip
CAUSES = ("own-networks", "management-vlan")
SAID = "the joining host's network does not fit"
SAYS = {
    "POOL_JOINING_HOST_HAS_BONDS": "the joining host has bonds of its own",
    "POOL_JOINING_HOST_HAS_TUNNELS": "the joining host has tunnels of its own",
    "POOL_JOINING_HOST_HAS_NETWORK_SRIOVS": "the joining host has SR-IOV networks of its own",
    "POOL_JOINING_HOST_HAS_NON_MANAGEMENT_VLANS": "the joining host has VLANs of its own beside its management VLAN",
    "POOL_JOINING_HOST_MANAGEMENT_VLAN_DOES_NOT_MATCH": "management is in VLAN {p0} and in {p1} (-1 and 0: none)",
    "POOL_JOINING_HOST_MUST_HAVE_PHYSICAL_MANAGEMENT_NIC": "the management NIC of the joining host is a VLAN or a bond",
    "POOL_JOINING_HOST_MUST_ONLY_HAVE_PHYSICAL_PIFS": "the joining host has bonds, VLANs or tunnels of its own",
}


def evidence_management_vlan(reading: Reading, _look: Look) -> Evidence:
    """One code only."""
    return supports("The code says so.") if "VLAN_DOES_NOT_MATCH" in reading.code else contradicts("")
