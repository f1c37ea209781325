"""Not all interfaces of a network could be connected again

A network's MTU was changed: Xen Orchestra unplugged all NICs of it, of guests and hosts, and plugged them again. Some
did not come back, and their guests have no network now.

Cause: a guest without drivers, or one whose drivers do not let go, was in the network.
Tell: `xe vif-list network-uuid=NETWORK params=vm-name-label,currently-attached` shows false for a running guest.
Fix: `xe vif-plug uuid=VIF` for each; restart a guest that refuses.

Cause: a host's interface is in use for management, HA, clustering or storage, and may not be unplugged.
Tell: `xe pif-list network-uuid=NETWORK params=host-name-label,management,disallow-unplug,currently-attached`.
Fix: `xe pif-plug uuid=PIF` where it is false. Change the MTU of such a network host by host, each emptied before.

Example:
    Error: Some network interfaces could not be updated.
"""

CODES = ("XO_INTERFACES_NOT_UPDATED",)
CAUSES = ("guest", "host")
SAID = "some interfaces of the network were not connected again"
