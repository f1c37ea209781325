"""What XAPI asks before a guest sets out for another host of its pool: for pool_migrate, and for migrate_send."""

from __future__ import annotations

from collections.abc import Mapping

from xenferry.lab.error import LabError
from xenferry.lab.lifecycle import guest, host
from xenferry.lab.placement import core, cpu, gpu, ha, sriov
from xenferry.lab.placement.facts import Facts, Record, known_type
from xenferry.lab.placement.version import not_decreasing

NO_VIF_MAP = "VIF mapping is not allowed for intra-pool migration -all VIFs must be on the same network"


def check_pool_migrate(facts: Facts, vm: str, target: str, *, force: bool = False) -> None:
    """Everything the coordinator asks before it hands the call to the source host, in its order."""
    if not force:
        cpu.check(facts, vm, target)
    guest.check_operation(facts, vm, "pool_migrate", strict=not force)
    check_upgrade(facts, vm, target)
    check_reservation(facts, vm, target, "vm_migrate")
    check_source(facts, vm)


def check_upgrade(facts: Facts, vm: str, target: str) -> None:
    """During a rolling upgrade nothing goes back to an older host."""
    if facts.upgrading and not not_decreasing(facts, facts.get("VM", vm)["resident_on"], target):
        raise LabError("NOT_SUPPORTED_DURING_UPGRADE")


def check_source(facts: Facts, vm: str) -> None:
    source = facts.get("VM", vm)["resident_on"]
    if not facts.live(source):
        raise LabError("HOST_OFFLINE", source)


def check_reservation(facts: Facts, vm: str, target: str, operation: str) -> None:
    """Whether the target can be asked to keep room: all checks but the CPU's, HA's plan, the host's operations."""
    core.check(facts, vm, target, with_cpu=False)
    ha.check_arrival(facts, vm, target)
    check_allocation(facts, vm, target, operation)


def check_allocation(facts: Facts, vm: str, target: str, operation: str) -> None:
    """A conflicting operation of the host is answered at once; here nothing waits."""
    gpu.check_legacy(facts, vm)
    host.check_operation(facts, target, operation)
    record = facts.get("VM", vm)
    if record["VGPUs"] and known_type(record["domain_type"]) != "hvm":
        raise LabError("FEATURE_REQUIRES_HVM", "vGPU- and GPU-passthrough needs HVM")
    gpu.place(facts, vm, target)
    sriov.reserve(facts, vm, target)


def check_migrate_send(
    facts: Facts,
    vm: str,
    target: str,
    vdi_map: Mapping[str, str],
    vif_map: Mapping[str, str],
    options: Mapping[str, str],
) -> None:
    """The API's VM.assert_can_migrate inside a pool. `vdi_map` is VDI -> SR and must name the disks that stay, too."""
    gpu.check_legacy(facts, vm)
    if not facts.licensed("storage_xen_motion"):
        raise LabError("LICENCE_RESTRICTION", "Storage_motion")
    for vdi in disks(facts, vm):
        if vdi not in vdi_map:
            raise LabError("VDI_NOT_IN_MAP", vdi)
    source = facts.get("VM", vm)["resident_on"]
    source = source if facts.valid("host", source) else facts.pool["master"]
    if not not_decreasing(facts, source, target):
        raise LabError("NOT_SUPPORTED_DURING_UPGRADE")
    moving = {vdi: sr for vdi, sr in vdi_map.items() if facts.get("VDI", vdi)["SR"] != sr}
    for vdi, sr in moving.items():
        _check_features(facts, facts.get("VDI", vdi)["SR"], ("VDI_SNAPSHOT", "VDI_MIRROR"))
        _check_features(facts, sr, ("VDI_SNAPSHOT", "VDI_MIRROR_IN"))
    core.check(facts, vm, target, with_srs=False, with_cpu=options.get("force") != "true")
    if vif_map:
        raise LabError("OPERATION_NOT_ALLOWED", NO_VIF_MAP)
    for vdi in moving:
        _check_movable(facts, vdi)
    _check_nvidia(facts, vm, target)


def disks(facts: Facts, vm: str) -> list[str]:
    """The VDIs of a guest that migrate_send has to know a destination for: all but CDs, in VBD order."""
    vbds = [facts.get("VBD", ref) for ref in facts.get("VM", vm)["VBDs"]]
    return [vbd["VDI"] for vbd in vbds if not vbd["empty"] and vbd["type"] != "CD"]


def _check_features(facts: Facts, sr: str, wanted: tuple[str, ...]) -> None:
    missing = [feature for feature in wanted if not _has(facts, features(facts, sr), feature)]
    if missing:
        raise LabError("SR_DOES_NOT_SUPPORT_MIGRATION", sr, ";".join(missing))


def features(facts: Facts, sr: str) -> Mapping[str, str]:
    """What the storage driver of an SR can do; a type with no driver, or two, can do nothing."""
    kind = facts.get("SR", sr)["type"]
    drivers: list[Record] = [driver for driver in facts.all("SM").values() if driver["type"] == kind]
    return drivers[0]["features"] if len(drivers) == 1 else {}


def _has(facts: Facts, offered: Mapping[str, str], feature: str) -> bool:
    if feature == "VDI_MIRROR_IN" and ("VDI_MIRROR" in offered or facts.xapi < (25, 3)):
        return "VDI_MIRROR" in offered
    return feature in offered


def _check_movable(facts: Facts, vdi: str) -> None:
    record = facts.get("VDI", vdi)
    if record["cbt_enabled"]:
        raise LabError("VDI_CBT_ENABLED", vdi)
    if "key_hash" in record["sm_config"]:
        raise LabError("VDI_IS_ENCRYPTED", vdi)


def _check_nvidia(facts: Facts, vm: str, target: str) -> None:
    """A guest that is not Halted needs a card of the same types there. Driver versions are not compared."""
    record = facts.get("VM", vm)
    if record["power_state"] == "Halted":
        return
    for vgpu in record["VGPUs"]:
        if gpu.implementation(facts, vgpu) in ("nvidia", "nvidia_sriov"):
            group = facts.get("VGPU", vgpu)["GPU_group"]
            types = set(facts.get("GPU_group", group)["GPU_types"])
            groups = [facts.get("PGPU", pgpu)["GPU_group"] for pgpu in facts.get("host", target)["PGPUs"]]
            if all(set(facts.get("GPU_group", one)["GPU_types"]) != types for one in groups):
                raise LabError("VM_REQUIRES_GPU", vm, group)
