"""The iSCSI target does not answer

The host asks the target's address, on port 3260 unless another is given, for the targets that it offers.

Cause: a firewall, a VLAN or a missing route is between the host's storage NIC and the target.
Tell: dom0: `nc -zv TARGET 3260` hangs or says no route, and another host in the storage network gets an answer.
Fix: On the host that tried: `nc -zv TARGET 3260` and `ping TARGET`. The host answers from the NIC whose subnet fits;
    without an address in the storage network it goes through the management network.

Cause: the address or the port is wrong, or is that of the storage's management page.
Tell: dom0: `nc -zv TARGET 3260` is refused while the storage serves others; its own pages give another address.
Fix: Use the address of an iSCSI portal; the port is a number from 1 to 65535, 3260 by default.

Cause: the iSCSI service on the storage is off, or offers no target on this portal.
Tell: dom0: `nc -zv TARGET 3260` is refused from every host, and `ping` is answered.
Fix: Start it, bind the target to the portal, then `iscsiadm -m discovery -t sendtargets -p TARGET` in dom0 must list
    it.

Example:
    SR_BACKEND_FAILURE_141(, Unable to connect to ISCSI service on target, )
"""

SAYS = {
    "SR_BACKEND_FAILURE_141": "the host could not open a connection to the iSCSI service of {server}",
    "SR_BACKEND_FAILURE_83": "the iSCSI service answered, but would not list its targets to the host ({detail})",
    "SR_BACKEND_FAILURE_142": "the port given for the iSCSI target is not a number from 1 to 65535",
}
WORDS = {"blocked": ("no route to host", "network is unreachable"), "service": ("connection refused", "no portals")}
CAUSES = ("blocked", "wrong-address", "service")
ONLY = {
    "blocked": ("SR_BACKEND_FAILURE_141", "SR_BACKEND_FAILURE_83"),
    "service": ("SR_BACKEND_FAILURE_141", "SR_BACKEND_FAILURE_83"),
}
