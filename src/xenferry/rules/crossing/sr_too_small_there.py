"""The SR that the disks would go to has too little room.

XAPI does not ask: the copy runs until the SR is full. Counted is what the disks hold now; storage that does not grow
with its content (LVM) needs their whole size.

Cause: the SR is too full for this guest.
Fix: Free space there, or name another SR with `--sr`.

Example:
    pool east
    host north
    guest mail   # rule: sr-too-small-there
      disk root size=200GiB
    guest wiki
      disk root size=2GiB

    pool west
    host upper
    sr store lvm on=upper size=100GiB default
"""

from __future__ import annotations

from collections.abc import Hashable

from xenferry.pool.records import SR, VDI, Host, Ref
from xenferry.pool.snapshot import Snapshot
from xenferry.rules.finding import Error
from xenferry.rules.journey import Journey, extra_disks
from xenferry.rules.place import Place
from xenferry.rules.words import Words, gib

where = Place("way", 2)
THICK = ("lvm", "lvmoiscsi", "lvmohba", "lvmofcoe")
"""Storage whose disks take their whole size from the start."""


def kin(there: Snapshot, host: Host, via: Ref) -> Hashable:
    """Where images of suspended memory go."""
    return host.suspend_image_sr


def refused(j: Journey) -> bool:
    """Some SR is too small for all the disks that would go there, those of snapshots included."""
    return bool(_short(j))


def _short(j: Journey) -> list[tuple[Ref, int, int]]:
    """The SRs that are too small: how much would come, how much is free."""
    coming: dict[Ref, int] = {}
    for vdi, sr in (*j.disks.items(), *extra_disks(j).items()):
        if sr in j.there.SR and vdi in j.here.VDI:
            coming[sr] = coming.get(sr, 0) + _size(j.here.VDI[vdi], j.there.SR[sr])
    free = {sr: max(0, j.there.SR[sr].physical_size - j.there.SR[sr].physical_utilisation) for sr in coming}
    return [(sr, size, free[sr]) for sr, size in coming.items() if size > free[sr]]


def _size(vdi: VDI, sr: SR) -> int:
    return vdi.virtual_size if sr.type in THICK else vdi.physical_utilisation


def error(j: Journey) -> Error:
    """XAPI does not ask."""
    return ()


def say(j: Journey) -> Words:
    """Both sizes."""
    ref, size, free = _short(j)[0]
    seen = f"{j.cannot}: its disks need {gib(size)} on SR {j.there.name(ref)!r} there, and {gib(free)} is free."
    return Words(ref, seen, (f"Free {gib(size - free)} on that SR, or name another one with `--sr`.",))
