"""An SR's driver cannot give disks away or take them in while they are in use.

XAPI wants snapshots and mirrors of the driver on both sides, also for a halted guest. A disk whose SR both pools know
by the same UUID stays where it is.

Cause: the disk is on a kind of storage without snapshots or mirrors, as raw devices or some clustered file systems.
Fix: Move the disk to an NFS, LVM or ext SR of its own pool first, with the guest shut down: `xe vdi-copy`.

Cause: the SR named in the other pool is of such a kind.
Fix: Name another one with `--sr`.

Example:
    pool east
    host north
    guest mail   # rule: sr-cannot-mirror
      disk root

    pool west
    host upper
    sr lib iso default
"""

from __future__ import annotations

from collections.abc import Mapping

from xenferry.pool.records import Ref
from xenferry.rules.finding import Error
from xenferry.rules.journey import Journey
from xenferry.rules.place import Place
from xenferry.rules.storage_motion import lacking_of, unable
from xenferry.rules.words import Words

where = Place("ask", 50)


def refused(j: Journey) -> bool:
    """A driver on one of the sides lacks something for a disk that moves."""
    return bool(error(j))


def error(j: Journey) -> Error:
    """XAPI's answer."""
    return unable(j.here, _moving(j), j.there)


def _moving(j: Journey) -> Mapping[Ref, Ref]:
    known = {vdi: sr for vdi, sr in j.disks.items() if vdi in j.here.VDI and sr in j.there.SR}
    homes = {vdi: j.here.SR.get(j.here.VDI[vdi].SR) for vdi in known}
    return {vdi: sr for vdi, sr in known.items() if not (home := homes[vdi]) or home.uuid != j.there.SR[sr].uuid}


def say(j: Journey) -> Words:
    """Which SR, and what it lacks."""
    ref, lacking = lacking_of(j.here, _moving(j), j.there) or ("", [])
    pool = j.there if ref in j.there.SR else j.here
    sr = pool.SR.get(Ref(ref))
    of = f"SR {sr.name_label!r} of pool {pool.pool.name_label} ({sr.type})" if sr else "an SR without a record"
    seen = f"{j.cannot}: {of} lacks {' and '.join(lacking)}."
    cure = (
        "Name another SR there with `--sr`." if pool is j.there else "Move its disks to another SR of its pool first."
    )
    return Words(Ref(ref), seen, (cure,))
