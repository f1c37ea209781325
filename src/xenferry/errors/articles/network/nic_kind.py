"""This NIC of the host does not take that

XAPI has a record (PIF) for each physical NIC, bond, VLAN and tunnel of each host, and allows different things for each.

Cause: it is of another kind: a physical NIC was to be destroyed, or a VLAN or bond member was treated as a physical
    NIC.
Tell: `xe pif-list uuid=PIF params=physical,VLAN,bond-master-of,bond-slave-of,tunnel-access-PIF-of`.
Fix: `xe pif-list host-uuid=HOST params=uuid,device,VLAN,physical,bond-slave-of`; take the bond instead of its member. A
    physical NIC that is gone is removed by `xe pif-forget uuid=PIF`.

Cause: a NIC with that name or MAC is not in the host, or is still in it.
Tell: dom0: `ip -br link` beside `xe pif-list host-uuid=HOST params=device,MAC`.
Fix: dom0: `interface-rename --list`, `ip link`; then `xe pif-scan host-uuid=HOST`.

Cause: it could not be configured: the driver or the network daemon failed.
Tell: dom0: /var/log/xensource.log of that minute has a line of xcp-networkd with the reason.
Fix: dom0: /var/log/xensource.log around `networkd`, `dmesg | grep -i eth`; unplug and plug the PIF.

Cause: its addresses do not fit: IPv4 where IPv6 is used for management, or none of that kind.
Tell: `xe pif-param-list uuid=PIF | grep -E 'IP|primary-address-type'`.
Fix: Set an address with `xe pif-reconfigure-ip` or `xe pif-reconfigure-ipv6`, and the kind with
    `xe pif-set-primary-address-type`.

Example:
    PIF_IS_PHYSICAL(OpaqueRef:b24a7465-1170-44e7-b308-5d67f2bdf146)
"""

SAYS = {
    "PIF_IS_PHYSICAL": "{pif} is a physical NIC, which cannot be destroyed",
    "PIF_IS_NOT_PHYSICAL": "{pif} is not a physical NIC",
    "PIF_CONFIGURATION_ERROR": "{pif} could not be configured: {p1}",
    "PIF_ALLOWS_UNPLUG": "{pif} may be unplugged, and this needs one that stays plugged",
    "PIF_DEVICE_NOT_FOUND": "the host has no NIC of that name",
    "PIF_HAS_NO_V6_NETWORK_CONFIGURATION": "{pif} has no IPv6 configuration",
    "PIF_INCOMPATIBLE_PRIMARY_ADDRESS_TYPE": "{pif} has another kind of address (IPv4 or IPv6) than this needs",
    "PIF_NOT_ATTACHED_TO_HOST": "{pif} does not belong to {host}",
    "CANNOT_CHANGE_PIF_PROPERTIES": "the properties of {pif} cannot be changed: it is no free NIC and no bond",
    "MAC_DOES_NOT_EXIST": "no NIC of the host has the MAC {p0}",
    "MAC_STILL_EXISTS": "a NIC with the MAC {p0} is still in the host",
    "INVALID_CIDR_ADDRESS_SPECIFIED": "the address in {p0} is not of the form ADDRESS/LENGTH",
    "ADDRESS_VIOLATES_LOCKING_CONSTRAINT": "the address {p0} does not fit what the guest's NIC is locked to",
}
RULES = ("pif-unplugged", "nic-names-differ", "no-carrier")
CAUSES = ("kind", "not-there", "configuration", "address")
ONLY = {
    "kind": ("PIF_IS_PHYSICAL", "PIF_IS_NOT_PHYSICAL", "CANNOT_CHANGE_PIF_PROPERTIES", "PIF_ALLOWS_UNPLUG"),
    "not-there": ("PIF_DEVICE_NOT_FOUND", "MAC_DOES_NOT_EXIST", "MAC_STILL_EXISTS", "PIF_NOT_ATTACHED_TO_HOST"),
    "configuration": ("PIF_CONFIGURATION_ERROR",),
    "address": (
        "PIF_HAS_NO_V6_NETWORK_CONFIGURATION", "PIF_INCOMPATIBLE_PRIMARY_ADDRESS_TYPE",
        "INVALID_CIDR_ADDRESS_SPECIFIED", "ADDRESS_VIOLATES_LOCKING_CONSTRAINT",
    ),
}  # fmt: skip
