"""A disk of the guest lies on storage that the host does not reach.

For a migration without moving disks, every SR with a disk of the guest must be plugged on the target host, whether the
disk is attached or not.

Cause: the host's connection to the SR (its PBD) is unplugged, because the storage did not answer when it booted.
Fix:
- Plug it: `xe pbd-plug uuid=...`. If that fails, `xenferry storage probe nfs SERVER:/PATH` shows what the hosts see.

Cause: the SR is local to one host.
Fix:
- Bring the disks to shared storage: `xenferry storage move GUEST --to SR`, or all of an SR with `--from`.
- Move guest and disk together: `xenferry migrate GUEST --to HOST --sr SR`.

Cause: the SR is shared, but the host joined later and has no PBD for it.
Fix: Create the PBD with the settings of the other hosts: `xe pbd-create sr-uuid=... host-uuid=... device-config:...`,
    then plug it.

Example:
    pool p
    host xcp1
    host xcp2
    sr nfs nfs
    sr "Local storage" lvm on=xcp1
    guest web on=xcp1
      disk "web root" sr="Local storage"   # rule: disk-not-on-host
      disk data sr=nfs
"""

from __future__ import annotations

from collections.abc import Sequence

from xenferry.pool.records import VM, Host, Ref
from xenferry.pool.snapshot import Snapshot
from xenferry.rules import unreached
from xenferry.rules.facts import storage
from xenferry.rules.finding import Error
from xenferry.rules.place import Place
from xenferry.rules.words import Words, cannot_go, listed, verb

where = (Place("core-sr", 11),)


def refused(s: Snapshot, guests: Sequence[VM]) -> dict[Ref, int]:
    """Hosts on which one of the SRs is not plugged."""
    return storage.drives_refused(s, guests, cds=False)


def error(s: Snapshot, vm: VM, host: Host) -> Error:
    """XAPI's answer, which is about the first of all drives, a CD too."""
    return storage.first_unreachable(s, vm, host)


def say(s: Snapshot, vm: VM, hosts: Sequence[Host]) -> Words:
    """The disk, the SR, and what is wrong with it."""
    need = unreached.first(s, vm, hosts[0], "disk")
    cause = need.drive.ref if need.drive else vm.ref
    sr = s.SR.get(need.disk.SR) if need.disk else None
    if need.disk is None or sr is None:
        return unreached.missing(s, vm, hosts, cause)
    all_disks = (each.disk for each in storage.needs(s, vm) if unreached.kind_of(each) == "disk")
    disks = [disk.name_label for disk in all_disks if disk and sr.ref == disk.SR]
    what = f"its {verb(len(disks), 'disk', 'disks')} {listed(map(repr, disks))} {verb(len(disks), 'lies', 'lie')}"
    seen = f"{cannot_go(vm, hosts)}: {what} on {unreached.why(s, sr, hosts)}."
    return Words(cause, seen, unreached.plug(s, sr, hosts) or unreached.move(s, sr))
