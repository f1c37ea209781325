"""A disk's changed blocks are tracked, so it cannot change pools.

XAPI looks at the disks that change their SR, one after the other; between pools that is every disk.

Cause: backup software switched changed block tracking on.
Fix: Switch it off: `xe vdi-disable-cbt uuid=...`; the next backup is then a full one.

Example:
    pool east
    host north
    guest mail   # rule: disk-tracked
      disk root cbt
    guest wiki
      disk root

    pool west
    host upper
    sr store nfs default
"""

from __future__ import annotations

from xenferry.pool.records import Ref
from xenferry.rules.facts import version
from xenferry.rules.finding import Error
from xenferry.rules.journey import Journey, disk
from xenferry.rules.place import Place
from xenferry.rules.storage_motion import pinned
from xenferry.rules.words import Words

where = Place("leave", 1)
before = (25, 15), Place("ask", 35)


def refused(j: Journey) -> bool:
    """Of the guest's own disks; those of snapshots are looked at later."""
    return bool(_disks(j))


def _disks(j: Journey) -> list[Ref]:
    return [ref for ref in j.disks if ref in j.here.VDI and j.here.VDI[ref].cbt_enabled]


def error(j: Journey) -> Error:
    """XAPI's answer, of the first disk that cannot go for whatever reason; it used to look at tracking alone."""
    if version.xapi(j.here) < before[0]:
        return ("VDI_CBT_ENABLED", _disks(j)[0])
    return pinned(j.here, j.disks)


def say(j: Journey) -> Words:
    """Which disk."""
    ref = _disks(j)[0]
    seen = f"{j.cannot}: its disk {disk(j, ref)} cannot change pools, for its changed blocks are tracked for backups."
    off = f"xe vdi-disable-cbt uuid={j.here.VDI[ref].uuid}"
    return Words(
        ref,
        seen,
        (f"Switch tracking off (the next backup is a full one): `{off}`.",),
    )
