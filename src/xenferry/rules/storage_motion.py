"""What XAPI would say if a guest were to move inside its pool together with disks (VM.assert_can_migrate).

The order of the questions is that of xapi/xapi_vm_migrate.ml. XAPI asks here neither for the operation itself (blocked,
busy, without drivers), nor whether the host reaches the SRs, nor for room on them: VM.migrate_send finds out. Before
25.15 no disk might be tracked, staying or not; before 25.3 both sides had to mirror; before 26.1 it was not said what
the driver lacks.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from xenferry.pool.records import NULL, SR, VM, Host, Ref
from xenferry.pool.snapshot import Snapshot
from xenferry.rules.facts import version
from xenferry.rules.finding import Error
from xenferry.rules.matrix import Matrix
from xenferry.rules.mobility import legacy_vgpu

FROM = ("VDI_SNAPSHOT", "VDI_MIRROR")
"""What the driver of an SR must be able to do that gives a disk away."""
TO = ("VDI_SNAPSHOT", "VDI_MIRROR_IN")
"""And of one that takes it; since 25.3, before VDI_MIRROR."""


def refusal(judged: Matrix, vm: VM, host: Host, disks: Mapping[Ref, Ref]) -> Error:
    """XAPI's answer for this guest, host and map from disks (VDI) to SRs; empty if it agrees.

    Disks that stay must be in the map, too. `judged` is a matrix that covers the guest.
    """
    s = judged.snapshot
    if legacy_vgpu.refused(s, (vm,)):
        return legacy_vgpu.error(s, vm, host)
    if s.pool.restrictions.get("restrict_storage_xen_motion") == "true":
        return ("LICENCE_RESTRICTION", "Storage_motion")
    missing = next((ref for ref in _own(s, vm) if ref not in disks), None)
    if missing is not None:
        return ("VDI_NOT_IN_MAP", missing)
    tracked = next((ref for ref in _own(s, vm) if ref in s.VDI and s.VDI[ref].cbt_enabled), None)
    if tracked is not None and version.xapi(s) < (25, 15):
        return ("VDI_CBT_ENABLED", tracked)
    source = s.host.get(vm.resident_on) or s.host.get(s.pool.master)
    if source is not None and version.is_older(s, host, source):
        return ("NOT_SUPPORTED_DURING_UPGRADE",)
    moving = {vdi: sr for vdi, sr in disks.items() if vdi in s.VDI and sr != s.VDI[vdi].SR}
    return unable(s, moving, s) or judged.first(vm, host, "core-without-sr") or pinned(s, moving)


def _own(s: Snapshot, vm: VM) -> Iterator[Ref]:
    for ref in vm.VBDs:
        drive = s.VBD.get(ref)
        if drive is not None and not drive.empty and drive.type != "CD" and drive.VDI != NULL:
            yield drive.VDI


def unable(s: Snapshot, moving: Mapping[Ref, Ref], there: Snapshot) -> Error:
    """XAPI's answer for the first SR whose driver lacks something; the targets are SRs of the pool `there`."""
    found = lacking_of(s, moving, there)
    if not found:
        return ()
    ref, lacking = found
    return ("SR_DOES_NOT_SUPPORT_MIGRATION", ref, ";".join(lacking))[: 3 if version.xapi(s) >= (26, 1) else 2]


def lacking_of(s: Snapshot, moving: Mapping[Ref, Ref], there: Snapshot) -> tuple[Ref, list[str]] | None:
    """That SR, and what its driver cannot do."""
    sends, takes = (FROM, TO) if version.xapi(s) >= (25, 3) else (FROM, FROM)
    for vdi, target in moving.items():
        for pool, ref, wanted in ((s, s.VDI[vdi].SR, sends), (there, target, takes)):
            features = _features(pool, pool.SR.get(ref))
            lacking = [each for each in wanted if each not in features]
            if lacking:
                return ref, lacking
    return None


def _features(s: Snapshot, sr: SR | None) -> set[str]:
    """What the SR's driver can do; nothing if it has none, or several."""
    drivers = [sm for sm in s.SM.values() if sr is not None and sm.type == sr.type]
    features = set(drivers[0].features) if len(drivers) == 1 else set[str]()
    if "VDI_MIRROR" in features:
        features.add("VDI_MIRROR_IN")
    return features


def pinned(s: Snapshot, moving: Mapping[Ref, Ref]) -> Error:
    """XAPI's answer for the first disk that it cannot take along to another SR; one without a record is left out."""
    for vdi in (ref for ref in moving if ref in s.VDI):
        if s.VDI[vdi].cbt_enabled:
            return ("VDI_CBT_ENABLED", vdi)
        if "key_hash" in s.VDI[vdi].sm_config:
            return ("VDI_IS_ENCRYPTED", vdi)
    return ()
