"""SR-IOV cannot be used on this NIC or network like that

With SR-IOV a guest uses a piece of the NIC itself (a virtual function). Such a guest cannot be moved while it runs.

Cause: the NIC, its firmware or the mainboard does not offer SR-IOV, or it is switched off.
Tell: `xe pif-param-get uuid=PIF param-name=capabilities` lacks sriov; dom0: `lspci -vs ADDRESS` shows no SR-IOV.
Fix: Switch SR-IOV and IOMMU (VT-d, AMD-Vi) on in the firmware; `xe pif-param-get uuid=PIF param-name=capabilities` must
    list `sriov`.

Cause: it is on already, or the NIC's driver needs a restart to change it.
Tell: `xe network-sriov-list params=all`: it is there, or requires-reboot is true.
Fix: `xe network-sriov-list`; restart the host if `requires-reboot` is true.

Cause: the hosts' NICs in this network are of different kinds, or it has others that are no SR-IOV NICs.
Tell: `xe pif-list network-uuid=NETWORK params=host-name-label,device,vendor-name,device-name` shows different
    cards.
Fix: Put only NICs of one kind and of the same capability into an SR-IOV network.

Cause: the driver failed.
Tell: dom0: `dmesg | tail` names the driver and its reason.
Fix: dom0: `dmesg | grep -i -e sriov -e vf`; update the NIC's firmware and driver.

Example:
    NETWORK_SRIOV_ENABLE_FAILED(OpaqueRef:b24a7465-1170-44e7-b308-5d67f2bdf146, sysfs write failed)
"""

SAYS = {
    "NETWORK_SRIOV_ALREADY_ENABLED": "SR-IOV is on already on {pif}",
    "NETWORK_SRIOV_ENABLE_FAILED": "SR-IOV could not be switched on for {pif}: {p1}",
    "NETWORK_SRIOV_DISABLE_FAILED": "SR-IOV could not be switched off for {pif}: {p1}",
    "NETWORK_HAS_INCOMPATIBLE_SRIOV_PIFS": "{pif} does not fit the other NICs of this SR-IOV network",
    "NETWORK_HAS_INCOMPATIBLE_VLAN_ON_SRIOV_PIFS": "the VLAN on {pif} does not fit the others of this SR-IOV network",
    "NETWORK_INCOMPATIBLE_WITH_VLAN_ON_SRIOV": "{network} cannot have a VLAN on SR-IOV",
    "PIF_IS_NOT_SRIOV_CAPABLE": "{pif} cannot do SR-IOV",
    "CANNOT_FORGET_SRIOV_LOGICAL": "{pif} was made by SR-IOV; switch that off instead of forgetting it",
}
RULES = ("sriov-full", "guest-immobile")
CAUSES = ("not-offered", "already", "mixed", "driver")
ONLY = {
    "not-offered": ("PIF_IS_NOT_SRIOV_CAPABLE", "NETWORK_SRIOV_ENABLE_FAILED"),
    "already": ("NETWORK_SRIOV_ALREADY_ENABLED", "CANNOT_FORGET_SRIOV_LOGICAL", "NETWORK_SRIOV_DISABLE_FAILED"),
    "mixed": (
        "NETWORK_HAS_INCOMPATIBLE_SRIOV_PIFS", "NETWORK_HAS_INCOMPATIBLE_VLAN_ON_SRIOV_PIFS",
        "NETWORK_INCOMPATIBLE_WITH_VLAN_ON_SRIOV",
    ),
    "driver": ("NETWORK_SRIOV_ENABLE_FAILED", "NETWORK_SRIOV_DISABLE_FAILED"),
}  # fmt: skip
