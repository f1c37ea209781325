"""What stands against an operation on a guest, whatever the host: XAPI's `check_operation_error`.

With `strict` false (pool_migrate with force) a guest that lacks drivers or is marked immobile may try nevertheless.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from xenferry.lab.datamodel import datamodel
from xenferry.lab.error import LabError
from xenferry.lab.lifecycle import states
from xenferry.lab.lifecycle.features import feature_error
from xenferry.lab.placement import gpu
from xenferry.lab.placement.basics import truth
from xenferry.lab.placement.facts import Facts, Record

MOVES = ("suspend", "checkpoint", "pool_migrate", "migrate_send")
ON_TEMPLATE = frozenset(
    """changing_dynamic_range changing_static_range changing_memory_limits changing_shadow_memory changing_VCPUs
    changing_NVRAM clone copy export metadata_export provision""".split()  # noqa: SIM905
)
ON_SNAPSHOT = frozenset("revert clone copy export destroy hard_shutdown metadata_export".split())  # noqa: SIM905
ON_CONTROL_DOMAIN = frozenset(
    """data_source_op changing_memory_live awaiting_memory_live metadata_export changing_dynamic_range
    changing_memory_limits changing_static_range start start_on changing_VCPUs destroy""".split()  # noqa: SIM905
)
DURING_UPGRADE = frozenset(
    """assert_operation_valid changing_memory_live changing_shadow_memory_live changing_VCPUs_live clean_reboot
    clean_shutdown clone copy csvm destroy export get_boot_record hard_reboot hard_shutdown import make_into_template
    migrate_send pause pool_migrate power_state_reset provision resume resume_on send_sysrq send_trigger start start_on
    suspend unpause update_allowed_operations""".split()  # noqa: SIM905
)
NEVER_LISTED = frozenset(
    """create_template power_state_reset csvm get_boot_record send_sysrq send_trigger query_services shutdown
    call_plugin changing_memory_live awaiting_memory_live changing_memory_limits changing_shadow_memory_live
    changing_VCPUs assert_operation_valid data_source_op update_allowed_operations import reverting""".split()  # noqa: SIM905
)


@dataclass(frozen=True)
class Question:
    """One operation on one guest."""

    facts: Facts
    vm: str
    record: Record
    operation: str
    strict: bool


def operation_error(facts: Facts, vm: str, operation: str, *, strict: bool = True) -> LabError | None:
    """The first thing that stands against the operation, or None."""
    question = Question(facts, vm, facts.get("VM", vm), operation, strict)
    for check in CHECKS:
        error = check(question)
        if error:
            return error
    return None


def check_operation(facts: Facts, vm: str, operation: str, *, strict: bool = True) -> None:
    """Raises what operation_error answers."""
    error = operation_error(facts, vm, operation, strict=strict)
    if error:
        raise error


def allowed_operations(facts: Facts, vm: str) -> list[str]:
    """VM.allowed_operations, in XAPI's (reverse) order."""
    record = facts.get("VM", vm)
    state, blocked = record["power_state"], record["blocked_operations"]
    likely = [name for name in _listed() if name not in blocked and state in states.allowed_in(facts, record, name)]
    return [operation for operation in likely if operation_error(facts, vm, operation) is None]


@cache
def _listed() -> tuple[str, ...]:
    operations = datamodel().classes["VM"].enums["vm_operations"]
    return tuple(operation for operation in reversed(operations) if operation not in NEVER_LISTED)


def _blocked(q: Question) -> LabError | None:
    reason = q.record["blocked_operations"].get(q.operation)
    return None if reason is None else LabError("OPERATION_BLOCKED", q.vm, reason)


def _state(q: Question) -> LabError | None:
    return states.state_error(q.facts, q.vm, q.record, q.operation)


def _overlap(q: Question) -> LabError | None:
    return states.overlap_error(q.facts, q.vm, q.record["current_operations"], q.operation)


def _template(q: Question) -> LabError | None:
    if not q.record["is_a_template"] or q.record["is_a_snapshot"] or q.operation in ON_TEMPLATE:
        return None
    default = q.record["is_default_template"] or truth(q.record["other_config"].get("default_template", ""))
    if q.operation in ("destroy", "migrate_send") and not default:
        return None
    return LabError("VM_IS_TEMPLATE", q.vm, states.shown_name(q.operation))


def _snapshot(q: Question) -> LabError | None:
    if q.record["is_a_snapshot"] and q.operation not in ON_SNAPSHOT:
        return LabError("VM_IS_SNAPSHOT", q.vm, states.shown_name(q.operation))
    if q.operation == "provision" and not q.record["is_a_template"]:
        return LabError("PROVISION_ONLY_ALLOWED_ON_TEMPLATE")
    if q.operation == "revert" and not q.record["is_a_snapshot"]:
        return LabError("REVERT_ONLY_ALLOWED_ON_SNAPSHOT")
    return None


