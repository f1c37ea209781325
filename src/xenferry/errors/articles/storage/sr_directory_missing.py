"""The SR is not mounted on this host

The directory under which the host mounts the SR is not there: its connection (PBD) is not plugged on that host, or a
plug failed. Creating an SR reports success even when the connection failed, so a fresh SR shows this first.

Cause: Xen mounts the share's sub-directory that is named after the SR's UUID, and the server allows only the share
    itself to be mounted; so the SR could be created but not connected.
Fix:
- TrueNAS: CORE: tick "All dirs" in the NFS share; then plug the PBD again. SCALE exports sub-directories by itself.
- FreeBSD: add `-alldirs` to the line in /etc/exports and reload mountd.
- Linux: `no_subtree_check` in /etc/exports, `crossmnt` if the directory is a file system of its own; `exportfs -ra`.
- Synology: tick "Allow users to access mounted subfolders" in the NFS rule.
- QNAP: export the shared folder itself and allow sub-folders.
- NetApp: nothing has to be set for sub-directories; a junction in the path needs an export policy of its own.
- Afterwards: `xe pbd-list sr-uuid=UUID`, `xe pbd-plug uuid=PBD` for each, and see what that answers.

Cause: the connection (PBD) of this host is unplugged: after a restart while the server was away, or by hand.
Fix: `xe pbd-list sr-uuid=UUID currently-attached=false`, then `xe pbd-plug uuid=PBD`; its answer names the real
    reason if it fails.

Cause: the host has no connection (PBD) to this SR at all.
Fix: `xe pbd-create host-uuid=HOST sr-uuid=SR device-config:server=SERVER device-config:serverpath=PATH`, then plug
    it; copy the device-config from another host's PBD.

Cause: the directory of the SR was deleted on the file server.
Tell: dom0: mount the share by hand: the folder of the SR's UUID is not in it.
Fix: Restore it from a backup or a snapshot of the server; XAPI keeps the disks' names, but not their content.

Example:
    Failed to scan SR 14f804e6-b45d-17c0-8529-6a5fa3032f94 after attaching, error The SR is not available [opterr=no
    such directory /var/run/sr-mount/14f804e6-b45d-17c0-8529-6a5fa3032f94]
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from xenferry.errors.evidence import UNSEEN, Evidence, contradicts, supports
from xenferry.errors.look import Look
from xenferry.errors.reading.value import Reading
from xenferry.pool.hostset import HostSet

if TYPE_CHECKING:
    from xenferry.pool.records import Ref
    from xenferry.pool.snapshot import Snapshot

RULES = ("pbd-unplugged", "pbd-missing")
CODES = ("SR_BACKEND_FAILURE_47",)
WHEN = r"no such directory|not mounted|directory not mounted"
CAUSES = ("sub-directory", "unplugged", "no-pbd", "deleted")
SAID = "{sr} is not mounted on the host that was asked ({detail})"


def evidence_sub_directory(reading: Reading, look: Look) -> Evidence:
    """A scan straight after attaching fails when the connection did; one host that is connected speaks against it."""
    sr = look.record(reading, "SR", "sr")
    if sr is not None and look.snapshot is not None and look.snapshot.with_sr_plugged.get(sr.ref):
        return contradicts(f"The SR '{sr.name_label}' is connected on other hosts, so the server allows it.")
    if "after attaching" in reading.operation or reading.operation == "SR.scan":
        return supports("The first scan after connecting failed.")
    return UNSEEN


def evidence_unplugged(reading: Reading, look: Look) -> Evidence:
    """The pool knows which connections are unplugged."""
    sr = look.record(reading, "SR", "sr")
    if sr is None or look.snapshot is None:
        return UNSEEN
    pool = look.snapshot
    pulled = [host.name_label for host in pool.hosts_in(_unplugged(pool, sr.ref))]
    if pulled:
        return supports(f"The connection to '{sr.name_label}' is unplugged on {', '.join(pulled)}.")
    return contradicts(f"Every connection to '{sr.name_label}' is plugged.")


def _unplugged(pool: Snapshot, sr: Ref) -> HostSet:
    return pool.with_pbd.get(sr, HostSet(0)) - pool.with_sr_plugged.get(sr, HostSet(0))


def evidence_no_pbd(reading: Reading, look: Look) -> Evidence:
    """The pool knows which hosts have none."""
    sr = look.record(reading, "SR", "sr")
    if sr is None or look.snapshot is None or not sr.shared:
        return UNSEEN
    pool = look.snapshot
    without = pool.everywhere - pool.with_pbd.get(sr.ref, HostSet(0))
    names = ", ".join(host.name_label for host in pool.hosts_in(without))
    return supports(f"{names} has no PBD for '{sr.name_label}'.") if names else contradicts("Every host has a PBD.")
