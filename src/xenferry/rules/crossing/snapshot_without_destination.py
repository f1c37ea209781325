"""A disk of a snapshot, or an image of suspended memory, has no SR to go to.

Snapshots go along. Their disks follow the disks that they were taken of; if those are gone, and for the images of
suspended memory, XAPI takes the SR for such images or the default SR of the other pool. VM.assert_can_migrate does not
ask this; VM.migrate_send does.

Cause: the other pool has no default SR.
Fix: Set one: `xe pool-param-set uuid=... default-SR=...`.

Cause: the snapshot holds a disk that the guest no longer has.
Fix: Remove the snapshot if it is not needed: `xe snapshot-uninstall uuid=...`.

Example:
    pool east
    host north
    guest mail suspended   # rule: snapshot-without-destination
      disk root
    guest wiki
      disk root

    pool west
    host upper
"""

from __future__ import annotations

from collections.abc import Hashable

from xenferry.pool.records import NULL, Host, Ref
from xenferry.pool.snapshot import Snapshot
from xenferry.rules.finding import Error
from xenferry.rules.journey import Journey, disk, extra_disks
from xenferry.rules.place import Place
from xenferry.rules.words import Words

where = Place("send", 2)


def kin(there: Snapshot, host: Host, via: Ref) -> Hashable:
    """Where images of suspended memory go."""
    return host.suspend_image_sr


def refused(j: Journey) -> bool:
    """No SR follows from the map, nor from the other pool's settings."""
    return bool(_lost(j))


def _lost(j: Journey) -> list[Ref]:
    return [ref for ref, sr in extra_disks(j).items() if sr in (NULL, "")]


def error(j: Journey) -> Error:
    """XAPI's answer."""
    return ("VDI_NOT_IN_MAP", _lost(j)[0])


def say(j: Journey) -> Words:
    """Which disk."""
    ref = _lost(j)[0]
    image = any(vm.suspend_VDI == ref for vm in (j.vm, *j.snapshots))
    what = "the image of its suspended memory" if image else f"disk {disk(j, ref)} of one of its snapshots"
    seen = f"{j.cannot}: pool {j.there.pool.name_label} has no default SR, where {what} would go."
    return Words(ref, seen, (f"Set one there: `xe pool-param-set uuid={j.there.pool.uuid} default-SR=...`.",))
