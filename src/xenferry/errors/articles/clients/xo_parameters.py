"""Xen Orchestra does not take the call as it is

Xen Orchestra looked at the call itself and did not pass it on to the pool.

Cause: a value is missing, of a wrong type or out of range; mostly a script, a job, or a page that is older than the
    server.
Tell: The message, or `errors` in its data, names the value.
Fix: Reload the page; compare scripts with `xo-cli list-commands METHOD`.

Cause: a disk was to be made smaller than it is.
Tell: The message reads “cannot set new size … below the current size”.
Fix: Disks only grow. Make a smaller one and copy the data inside the guest.

Cause: the guest was to be shut down cleanly but has no tools.
Tell: The message reads “clean shutdown requires PV drivers”.
Fix: Install the guest tools, or shut it down inside and let `xenferry` wait for it.

Cause: there is such an object already: a server with that address, a user with that name, a VLAN on that NIC.
Tell: The message reads “… already exists”.
Fix: Use what is there, or remove it first.

Cause: a second NIC with the same MAC address would be made.
Tell: The code in the data is DUPLICATED_MAC_ADDRESS.
Fix: Leave the MAC empty to get a new one; force it only if the other NIC's guest never runs at the same time.

Cause: the guest has as many NICs as it can have.
Tell: The code in the data is TOO_MANY_VIFs; `xe vm-list uuid=VM params=allowed-VIF-devices` is empty.
Fix: Remove one, or use VLANs inside the guest. A guest that runs must have the drivers for more.

Example:
    {"code": 21, "message": "operation failed", "data": {"objectId": "x", "code": "DUPLICATED_MAC_ADDRESS"}}
"""

SAYS = {
    "XO_INVALID_PARAMETERS": "Xen Orchestra does not accept a parameter of the call: {p0}",
    "XO_OBJECT_ALREADY_EXISTS": "there is such an object already ({p0} {p1})",
    "XO_OPERATION_FAILED": "Xen Orchestra gave up: {p0}",
}
CAUSES = ("value", "shrink", "no-tools", "exists", "mac", "nics")
ONLY = {
    "value": ("XO_INVALID_PARAMETERS",),
    "shrink": ("XO_INVALID_PARAMETERS",),
    "no-tools": ("XO_INVALID_PARAMETERS",),
    "exists": ("XO_OBJECT_ALREADY_EXISTS",),
    "mac": ("XO_OPERATION_FAILED",),
    "nics": ("XO_OPERATION_FAILED",),
}
WORDS = {
    "shrink": ("below the current size",),
    "no-tools": ("clean shutdown requires",),
    "mac": ("DUPLICATED_MAC_ADDRESS",),
    "nics": ("TOO_MANY_VIFs",),
}
