"""What XAPI asks before a guest leaves with its disks, for its own pool or for another: VM.assert_can_migrate.

Not asked: what its operations are blocked by, whether the target sees the SRs, and whether there is space on them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from xenferry.lab.error import LabError
from xenferry.lab.placement import basics, core, gpu, importing
from xenferry.lab.placement.facts import Facts, Record
from xenferry.lab.placement.version import not_decreasing

NO_VIF_MAP = "VIF mapping is not allowed for intra-pool migration -all VIFs must be on the same network"
Map = Mapping[str, str]


@dataclass(frozen=True)
class Wish:
    """What a caller of migrate_send wants. `vdis` is VDI -> SR and must name the disks that stay, too."""

    vdis: Map = field(default_factory=dict)
    vifs: Map = field(default_factory=dict)
    options: Map = field(default_factory=dict)
    vgpus: Map = field(default_factory=dict)
    formats: Map = field(default_factory=dict)

    @property
    def force(self) -> bool:
        return self.options.get("force") == "true"

    @property
    def copy(self) -> bool:
        return self.options.get("copy") == "true"


@dataclass(frozen=True)
class End:
    """Where the guest is to go. `facts` asks the target's pool, and raises when it does not answer."""

    host: str
    facts: Callable[[], Facts]


def check_inside(facts: Facts, vm: str, target: str, vdi_map: Map, vif_map: Map, options: Map) -> None:
    """VM.assert_can_migrate to a host of the guest's own pool."""
    check(facts, vm, lambda: End(target, lambda: facts), Wish(vdi_map, vif_map, options))


def check(facts: Facts, vm: str, find_end: Callable[[], End], wish: Wish) -> None:
    """VM.assert_can_migrate. `find_end` understands the destination, or raises; a licence is asked for before."""
    gpu.check_legacy(facts, vm)
    if not facts.licensed("storage_xen_motion"):
        raise LabError("LICENCE_RESTRICTION", "Storage_motion")
    end = find_end()
    source = facts.get("VM", vm)["resident_on"]
    source = source if facts.valid("host", source) else facts.pool["master"]
    check_vdi_map(facts, vm, wish.vdis)
    if facts.valid("host", end.host):
        _check_inside(facts, vm, source, end, wish)
    else:
        _check_across(facts, vm, source, end, wish)
    check_movable(facts, wish.vdis)
    if facts.valid("host", end.host):
        _check_nvidia(facts, vm, end.host)


def disks(facts: Facts, vm: str) -> list[str]:
    """The VDIs of a guest that migrate_send has to know a destination for: all but CDs, in VBD order."""
    vbds = [facts.get("VBD", ref) for ref in facts.get("VM", vm)["VBDs"]]
    found = [vbd["VDI"] for vbd in vbds if not vbd["empty"] and vbd["type"] != "CD"]
    for vdi in found:
        facts.get("SR", facts.get("VDI", vdi)["SR"])
    return found


def check_vdi_map(facts: Facts, vm: str, vdi_map: Map) -> None:
    for vdi in disks(facts, vm):
        if vdi not in vdi_map:
            raise LabError("VDI_NOT_IN_MAP", vdi)


def check_movable(facts: Facts, vdi_map: Map) -> None:
    """Raises VDI_CBT_ENABLED or VDI_IS_ENCRYPTED [vdi] for a disk that is to leave its SR."""
    for vdi, sr in vdi_map.items():
        record = facts.get("VDI", vdi)
        if record["SR"] == sr:
            continue
        if record["cbt_enabled"]:
            raise LabError("VDI_CBT_ENABLED", vdi)
        if "key_hash" in record["sm_config"]:
            raise LabError("VDI_IS_ENCRYPTED", vdi)


def networks(facts: Facts, vm: str, vif_map: Map) -> dict[str, str]:
    """VIF -> network for all VIFs of a guest and its snapshots; one of the same MAC as a mapped one goes along with it.

    Raises VIF_NOT_IN_MAP [vif].
    """
    by_mac = {facts.get("VIF", vif)["MAC"]: network for vif, network in list(vif_map.items())[::-1]}
    record = facts.get("VM", vm)
    vifs = [vif for one in (vm, *record["snapshots"]) for vif in facts.get("VM", one)["VIFs"]]
    found = {}
    for vif in vifs:
        network = vif_map.get(vif) or by_mac.get(facts.get("VIF", vif)["MAC"])
        if network is None:
            raise LabError("VIF_NOT_IN_MAP", vif)
        found[vif] = network
    return found


def _check_inside(facts: Facts, vm: str, source: str, end: End, wish: Wish) -> None:
    if not not_decreasing(facts, source, end.host):
        raise LabError("NOT_SUPPORTED_DURING_UPGRADE")
    _check_srs(facts, end.facts(), wish.vdis)
    core.check(facts, vm, end.host, with_srs=False, with_cpu=not wish.force)
    if wish.vifs:
        raise LabError("OPERATION_NOT_ALLOWED", NO_VIF_MAP)


def _check_across(facts: Facts, vm: str, source: str, end: End, wish: Wish) -> None:
    there, host = end.facts(), end.host
    if not not_decreasing(facts, source, host, there):
        raise LabError("VM_HOST_INCOMPATIBLE_VERSION_MIGRATE", vm, host)
    _check_srs(facts, there, wish.vdis)
    state = facts.get("VM", vm)["power_state"]
    if wish.copy and not wish.force and state != "Halted":
        raise LabError("VM_BAD_POWER_STATE", vm, "halted", state.lower())
    basics.check_hardware_platform(facts, vm, host, there)
    if not there.get("host", host)["enabled"]:
        raise LabError("HOST_DISABLED", host)
    basics.check_pcpus(facts, vm, host, there)
    networks(facts, vm, wish.vifs)
    importing.check(facts, vm, there, host, copy=wish.copy, with_cpu=not wish.force and state != "Halted")


def _check_srs(facts: Facts, there: Facts, vdi_map: Map) -> None:
    """A disk whose SR is known there by the same uuid stays. Raises SR_DOES_NOT_SUPPORT_MIGRATION [sr; features]."""
    homes = {vdi: facts.get("VDI", vdi)["SR"] for vdi in vdi_map}
    moving = {
        vdi: sr for vdi, sr in vdi_map.items() if there.get("SR", sr)["uuid"] != facts.get("SR", homes[vdi])["uuid"]
    }
    for vdi, sr in moving.items():
        _check_features(facts, homes[vdi], ("VDI_SNAPSHOT", "VDI_MIRROR"))
        _check_features(there, sr, ("VDI_SNAPSHOT", "VDI_MIRROR_IN"))


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
