"""The guest's drivers are too old for this, or are in use

Windows drivers of the first generations cannot do everything that XAPI asks of a guest.

Cause: the drivers in the guest are older than this operation needs.
Tell: `xe vm-param-get uuid=GUEST param-name=PV-drivers-version` is older than the host's guest tools.
Fix: Install the current guest tools (XCP-ng tools, or XenServer VM Tools) and restart the guest.

Cause: the setting `has-vendor-device` was to be changed, and the guest's drivers are in use already.
Tell: The call was to change has-vendor-device, and PV-drivers-detected is true.
Fix: Shut the guest down and change it before tools are installed: `xe vm-param-set uuid=GUEST has-vendor-device=false`.

Example:
    VM_OLD_PV_DRIVERS(OpaqueRef:622a2cd9-537c-4a49-933c-e47ce1f8555e, 5, 6)
"""

SAYS = {
    "VM_OLD_PV_DRIVERS": "{vm} has drivers of version {p1}.{p2}, and this needs newer ones",
    "VM_PV_DRIVERS_IN_USE": "{vm} uses its drivers already, so that this setting cannot be changed",
}
RULES = ("drivers-old",)
CAUSES = ("old", "in-use")
ONLY = {"old": ("VM_OLD_PV_DRIVERS",), "in-use": ("VM_PV_DRIVERS_IN_USE",)}
