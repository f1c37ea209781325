"""How disks are layered, as far as XAPI shows it: a layer names the one below in its sm_config.

Drivers of VHD and qcow2 disks write `vhd-parent` (sm: VDI.py, cleanup.py); layers that are no disk of anybody are VDIs
that are not managed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from xenferry.pool.records import VDI, Ref
from xenferry.pool.snapshot import Snapshot
from xenferry.rules.once import once_of

PARENT = "vhd-parent"
ENDLESS = 1000
"""A chain that goes round in a circle in a broken record is not followed for ever."""


@once_of("VDI")
def _by_uuid(s: Snapshot) -> Mapping[str, VDI]:
    return {disk.uuid: disk for disk in s.VDI.values()}


def depth(s: Snapshot, disk: VDI) -> int:
    """How many layers the disk is made of, itself included; 1 where nothing is known of any below."""
    known, layer = _by_uuid(s), disk
    for number in range(1, ENDLESS):
        parent = layer.sm_config.get(PARENT)
        below = known.get(parent) if parent else None  # a record that is not whole may have an empty UUID
        if below is None:
            return number
        layer = below
    return ENDLESS


def unmerged(s: Snapshot, disk: VDI) -> int:
    """How many layers below the disk can be merged with the one above them.

    The layer right below the disk itself does not count: many SRs leave it as long as the guest writes.
    """
    above, known = _above(s), _by_uuid(s)
    layer, found = known.get(disk.sm_config.get(PARENT, "") or "-"), 0
    for _ in range(ENDLESS):
        below = known.get(layer.sm_config.get(PARENT, "") or "-") if layer else None
        if below is None:
            break
        found += not below.managed and above[below.uuid] == 1
        layer = below
    return found


@once_of("VDI")
def _above(s: Snapshot) -> Counter[str]:
    """Layer -> how many stand on it."""
    return Counter(parent for disk in s.VDI.values() if (parent := disk.sm_config.get(PARENT)))


@once_of("VDI")
def waiting(s: Snapshot) -> Mapping[Ref, int]:
    """SR -> how many layers have only one left above them, so that both can be merged."""
    above = _above(s)
    single = (disk for disk in s.VDI.values() if not disk.managed and above[disk.uuid] == 1)
    return Counter(disk.SR for disk in single)
