"""The USB device and the guest do not fit

Each USB device of a host (PUSB) that may be passed through has a group; a guest gets it by a VUSB. Such a guest stays
on that host.

Cause: the device is in use by a guest already.
Tell: `xe vusb-list` and `xe pusb-list params=usb-group-uuid,passthrough-enabled`.
Fix: `xe vusb-list`; shut that guest down and destroy its VUSB.

Cause: the group is in use, or holds no device, or one device too many.
Tell: `xe usb-group-list params=PUSB-uuids,VUSB-uuids`.
Fix: `xe usb-group-list`, `xe pusb-list`: a group holds one device for one guest.

Cause: the guest has as many as it can have, or the device is on another host.
Tell: `xe vusb-list vm-uuid=GUEST`, `xe pusb-list params=host-uuid,product-desc`.
Fix: Take one away; start the guest on the device's own host.

Example:
    USB_ALREADY_ATTACHED(OpaqueRef:1, OpaqueRef:2)
"""

SAYS = {
    "USB_ALREADY_ATTACHED": "the USB device {p0} is in use by {vm}",
    "USB_GROUP_CONFLICT": "the USB group {p0} already serves a guest",
    "USB_GROUP_CONTAINS_NO_PUSBS": "the USB group {p0} holds no device",
    "USB_GROUP_CONTAINS_PUSB": "devices are in the USB group: {p0}",
    "USB_GROUP_CONTAINS_VUSB": "guests use the USB group: {p0}",
    "TOO_MANY_VUSBS": "a guest can have at most {p0} USB devices",
    "VM_REQUIRES_VUSB": "{vm} needs a USB device of the group {p1}, which the host does not have free",
}
RULES = ("usb-attached", "usb-not-on-host")
CAUSES = ("in-use", "group", "not-here")
ONLY = {
    "in-use": ("USB_ALREADY_ATTACHED", "USB_GROUP_CONFLICT"),
    "group": ("USB_GROUP_CONTAINS_NO_PUSBS", "USB_GROUP_CONTAINS_PUSB", "USB_GROUP_CONTAINS_VUSB"),
    "not-here": ("TOO_MANY_VUSBS", "VM_REQUIRES_VUSB"),
}
