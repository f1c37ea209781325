"""Which storage a guest needs, and which hosts reach it.

XAPI wants the SR of every non-empty drive plugged on the host, CDs included, attached or not, and of the suspend image
(xapi/xapi_vm_helpers.ml, `assert_can_see_SRs`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from xenferry.pool.records import NULL, PBD, SR, VBD, VDI, VM, Host, Ref
from xenferry.pool.snapshot import Snapshot
from xenferry.rules.finding import Error
from xenferry.rules.once import once, once_of

CONNECTIONS = frozenset({"VDI", "PBD"})
"""Classes without which nothing is refused here: `not-in-snapshot` says that it is unknown."""


class Need(NamedTuple):
    """A disk or CD of a guest; `drive` is None for the suspend image, `disk` None if the snapshot lacks the VDI."""

    drive: VBD | None
    disk: VDI | None
    ref: Ref


def needs(s: Snapshot, vm: VM) -> Iterator[Need]:
    """What must be reachable, in XAPI's order: the drives, then the suspend image."""
    for vbd in vm.VBDs:
        drive = s.VBD.get(vbd)
        if drive is not None and not drive.empty:
            yield Need(drive, s.VDI.get(drive.VDI), drive.VDI)
    if vm.power_state == "Suspended" and vm.suspend_VDI != NULL:
        yield Need(None, s.VDI.get(vm.suspend_VDI), vm.suspend_VDI)


def hosts_of(s: Snapshot, need: Need) -> int:
    """The hosts that reach it; none if its record is missing, all if nobody looked at connections."""
    if s.not_read & CONNECTIONS:
        return int(s.everywhere)
    return s.with_sr_plugged.get(need.disk.SR, 0) if need.disk else 0


def first_unreachable(s: Snapshot, vm: VM, host: Host) -> Error:
    """XAPI's answer for a guest whose storage the host does not reach: the first missing one counts."""
    bit = 1 << s.place[host.ref]
    missing = [need for need in needs(s, vm) if not hosts_of(s, need) & bit]
    gone = [need for need in missing if need.disk is None]
    if gone:
        return ("HANDLE_INVALID", "VDI", gone[0].ref)
    return ("VM_REQUIRES_SR", vm.ref, missing[0].disk.SR) if missing and missing[0].disk else ()


@once_of("PBD", "host")
def _beyond(s: Snapshot) -> Mapping[Ref, int]:
    """SR that any host reaches -> the hosts that do not."""
    return {sr: int(s.everywhere) & ~int(hosts) for sr, hosts in s.with_sr_plugged.items()}


@once
def refusing(s: Snapshot) -> Mapping[Ref, int]:
    """Drive -> the hosts that do not reach what is in it; drives that every host reaches are left out."""
    if s.not_read & CONNECTIONS:
        return {}
    everywhere, disks, by_sr = int(s.everywhere), s.VDI, _beyond(s)
    lacking = {ref: hosts for ref, disk in disks.items() if (hosts := by_sr.get(disk.SR, everywhere))}
    full = ((ref, drive.VDI) for ref, drive in s.VBD.items() if not drive.empty)
    return {ref: lacking.get(vdi, everywhere) for ref, vdi in full if vdi in lacking or vdi not in disks}


def drives_refused(s: Snapshot, guests: Sequence[VM], *, cds: bool) -> dict[Ref, int]:
    """Guest -> the hosts that do not reach one of its CDs, or one of its other drives.

    A drive that came while the pool was read, and that its guest does not list yet, is not its guest's.
    """
    table, found = s.VBD, dict[Ref, int]()
    wanted = {vm.ref: vm for vm in guests}
    for ref, hosts in refusing(s).items():
        drive = table[ref]
        if (drive.type == "CD") is cds and drive.VM in wanted and ref in wanted[drive.VM].VBDs:
            found[drive.VM] = found.get(drive.VM, 0) | hosts
    return found


@once_of("PBD")
def pbds(s: Snapshot) -> Mapping[tuple[Ref, Ref], PBD]:
    """(SR, host) -> the connection between them."""
    return {(pbd.SR, pbd.host): pbd for pbd in s.PBD.values()}


@once_of("SR", "PBD", "host")
def shared(s: Snapshot) -> tuple[SR, ...]:
    """SRs that hold disks and that every host reaches: where a disk is free to move with its guest."""
    everywhere = int(s.everywhere)
    return tuple(
        sr
        for sr in s.SR.values()
        if sr.shared
        and sr.content_type != "iso"
        and sr.type != "iso"
        and s.with_sr_plugged.get(sr.ref, 0) == everywhere
    )


def is_for_isos(sr: SR) -> bool:
    """Whether an SR holds CD images rather than disks."""
    return sr.content_type == "iso" or sr.type in ("iso", "udev")
