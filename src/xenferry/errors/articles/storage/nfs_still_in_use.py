"""The share could not be unmounted

To disconnect an SR the host unmounts its directory; that failed, so the SR stays connected on this host.

Cause: something in dom0 still uses the directory: a disk of a running guest, an ISO in a drive, a shell that stands
    in it.
Fix:
- Find it: dom0: `lsof +f -- /run/sr-mount/UUID` or `fuser -vm /run/sr-mount/UUID` (under /var/run up to XCP-ng 8.3).
- Shut down or move the guests with disks there, eject ISOs, leave the directory, and unplug again.
- A garbage collection of disk chains may run: wait until `ps ax | grep cleanup.py` shows nothing.

Cause: the file server does not answer, so that nothing on the mount can be closed.
Fix: Bring the server back. If it is gone for good: dom0: `umount -f -l /run/sr-mount/UUID`, then unplug again;
    running guests with disks there will lose them.

Example:
    SR_BACKEND_FAILURE_74(, NFS unmount error [opterr=umount failed with return code 32], )
"""

CODES = ("SR_BACKEND_FAILURE_74", "SR_BACKEND_FAILURE_76")
CAUSES = ("in-use", "server-away")
WORDS = {"in-use": ("busy",), "server-away": ("not responding", "timed out", "stale")}
SAID = "the share could not be unmounted ({detail})"
