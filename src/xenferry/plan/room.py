"""Memory: how much a host has to give, and how much a guest needs on arrival. To the byte, by XAPI's own formulas.

Source: XAPI's memory_check.ml and memory.ml. While a guest moves it holds memory on both hosts, which is why planners
take from the target at once and give back to the source only after the move.
"""

from __future__ import annotations

from xenferry.pool import records as r
from xenferry.pool.records import NULL
from xenferry.pool.snapshot import Snapshot

MIB = 1 << 20
PER_VCPU_PAGES_SINCE = (26, 3)
"""XAPI version from which 38 pages per vCPU are counted."""


def held(vm: r.VM) -> int:
    """What XAPI counts against a host for a guest that lives there or is about to."""
    return vm.memory_dynamic_min + vm.memory_overhead


def free(snapshot: Snapshot) -> list[int]:
    """Bytes each host has free for guests, in the order of `snapshot.hosts`; XAPI's compute_free_memory."""
    room = [_total(snapshot, host) - host.memory_overhead for host in snapshot.hosts]
    for vm in snapshot.VM.values():
        for ref in (vm.resident_on, vm.scheduled_to_be_resident_on):
            if ref != NULL and ref in snapshot.place:
                room[snapshot.place[ref]] -= held(vm)
    return [max(0, each) for each in room]


def needed(snapshot: Snapshot, vm: r.VM) -> int:
    """Bytes the target must have free when the guest arrives."""
    kind, static = vm.domain_type, -(-vm.memory_static_max // MIB)
    in_shim, classic = kind == "pv_in_pvh", kind == "pv"
    target = static if in_shim else -(-vm.memory_dynamic_min // MIB)
    multiplier = 1.0 if classic else vm.HVM_shadow_multiplier
    shadow = max(1, int(multiplier * (-(-(256 * vm.VCPUs_max + 2 * static) // 256))))
    per_vcpu = -(-38 * vm.VCPUs_max // 256) if _version(snapshot) >= PER_VCPU_PAGES_SINCE else 0
    shim = 23 + static // 90 if in_shim else 0
    return (target + (0 if classic else 1) + 1 + shadow + per_vcpu + shim) * MIB


def _total(snapshot: Snapshot, host: r.Host) -> int:
    metrics = snapshot.host_metrics.get(host.metrics)
    return metrics.memory_total if metrics else 0


def _version(snapshot: Snapshot) -> tuple[int, ...]:
    coordinator = snapshot.host.get(snapshot.pool.master)
    return xapi_version(coordinator) if coordinator else ()


def xapi_version(host: r.Host) -> tuple[int, ...]:
    """XAPI's version on a host, e.g. (26, 17, 0); empty when the host does not say."""
    main = host.software_version.get("xapi_build", "").split("-")[0]
    return tuple(int(part) for part in main.split(".") if part.isdigit())
