"""The share is mounted on this host already

A directory of that SR is mounted on the host although XAPI has no connection for it.

Cause: an earlier attempt to create or connect the SR was cut off and left its mount behind.
Tell: dom0: `mount | grep sr-mount` shows the SR while its PBD is unplugged.
Fix: dom0: `grep sr-mount /proc/mounts`, `umount /run/sr-mount/UUID` (under /var/run up to XCP-ng 8.3), then try again.

Cause: the SR exists already, and is connected under the same UUID.
Tell: `xe sr-list uuid=SR` finds it.
Fix: See `xe sr-list`. Do not create it a second time; plug its PBD instead: `xe pbd-list sr-uuid=UUID`, `xe pbd-plug
    uuid=PBD`.

Example:
    SR_BACKEND_FAILURE_75(, NFS mount point already attached, )
"""

CODES = ("SR_BACKEND_FAILURE_75",)
CAUSES = ("left-over", "exists")
SAID = "the share {path} of {server} is mounted on the host already"
