"""Which LUN is meant was not said, or it is not there

SRs on iSCSI and Fibre Channel name their LUN by its SCSI identity. A probe without it answers with this error and, in
its third parameter, the list of the LUNs that the host sees: that is how clients fill their lists.

Cause: it was left out, and the answer lists the choice.
Fix: Take the `SCSIid` of the LUN from the XML and repeat the call with `device-config:SCSIid=..`.

Cause: this host does not see that LUN: it is not mapped to its initiator or WWPN, or not zoned.
Tell: dom0: `ls /dev/disk/by-id | grep SCSIid` is empty on this host and not on another.
Fix: Map it to every host; then `xe sr-probe` again, or for Fibre Channel `rescan-scsi-bus.sh` in dom0.

Cause: the LUN got another identity: it was restored, replicated or exported anew.
Tell: dom0: `/usr/lib/udev/scsi_id -g -d /dev/DISK` beside SCSIid in the PBD's device-config.
Fix: Compare with `xe pbd-list sr-uuid=SR params=device-config`; forget the SR and introduce it with the new SCSIid.
    Do not create it anew: that would overwrite it.

Example:
    Error code: SR_BACKEND_FAILURE_107
    Error parameters: , The SCSIid parameter is missing or incorrect, <?xml version="1.0" ?>
"""

SAYS = {
    "SR_BACKEND_FAILURE_107": "the SCSI identity of the LUN (device-config:SCSIid) was not given or is not there",
    "SR_BACKEND_FAILURE_87": "the number of the LUN (device-config:LUNid) was not given",
    "SR_BACKEND_FAILURE_89": "the number of the LUN (device-config:LUNid) was not given",
}
CAUSES = ("list", "not-mapped", "changed")
WORDS = {"list": ("<?xml", "BlockDevice", "iscsi-target")}
