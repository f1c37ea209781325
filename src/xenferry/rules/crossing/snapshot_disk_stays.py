"""A disk of a snapshot cannot change pools.

Snapshots go along with their guest, so the changed blocks of their disks must not be tracked, either; on a snapshot
tracking cannot be switched off. VM.assert_can_migrate does not ask this; VM.migrate_send does.

Cause: the snapshot was taken while backups tracked the disk's changed blocks.
Fix: Remove the snapshot (`xe snapshot-uninstall uuid=...`), or let the backup software forget it; its next backup is a
    full one.

Example:
    pool east
    host north
    guest mail   # rule: snapshot-disk-stays
      disk root
      snapshot nightly
    guest wiki
      disk root

    pool west
    host upper
    sr store nfs default
    # twin: the disk of the snapshot `nightly` is tracked
"""

from __future__ import annotations

from xenferry.pool.records import Ref
from xenferry.rules.finding import Error
from xenferry.rules.journey import Journey, disk, extra_disks
from xenferry.rules.place import Place
from xenferry.rules.storage_motion import pinned
from xenferry.rules.words import Words

where = Place("send", 3)


def refused(j: Journey) -> bool:
    """The guest's own disks were looked at before."""
    return bool(error(j))


def error(j: Journey) -> Error:
    """XAPI's answer."""
    return pinned(j.here, extra_disks(j))


def say(j: Journey) -> Words:
    """Which disk of which snapshot."""
    ref = Ref(error(j)[1])
    vbds = (j.here.VBD[vbd] for vbd in j.here.VDI[ref].VBDs if vbd in j.here.VBD)
    vm = next((each for drive in vbds for each in j.snapshots if each.ref == drive.VM), j.vm)
    seen = f"{j.cannot}: disk {disk(j, ref)} of its snapshot {vm.name_label} is tracked for backups, or encrypted."
    return Words(ref, seen, (f"Remove the snapshot, if no backup needs it: `xe snapshot-uninstall uuid={vm.uuid}`.",))
