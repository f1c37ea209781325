"""The lab's answer to each recorded question, beside the recorded one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from xenferry.lab.error import LabError
from xenferry.lab.evacuation import plan
from xenferry.lab.lifecycle import guest, host
from xenferry.lab.placement import agile, arrival, core, cpu, gpu, ha, leaving, memory, sriov
from xenferry.lab.placement.facts import Facts

Answer = tuple[str, str, Any, Any]
"""Kind, where in the pool, recorded verdict, the lab's."""

SAME_NAME = "(unknown operation)"
"""Several operations share this text in the recording, so it says nothing."""
OTHER_NAMES = {"data_sources_op": "data_source_op", "assertoperationvalid": "assert_operation_valid"}


def verdict(check: Callable[..., object], *args: Any, **options: Any) -> list[str] | None:
    error = core.refusal(check, *args, **options)
    return error.description if error else None


def described(error: LabError | None) -> list[str] | None:
    return error.description if error else None


def guest_answers(facts: Facts, vm: str, recorded: dict[str, Any]) -> Iterator[Answer]:
    for target, verdicts in recorded.get("hosts", {}).items():
        for kind, wanted in verdicts.items():
            asked = _of_host(facts, vm, target, kind, wanted)
            yield kind, target, wanted["verdict"] if isinstance(wanted, dict) else wanted, asked
    for strict, key in ((True, "lifecycle"), (False, "lifecycle_nonstrict")):
        for shown, wanted in recorded.get(key, {}).items():
            if shown != SAME_NAME:
                operation = OTHER_NAMES.get(shown, shown)
                yield key, operation, wanted, described(guest.operation_error(facts, vm, operation, strict=strict))
    for kind, answer in _OF_GUEST.items():
        if kind in recorded:
            yield kind, "", recorded[kind], answer(facts, vm)


def _of_host(facts: Facts, vm: str, target: str, kind: str, wanted: Any) -> list[str] | None:
    if kind == "migrate_same_sr":
        stay = {vdi: facts.get("VDI", vdi)["SR"] for vdi in leaving.disks(facts, vm)}
        return verdict(leaving.check_inside, facts, vm, target, stay, {}, {})
    if kind == "migrate_other_sr":
        return verdict(leaving.check_inside, facts, vm, target, wanted["vdi_map"], {}, {})
    check, options = _OF_PAIR[kind]
    return verdict(check, facts, vm, target, **options)


_OF_PAIR: dict[str, tuple[Callable[..., object], dict[str, Any]]] = {
    "boot_here": (core.boot_here, {}),
    "core": (core.check, {}),
    "core_nocpu": (core.check, {"with_cpu": False}),
    "core_evac": (core.check, {"with_memory": False}),
    "core_nosr": (core.check, {"with_srs": False}),
    "cpu": (cpu.check, {}),
    "pool_migrate": (arrival.check_pool_migrate, {}),
    "pool_migrate_force": (arrival.check_pool_migrate, {"force": True}),
}
_OF_GUEST: dict[str, Callable[[Facts, str], Any]] = {
    "allowed_operations": guest.allowed_operations,
    "agile": lambda facts, vm: verdict(agile.check, facts, vm),
    "possible_hosts": core.possible_hosts,
    "memory_overhead": lambda facts, vm: memory.overhead(facts.get("VM", vm), facts.xapi),
    "memory_required": lambda facts, vm: memory.to_start(facts, facts.get("VM", vm)),
    "memory_ha_planner": lambda facts, vm: memory.to_plan(facts, facts.get("VM", vm)),
}


def host_answers(facts: Facts, ref: str, recorded: dict[str, Any]) -> Iterator[Answer]:
    for kind, answer in _OF_HOST.items():
        if kind in recorded:
            wanted = recorded[kind]
            yield _SHOWN.get(kind, kind), "", _as_set(wanted) if kind == "can_evacuate" else wanted, answer(facts, ref)
    for operation, wanted in recorded.get("operations", {}).items():
        yield "host.operations", operation, wanted, described(host.operation_error(facts, ref, operation))


def _plan(facts: Facts, ref: str) -> dict[str, Any]:
    made = plan.make(facts, ref)
    return {vm: result.description if isinstance(result, LabError) else result for vm, result in made.items()}


_OF_HOST: dict[str, Callable[[Facts, str], Any]] = {
    "free_memory": memory.free,
    "evacuation_plan": _plan,
    "prevent_evacuation": lambda facts, ref: {
        vm: error.description for vm, error in plan.errors(plan.make(facts, ref)).items()
    },
    "can_evacuate": lambda facts, ref: _as_set(verdict(plan.check, facts, ref)),
    "ha_disable_preserves_plan": lambda facts, ref: verdict(ha.check_disable, facts, ref),
}
_SHOWN = {"ha_disable_preserves_plan": "ha_disable"}


def _as_set(error: list[str] | None) -> Any:
    """CANNOT_EVACUATE_HOST joins errors in the order of a hash table."""
    return error and (error[0], *(sorted(text.split("|")) for text in error[1:]))


def pool_answers(facts: Facts, verdicts: dict[str, Any]) -> Iterator[Answer]:
    for ref, wanted in verdicts.get("network_sriov_remaining_capacity", {}).items():
        physical = facts.get("network_sriov", ref)["physical_PIF"]
        count = len(sriov.idle_functions(facts, facts.get("PIF", physical)["PCI"]))
        yield "sriov_capacity", ref, wanted, count
    for pgpu, kinds in verdicts.get("PGPU_remaining_capacity", {}).items():
        for kind, wanted in kinds.items():
            yield "gpu_capacity", f"{pgpu} {kind}", wanted, gpu.capacity(facts, pgpu, kind)
