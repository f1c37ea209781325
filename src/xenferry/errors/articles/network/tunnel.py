"""The network does not carry tunnels, bonds or trunks

Tunnels (GRE, VXLAN) connect guests of several hosts over a NIC that has an address; they need Open vSwitch.

Cause: the hosts run the Linux bridge, not Open vSwitch.
Tell: `xe host-param-get uuid=HOST param-name=software-version` says network_backend: bridge.
Fix: `xe-switch-network-backend openvswitch` in dom0 of each host, then restart it. It is the default.

Cause: the NIC chosen cannot carry a tunnel: it is a member of a bond, or belongs to SR-IOV.
Tell: `xe pif-param-list uuid=PIF | grep -E 'bond-slave-of|sriov'` is filled.
Fix: Use the bond itself or a free NIC with an IP address.

Cause: the network is used in another way already: its NICs, VLAN trunks or purposes do not go with this.
Tell: `xe network-param-list uuid=NETWORK | grep -E 'purpose|PIF-uuids'`.
Fix: Make a network of its own: `xe network-create name-label=..`.

Cause: a host did not take the setting (IGMP snooping).
Tell: The parameter names the host; `xe host-param-get uuid=HOST param-name=host-metrics-live`.
Fix: See that all hosts are on, and set it again: `xe pool-param-set uuid=POOL igmp-snooping-enabled=true`.

Example:
    OPENVSWITCH_NOT_ACTIVE()
"""

from xenferry.errors.evidence import UNSEEN, Evidence
from xenferry.errors.facts import is_set, listed, told
from xenferry.errors.look import Look
from xenferry.errors.reading.value import Reading

SAYS = {
    "OPENVSWITCH_NOT_ACTIVE": "this needs Open vSwitch on all hosts",
    "CANNOT_ADD_TUNNEL_TO_BOND_SLAVE": "{pif} belongs to a bond, and a tunnel must go over the bond",
    "CANNOT_ADD_TUNNEL_TO_SRIOV_LOGICAL": "{pif} belongs to SR-IOV, which carries no tunnels",
    "CANNOT_ADD_TUNNEL_TO_VLAN_ON_SRIOV_LOGICAL": "{pif} is a VLAN on SR-IOV, which carries no tunnels",
    "NETWORK_INCOMPATIBLE_WITH_BOND": "{network} cannot have a bond",
    "NETWORK_INCOMPATIBLE_WITH_TUNNEL": "{network} cannot have a tunnel",
    "NETWORK_INCOMPATIBLE_WITH_TRUNKS": "{network} cannot carry guests' VLAN trunks",
    "NETWORK_INCOMPATIBLE_PURPOSES": "the purpose {p0} does not go with {p1}",
    "COULD_NOT_UPDATE_IGMP_SNOOPING_EVERYWHERE": "IGMP snooping could not be set on every host and network",
}
CAUSES = ("backend", "wrong-nic", "other-use", "host-away")
ONLY = {
    "backend": ("OPENVSWITCH_NOT_ACTIVE", "NETWORK_INCOMPATIBLE_WITH_TRUNKS"),
    "wrong-nic": (
        "CANNOT_ADD_TUNNEL_TO_BOND_SLAVE", "CANNOT_ADD_TUNNEL_TO_SRIOV_LOGICAL",
        "CANNOT_ADD_TUNNEL_TO_VLAN_ON_SRIOV_LOGICAL",
    ),
    "other-use": (
        "NETWORK_INCOMPATIBLE_WITH_BOND", "NETWORK_INCOMPATIBLE_WITH_TUNNEL", "NETWORK_INCOMPATIBLE_WITH_TRUNKS",
        "NETWORK_INCOMPATIBLE_PURPOSES",
    ),
    "host-away": ("COULD_NOT_UPDATE_IGMP_SNOOPING_EVERYWHERE",),
}  # fmt: skip


def evidence_backend(_reading: Reading, look: Look) -> Evidence:
    """What each host says of its network."""
    if look.snapshot is None or not look.snapshot.hosts:
        return UNSEEN
    said = {host.name_label: host.software_version.get("network_backend", "") for host in look.snapshot.hosts}
    bridge = [name for name, backend in said.items() if backend == "bridge"]
    known = None if not all(said.values()) and not bridge else bool(bridge)
    return told(known, f"The Linux bridge is in use on {listed(bridge)}.", "Every host uses Open vSwitch.")


def evidence_wrong_nic(reading: Reading, look: Look) -> Evidence:
    """What the NIC belongs to, in the pool's records."""
    pif = look.record(reading, "PIF", "pif")
    if pif is None or not is_set(pif.bond_slave_of):
        return UNSEEN
    return told(True, f"{pif.device} is a member of a bond.", "")
