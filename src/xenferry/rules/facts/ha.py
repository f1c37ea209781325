"""Whether an arriving guest would break the plan of high availability (xapi/xapi_ha_vm_failover.ml).

XAPI refuses only where a plan exists for all protected guests now and would no longer exist afterwards. Sizes are
static maxima (dynamic maxima for control domains). Not considered: clusters with corosync, which tolerate fewer
failures. A protected guest that cannot run everywhere
means that no plan exists for all, and then nothing is refused.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from xenferry.pool.records import VM, Host, Ref
from xenferry.pool.snapshot import Snapshot
from xenferry.rules.facts import agility, memory
from xenferry.rules.facts.packing import Pack, apply, fit, survives
from xenferry.rules.finding import Error
from xenferry.rules.once import once


class World(NamedTuple):
    """What does not depend on who arrives: live hosts with free bytes, and the protected guests, by UUID."""

    free: Mapping[Ref, int]
    protected: tuple[VM, ...]


def is_protected(vm: VM) -> bool:
    """Whether HA promises to restart it."""
    return vm.ha_always_run and vm.ha_restart_priority == "restart"


def matters(s: Snapshot) -> bool:
    """Whether XAPI asks for a plan at all, and one exists for all protected guests."""
    return s.pool.ha_enabled and not s.pool.ha_allow_overcommit and _plan_exists(s)


@once
def _plan_exists(s: Snapshot) -> bool:
    return holds(s, None, None)


@once
def world(s: Snapshot) -> World:
    """See `World`."""
    live = [host for host in s.hosts if host.enabled and _is_live(s, host)]
    sizes = {vm.ref: _most(vm) + vm.memory_overhead for vm in s.VM.values()}
    use = memory.count(s, sizes)
    free = {h.ref: max(0, use[h.ref].total - use[h.ref].resident - sum(use[h.ref].expected.values())) for h in live}
    free = {ref: free[ref] for ref in sorted(free, key=lambda ref: s.host[ref].uuid)}
    return World(free, tuple(sorted((vm for vm in s.VM.values() if is_protected(vm)), key=lambda vm: vm.uuid)))


def _is_live(s: Snapshot, host: Host) -> bool:
    metrics = s.host_metrics.get(host.metrics)
    return metrics is not None and metrics.live


def _most(vm: VM) -> int:
    return vm.memory_dynamic_max if vm.is_control_domain else vm.memory_static_max


def size(s: Snapshot, vm: VM) -> int:
    """What the planner reserves for a guest, in bytes."""
    return memory.needed(s, vm, main=vm.memory_static_max)


def holds(s: Snapshot, vm: VM | None, target: Host | None) -> bool:
    """Whether a plan exists for all protected guests, counting `vm` as arrived on `target`, or as newly protected."""
    seen = world(s)
    free, protected = dict(seen.free), seen.protected
    arrived: dict[Ref, Ref] = {}
    if vm is not None and vm.ha_restart_priority == "restart" and not vm.ha_always_run:
        protected = tuple(sorted((*protected, vm), key=lambda each: each.uuid))
    elif vm is not None and target is not None:
        arrived[vm.ref] = target.ref
        if target.ref in free:
            free[target.ref] -= memory.needed(s, vm, main=_most(vm))
    if any(agility.refusal(s, each) for each in protected):
        return False  # at best a plan without some guests, which XAPI does not count
    return _plan(s, free, protected, arrived)


def _plan(s: Snapshot, free: Mapping[Ref, int], protected: Sequence[VM], arrived: Mapping[Ref, Ref]) -> bool:
    where: dict[Ref, Ref] = {}
    for vm in protected:
        home = arrived.get(vm.ref, vm.resident_on)
        counted = home if home in free else vm.scheduled_to_be_resident_on
        if counted in free:
            where[vm.ref] = counted
    sizes = {vm.ref: size(s, vm) for vm in protected}
    pack = Pack(free, sizes, where, len(s.hosts), s.pool.ha_plan_exists_for)
    offline = {vm.ref: sizes[vm.ref] for vm in protected if vm.ref not in where}
    moves = fit(offline, pack.hosts)
    return len(moves) == len(offline) and survives(apply(pack, moves))


def disable_refusal(s: Snapshot, host: Host) -> Error:
    """XAPI's answer when a host is to be disabled or evacuated; empty if HA keeps its plan without it."""
    if not matters(s):
        return ()
    seen = world(s)
    free = {ref: room for ref, room in seen.free.items() if ref != host.ref}
    return () if _plan(s, free, seen.protected, {}) else ("HA_OPERATION_WOULD_BREAK_FAILOVER_PLAN",)


def identity(s: Snapshot, vm: VM) -> tuple[object, ...]:
    """All of a guest that `holds` looks at: guests of the same identity break the plan on the same hosts."""
    if is_protected(vm) or vm.ha_restart_priority == "restart":
        return (vm.ref,)
    return (memory.needed(s, vm, main=_most(vm)),)
