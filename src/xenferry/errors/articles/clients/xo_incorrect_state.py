"""Something is not in the state that Xen Orchestra needs for this

The error's data name the object, its property, the state it has and the one it should have; the message alone does not.

Cause: high availability is on while patches are to be installed.
Tell: The property is `ha_enabled`.
Fix: `xe pool-ha-disable`, install, and switch it on again. `xenferry rolling` does so by itself and tells it before.

Cause: a host does not run, and a rolling update or reboot wants all of them.
Tell: The property is `power_state` of a host, actual “Halted”.
Fix: Switch the host on, or forget it if it is gone. `xenferry rolling HOST...` goes through the hosts that are named.

Cause: guests that cannot move are on a host that is to be emptied (passed-through hardware, local disks).
Tell: The property is `pinnedVms`; the guests' UUIDs are the actual value.
Fix: `xenferry check` says for each why and how to cure it; or let them be shut down while their host restarts:
    `xenferry rolling --immobile shutdown`.

Cause: earlier updates are not finished: a host or guest must still be restarted for them.
Tell: The property begins with `pending_guidances`, or is `guidance`.
Fix: Do what the actual value names (restart_host, restart_toolstack, restart_device_model, restart_vm), then try again.

Cause: the guest does not run, so there are no statistics of it.
Tell: The property is `resident_on`.
Fix: Start it; without a host nobody measures.

Cause: the connection to the server is just being made, or is there already.
Tell: The property is `status`.
Fix: Wait some seconds and reload the page; disconnect the server first if it stays so.

Cause: the host is not an XCP-ng host.
Tell: The property is `productBrand`.
Fix: XenServer does not have this function.

Example:
    {"code": 25, "message": "incorrect state", "data": {"actual": true, "expected": false, "property": "ha_enabled"}}
"""

CODES = ("XO_INCORRECT_STATE",)
CAUSES = ("ha", "host-off", "pinned", "guidance", "halted", "server", "brand")
SAID = "Xen Orchestra wants {p0} to be {p2}, and it is {p1}"
WORDS = {
    "ha": ("ha_enabled",),
    "host-off": ("power_state",),
    "pinned": ("pinnedVms",),
    "guidance": ("guidance",),
    "halted": ("resident_on",),
    "server": ("status", "disconnected", "connecting"),
    "brand": ("productBrand",),
}
