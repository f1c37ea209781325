"""Moving a guest with its disks: what XAPI refuses there, and which SR a disk goes to when nobody named one.

Source: XAPI's assert_can_migrate and migrate_send (xapi_vm_migrate.ml). That the target host sees the target SR and
that the SR has room is not checked by XAPI before it copies; it is checked here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from xenferry.plan import disks
from xenferry.plan.words import size
from xenferry.pool import records as r
from xenferry.pool.records import Ref
from xenferry.pool.snapshot import Snapshot

SOURCE_FEATURES = frozenset({"VDI_SNAPSHOT", "VDI_MIRROR"})


def unreachable(snapshot: Snapshot, vm: r.VM, host: r.Host) -> tuple[r.VDI, ...]:
    """The guest's disks that this host cannot see."""
    position = snapshot.place[host.ref]
    return tuple(
        vdi for _, vdi in disks.drives(snapshot, vm) if position not in snapshot.with_sr_plugged.get(vdi.SR, ())
    )


def choose_sr(snapshot: Snapshot, host: r.Host, bytes_needed: int) -> r.SR | None:
    """The SR for disks that must come along: the pool's default, else a shared one, else the one with most room."""
    position = snapshot.place[host.ref]
    fitting = [
        sr
        for sr in snapshot.SR.values()
        if position in snapshot.with_sr_plugged.get(sr.ref, ()) and takes_disks(sr) and room(sr) >= bytes_needed
    ]
    return max(fitting, key=lambda sr: (sr.ref == snapshot.pool.default_SR, sr.shared, room(sr)), default=None)


def room(sr: r.SR) -> int:
    """Bytes free on the SR, as it last said."""
    return max(0, sr.physical_size - sr.physical_utilisation)


def takes_disks(sr: r.SR) -> bool:
    """Is it an SR for disks, and not one for images?"""
    return not sr.is_tools_sr and sr.content_type != "iso" and sr.type not in ("iso", "udev")


def refusals(snapshot: Snapshot, vm: r.VM, host: r.Host, targets: Mapping[Ref, Ref]) -> tuple[str, ...]:
    """Why these disks (VDI -> SR) cannot move with the guest to this host, in words; empty when they can."""
    return (*_of_guest(vm), *_of_disks(snapshot, targets), *_of_targets(snapshot, host, targets))


def _of_guest(vm: r.VM) -> Iterator[str]:
    if "migrate_send" in vm.blocked_operations:
        reason = vm.blocked_operations["migrate_send"]
        yield f"moving guest {vm.name_label} with disks is blocked by its setting blocked_operations: {reason}"


def _of_disks(snapshot: Snapshot, targets: Mapping[Ref, Ref]) -> Iterator[str]:
    for ref in targets:
        vdi = snapshot.VDI[ref]
        name = vdi.name_label or vdi.uuid
        if vdi.cbt_enabled:
            yield f"disk {name} has changed block tracking on; switch it off first, the next backup is then a full one"
        if "key_hash" in vdi.sm_config:
            yield f"disk {name} is encrypted; XAPI does not move encrypted disks"
        if vdi.on_boot == "reset":
            yield f"disk {name} is reset at each boot (on-boot=reset); set it to persist first"
        missing = SOURCE_FEATURES - _features(snapshot, snapshot.SR.get(vdi.SR))
        if missing:
            yield f"SR {snapshot.name(vdi.SR)} cannot give disks away: its driver lacks {', '.join(sorted(missing))}"


def _of_targets(snapshot: Snapshot, host: r.Host, targets: Mapping[Ref, Ref]) -> Iterator[str]:
    for ref in dict.fromkeys(targets.values()):
        sr = snapshot.SR[ref]
        coming = sum(disks.present_bytes(snapshot, snapshot.VDI[vdi]) for vdi, to in targets.items() if to == ref)
        if snapshot.place[host.ref] not in snapshot.with_sr_plugged.get(ref, ()):
            yield f"host {host.name_label} is not connected to SR {sr.name_label}; plug its PBD first"
        features = _features(snapshot, sr)
        if "VDI_SNAPSHOT" not in features or not features & {"VDI_MIRROR", "VDI_MIRROR_IN"}:
            yield f"SR {sr.name_label} cannot take disks of running guests: its driver lacks snapshots or mirrors"
        if room(sr) < coming:
            yield f"SR {sr.name_label} has {size(room(sr))} free, the disks have {size(coming)}"


def _features(snapshot: Snapshot, sr: r.SR | None) -> frozenset[str]:
    """What the SR's driver can do; everything when the snapshot knows no such driver, because XAPI then decides."""
    for sm in snapshot.SM.values():
        if sr is not None and sm.type == sr.type:
            return frozenset(sm.features)
    return SOURCE_FEATURES
