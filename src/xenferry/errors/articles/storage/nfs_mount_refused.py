"""The host could not mount the share

`mount.nfs` on the host did not succeed. An SR is not only its share: after the share itself the host mounts the
sub-directory that is named after the SR's UUID, and the server must allow that as well. The exact reason is in
/var/log/SMlog on the host that tried.

Cause: the share itself can be mounted, but not the SR's own directory in it: the server does not allow sub-directories
    to be mounted, or the directory is no longer there.
Fix:
- TrueNAS: CORE: tick "All dirs" in the NFS share. SCALE exports sub-directories by itself; there check that the
  dataset was not split: a child dataset is a file system of its own and is not exported with its parent.
- FreeBSD: add `-alldirs` to the line in /etc/exports and reload mountd.
- Linux: export with `no_subtree_check`, and with `crossmnt` if the directory is a file system of its own; run
  `exportfs -ra`.
- Synology: tick "Allow users to access mounted subfolders" in the folder's NFS rule.
- QNAP: export the shared folder itself, not a folder inside it, and allow sub-folders in its NFS host access.
- dom0: see whether the directory is there: `mount -t nfs SERVER:PATH /mnt && ls /mnt; umount /mnt`. If it was
  deleted, forget the SR and create a new one; its disks are gone.

Cause: this host is not on the server's list of clients, or comes from another address than the server expects.
Fix:
- Ask the server what it exports to whom: `showmount -e SERVER` on the host. The address that counts is that of the
  host's NIC in the storage network, for every host of the pool.
- Linux: name the hosts' network in /etc/exports: `/srv/vm 192.0.2.0/24(rw,sync,no_root_squash,no_subtree_check)`,
  then `exportfs -ra`.
- TrueNAS: add the network under Networks (or each host under Hosts) of the share; both empty means everybody.
- Synology: add an NFS rule for the hosts' network.
- QNAP: add the hosts' addresses to the NFS host access list.
- NetApp: add the hosts to the export policy of the volume and of the root volume of the SVM.
- Windows Server: add the hosts under NFS Sharing, Permissions.

Cause: the path is not exported under that name.
Fix:
- Take the path from `showmount -e SERVER`, in full: a NAS often exports /mnt/POOL/DATASET or /volume1/FOLDER, not
  what its web page shows.
- NFS 4 counts paths from the server's root export (`fsid=0`): try the path without the leading part.

Cause: the mount timed out: packets are lost on the way, often large ones only (MTU), or mountd is behind a firewall.
Fix:
- dom0: `ping -M do -s 8972 SERVER` if the network uses jumbo frames, `-s 1472` if not; every switch port and both
  ends need the same MTU.
- Open ports 2049 and 111 and the port of mountd (`rpcinfo -p SERVER`) from the hosts to the server.

Cause: the server does not offer the NFS version or the option that was asked for.
Fix: See `rpcinfo -s SERVER`; set `nfsversion` of the SR to a version that is listed, and take out options that the
    server does not know.

Example:
    Error code: SR_BACKEND_FAILURE_73
    Error parameters: , NFS mount error [opterr=mount failed with return code 32],
"""

import re

from xenferry.errors.evidence import UNSEEN, Evidence, by_words, contradicts, supports
from xenferry.errors.look import Look
from xenferry.errors.reading.value import Reading
from xenferry.errors.words import operation

RULES = ("pbd-unplugged",)
CODES = ("SR_BACKEND_FAILURE_73",)
_UUID = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}/*\Z")
CAUSES = ("sub-directory", "client-not-allowed", "wrong-path", "timeout", "version")
SAID = "{server} was asked to let the host mount {path}, and the mount failed ({mount})"


def evidence_sub_directory(reading: Reading, look: Look) -> Evidence:
    """Creating an SR mounts the share only; everything later mounts the SR's own directory, named after its UUID."""
    if _UUID.search(reading.path):
        return supports(f"What was mounted is {reading.path}, the directory of an SR.")
    if reading.form == "program" and reading.path:
        return contradicts(f"What was mounted is {reading.path}, no directory of an SR.")
    if operation(reading) in ("SR.create", "SR.probe"):
        return contradicts("While an SR is created only the share itself is mounted.")
    if operation(reading) in ("SR.destroy", "PBD.plug", "SR.scan"):
        return supports(
            "This call mounts the SR's own directory, not the share; the share could be mounted when the SR was made."
        )
    return UNSEEN


def evidence_client_not_allowed(reading: Reading, look: Look) -> Evidence:
    """Other hosts that have the SR plugged show that the share is fine."""
    if (found := by_words(" ".join(reading.params), "access denied")).seen:
        return found
    sr = look.record(reading, "SR", "sr")
    if sr is None or look.snapshot is None:
        return UNSEEN
    plugged = look.snapshot.with_sr_plugged.get(sr.ref)
    if not plugged or plugged == look.snapshot.everywhere:
        return UNSEEN
    names = ", ".join(host.name_label for host in look.snapshot.hosts_in(plugged))
    return supports(f"The SR '{sr.name_label}' is connected on {names}, so the share works; another host is refused.")


def evidence_wrong_path(reading: Reading, _look: Look) -> Evidence:
    """What the server says, where the driver's output is there."""
    return by_words(" ".join(reading.params), "no such file or directory")


def evidence_timeout(reading: Reading, _look: Look) -> Evidence:
    """mount's own words."""
    return by_words(" ".join(reading.params), "timed out")


def evidence_version(reading: Reading, _look: Look) -> Evidence:
    """mount.nfs says so in its output."""
    return by_words(" ".join(reading.params), "protocol not supported", "not supported", "incorrect mount option")