def _immobile(q: Question) -> LabError | None:
    nested = frozen(q.facts, q.record, "nested_virt", "nested-virt")
    if q.strict and q.operation in MOVES and (nested or frozen(q.facts, q.record, "nomigrate", "nomigrate")):
        return LabError("VM_IS_IMMOBILE", q.vm)
    if q.strict and q.operation == "changing_dynamic_range" and nested:
        return LabError("VM_IS_USING_NESTED_VIRT", q.vm)
    return None


def frozen(facts: Facts, record: Record, field: str, key: str) -> bool:
    """What held when the guest was started; the platform map counts only without metrics."""
    metrics = facts.all("VM_metrics").get(record["metrics"])
    return bool(metrics[field]) if metrics else truth(record["platform"].get(key, ""))


def _control_domain(q: Question) -> LabError | None:
    if not q.record["is_control_domain"]:
        return None
    is_dom0 = any(host["control_domain"] == q.vm for host in q.facts.all("host").values())
    if q.operation in ("changing_VCPUs", "destroy") and is_dom0:
        return LabError("OPERATION_NOT_ALLOWED", "This operation is not allowed on dom0")
    if q.operation not in ON_CONTROL_DOMAIN:
        return LabError("OPERATION_NOT_ALLOWED", "This operation is not allowed on a control domain")
    return None


def _features(q: Question) -> LabError | None:
    return feature_error(q.facts, q.vm, q.record, q.operation, strict=q.strict)


def _disks(q: Question) -> LabError | None:
    if q.operation == "snapshot_with_quiesce":
        return LabError("VM_SNAPSHOT_WITH_QUIESCE_NOT_SUPPORTED", q.vm)
    vbds = [q.facts.all("VBD").get(ref) for ref in q.record["VBDs"]]
    vdis = [q.facts.all("VDI").get(vbd["VDI"]) for vbd in vbds if vbd]
    reset = [vdi["sm_config"] for vdi in vdis if vdi and vdi["sm_config"].get("on_boot") == "reset"]
    cached = any(truth(config.get("caching", "")) for config in reset)
    if (reset and q.operation in ("checkpoint", "snapshot", "suspend")) or (cached and q.operation == "pool_migrate"):
        return LabError("VDI_ON_BOOT_MODE_INCOMPATIBLE_WITH_OPERATION")
    return None


def _pci(q: Question) -> LabError | None:
    vgpus = [vgpu for vgpu in q.record["VGPUs"] if gpu.implementation(q.facts, vgpu) == "nvidia_sriov"]
    of_vgpus = {q.facts.get("VGPU", vgpu)["PCI"] for vgpu in vgpus}
    if q.operation in MOVES and set(q.record["attached_PCIs"]) - of_vgpus:
        return LabError("VM_HAS_PCI_ATTACHED", q.vm)
    return None


def _vgpus(q: Question) -> LabError | None:
    vgpus, state = q.record["VGPUs"], q.record["power_state"]
    if not vgpus or q.operation not in MOVES:
        return None
    if (q.operation, state) in (("migrate_send", "Halted"), ("checkpoint", "Suspended")):
        return None
    return None if all(_can_be_saved(q.facts, vgpu) for vgpu in vgpus) else LabError("VM_HAS_VGPU", q.vm)


def _can_be_saved(facts: Facts, vgpu: str) -> bool:
    if gpu.implementation(facts, vgpu) not in ("nvidia", "nvidia_sriov"):
        return False
    pgpu = facts.all("PGPU").get(facts.get("VGPU", vgpu)["resident_on"])
    return bool(pgpu and "nvidia" in "".join(pgpu["compatibility_metadata"]))


def _vusbs(q: Question) -> LabError | None:
    return LabError("VM_HAS_VUSBS", q.vm) if q.record["VUSBs"] and q.operation in (*MOVES, "snapshot") else None


def _template_bonds(q: Question) -> LabError | None:
    """What a guest must leave before it can become a template."""
    if q.operation == "make_into_template":
        for field, cls, code in (
            ("appliance", "VM_appliance", "VM_IS_PART_OF_AN_APPLIANCE"),
            ("protection_policy", "VMPP", "VM_ASSIGNED_TO_PROTECTION_POLICY"),
            ("snapshot_schedule", "VMSS", "VM_ASSIGNED_TO_SNAPSHOT_SCHEDULE"),
        ):
            if q.facts.valid(cls, q.record[field]):
                return LabError(code, q.vm, q.record[field])
    return None


def _rest(q: Question) -> LabError | None:
    if q.operation == "query_services" and not truth(q.record["other_config"].get("is_system_domain", "")):
        return LabError("NOT_SYSTEM_DOMAIN", q.vm)
    if q.facts.upgrading and q.operation not in DURING_UPGRADE:
        return LabError("NOT_SUPPORTED_DURING_UPGRADE")
    if q.operation == "create_vtpm" and q.record["VTPMs"]:
        return LabError("VTPM_MAX_AMOUNT_REACHED", str(len(q.record["VTPMs"])))
    return None


CHECKS: tuple[Callable[[Question], LabError | None], ...] = (
    _blocked, _state, _overlap, _template, _snapshot, _immobile, _control_domain, _features, _disks, _pci, _vgpus,
    _vusbs, _template_bonds, _rest,
)  # fmt: skip
"""In XAPI's order: the first that answers wins."""
