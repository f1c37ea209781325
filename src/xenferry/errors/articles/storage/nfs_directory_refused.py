"""The file server did not let the host make the SR's directory

To create an SR of type nfs the host mounts the share and, as root, makes a directory in it that is named after the SR's
UUID. The mount worked; making the directory did not. The number in the text is the error number of the operating
system, as the file server sent it; 13 (permission denied) is by far the most common.

Cause: root on the host is not root on the share: the server maps it to an unprivileged user (root squash), and that
    user may not write there.
Fix:
- Linux: in /etc/exports give the share `no_root_squash`, e.g. `/srv/vm
  192.0.2.0/24(rw,sync,no_root_squash,no_subtree_check)`, then run `exportfs -ra`.
- TrueNAS: edit the NFS share, Advanced Options, set Maproot User to root (and Maproot Group to wheel on CORE, root on
  SCALE).
- Synology: in the shared folder's NFS rule set Squash to "No mapping" and privilege to Read/Write.
- QNAP: in the shared folder's NFS host access set Squash option to "Squash no users" and access right to read/write.
- NetApp: give the export-policy rule of the hosts `-superuser sys -rwrule sys`.
- Windows Server: in NFS Sharing, Permissions, tick "Allow root access" and choose Read-Write for the hosts.

Cause: the directory that is exported may not be written by the user that root is mapped to, whatever the export says.
Fix:
- Make the directory writable for that user on the server, e.g. `chown nobody:nogroup PATH; chmod 770 PATH`, or give
  it to root if root is not mapped.
- Synology: a folder with Windows ACLs may refuse although NFS allows; give the permission in the folder's Permissions
  tab too.

Cause: the file system on the server is full, or the quota of the share is used up.
Fix: Free space or raise the quota on the server, then create the SR again.

Cause: the export or the file system behind it is read-only.
Fix:
- Linux: export with `rw` instead of `ro`, run `exportfs -ra`, and see `mount` and `dmesg` on the server whether the
  file system itself went read-only.
- TrueNAS: clear "Read Only" on the share, and on the dataset.

Cause: the directory vanished on the server while it was mounted: it was moved, deleted, or another file system was
    mounted over it.
Fix:
- Check the path on the server, then run `exportfs -ra` (or save the share again) so that it is exported anew.
- dom0: `grep ' nfs' /proc/mounts`; unmount what still shows the old share with `umount -l DIRECTORY`.

Cause: the server itself fails to write: a broken disk, or it answered so slowly that the host gave up.
Fix: Look at the server's own log and the health of its disks; then create the SR again.

Example:
    SR_BACKEND_FAILURE_88(, NFS SR creation error [opterr=remote directory creation error is 13], )
"""

from xenferry.errors.evidence import Evidence, by_errno
from xenferry.errors.look import Look
from xenferry.errors.reading.value import Reading

CODES = ("SR_BACKEND_FAILURE_88",)
CAUSES = ("root-squash", "directory-permissions", "full", "read-only", "stale", "server-fails")
SAID = "the share could be mounted, but the file server refused to let root make a directory in it ({errno})"


def evidence_root_squash(reading: Reading, _look: Look) -> Evidence:
    """1 and 13 are the two ways to say no."""
    return by_errno(reading, {1, 13})


def evidence_directory_permissions(reading: Reading, _look: Look) -> Evidence:
    """The same numbers: only the server can tell the two causes apart."""
    return by_errno(reading, {1, 13})


def evidence_full(reading: Reading, _look: Look) -> Evidence:
    """No space, no quota."""
    return by_errno(reading, {28, 122})


def evidence_read_only(reading: Reading, _look: Look) -> Evidence:
    """Drivers before sm 3.0.13 give 30 here, later ones answer SR_BACKEND_FAILURE_461."""
    return by_errno(reading, {30})


def evidence_stale(reading: Reading, _look: Look) -> Evidence:
    """Gone, or a handle to something that is gone."""
    return by_errno(reading, {2, 20, 116})


def evidence_server_fails(reading: Reading, _look: Look) -> Evidence:
    """110 stands for twenty input/output errors in a row."""
    return by_errno(reading, {5, 110, 121})
