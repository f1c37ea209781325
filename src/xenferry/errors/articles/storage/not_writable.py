"""The host cannot write to the share

The share could be mounted, but a test file could not be written. Drivers before sm 3.0.13 had no such test, so an SR
that worked badly for years may be refused after an update.

Cause: the export is read-only, for all or for this host.
Fix:
- Linux: `rw` instead of `ro` in /etc/exports for the hosts' network, then `exportfs -ra`.
- TrueNAS: clear "Read Only" on the share and on the dataset.
- Synology: NFS rule: privilege Read/Write.
- QNAP: NFS host access: read/write.
- NetApp: `-rwrule sys` in the export policy.

Cause: root is mapped to another user (root squash) that may not write in the SR's directory.
Tell: dom0: `touch` in the SR's directory says permission denied or not permitted, as root.
Fix:
- Linux: `no_root_squash` in /etc/exports, then `exportfs -ra`.
- TrueNAS: Maproot User root.
- Synology: Squash "No mapping".
- QNAP: "Squash no users".

Cause: the file system on the server is full, over quota, or went read-only after an error.
Tell: dom0: `touch` there says no space, quota exceeded or read-only file system; `df -h` and `df -i` on the server.
Fix: On the server: `df`, `mount`, `dmesg`; free space or repair it.

Example:
    SR_BACKEND_FAILURE_461(, The file system for SR cannot be written to. [opterr=remote filesystem is read-only error
    is 30], )
"""

from xenferry.errors.evidence import UNSEEN, Evidence, by_errno
from xenferry.errors.look import Look
from xenferry.errors.reading.value import Reading

CODES = ("SR_BACKEND_FAILURE_461",)
CAUSES = ("read-only", "root-squash", "full")
SAID = "the share {path} of {server} was mounted, and nothing can be written to it ({errno})"


def evidence_read_only(reading: Reading, _look: Look) -> Evidence:
    """30 says so."""
    return by_errno(reading, {30}) if reading.errno is not None else UNSEEN
