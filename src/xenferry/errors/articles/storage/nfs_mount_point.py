"""The host could not make the directory to mount the share on

Before a share is mounted, the host makes a directory in dom0, under /run/sr-mount (/var/run/sr-mount up to XCP-ng
8.3). That failed on the host itself; the file server was not asked.

Cause: something of that name is left over from an earlier attempt, or a dead mount still hangs there.
Fix:
- dom0: `grep sr-mount /proc/mounts`. A dead mount: `umount -l /run/sr-mount/UUID`. Then `rmdir /run/sr-mount/UUID`
  and plug the PBD again: `xe pbd-plug uuid=UUID`.
- If `ls` on the directory hangs, the server of the old mount is away: bring it back or use `umount -f -l`.

Cause: dom0's file system is full or read-only.
Fix: On the host: `df -h / /var/log /run` and `df -i /run`; old logs and crash dumps in /var are the usual reason.

Example:
    SR_BACKEND_FAILURE_73(, NFS mount error [opterr=Failed to make directory: code is 17], )
"""

from xenferry.errors.evidence import Evidence, by_errno
from xenferry.errors.look import Look
from xenferry.errors.reading.value import Reading

CODES = ("SR_BACKEND_FAILURE_73",)
WHEN = r"Failed to make directory"
CAUSES = ("left-over", "dom0-full")
SAID = "the host could not make the directory in dom0 that the share is mounted on ({errno})"


def evidence_left_over(reading: Reading, _look: Look) -> Evidence:
    """It exists, or it is a dead mount."""
    return by_errno(reading, {5, 17, 110, 116})


def evidence_dom0_full(reading: Reading, _look: Look) -> Evidence:
    """No space, read-only."""
    return by_errno(reading, {28, 30, 122})
