"""What XAPI asks before a guest sets out for another host of its pool, its disks staying where they are."""

from __future__ import annotations

from xenferry.lab.error import LabError
from xenferry.lab.lifecycle import guest, host
from xenferry.lab.placement import core, cpu, gpu, ha, sriov
from xenferry.lab.placement.facts import Facts, known_type
from xenferry.lab.placement.version import not_decreasing


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
