"""How much memory a guest needs on a host, and how much a host has left: XAPI's arithmetic, to the byte.

Everything is counted in MiB rounded up. XAPI reckons from its database alone; `host_metrics.memory_free` is not used.
"""

from __future__ import annotations

import math

from xenferry.lab.datamodel import NULL
from xenferry.lab.error import LabError
from xenferry.lab.placement.facts import Facts, Record, known_type

MIB = 2**20


def required(vm: Record, guest_bytes: int, xapi: tuple[int, ...]) -> int:
    """Bytes a host must have free for a guest that is to be given `guest_bytes`."""
    target = math.ceil(guest_bytes / MIB)
    multiplier = 1.0 if known_type(vm["domain_type"]) == "pv" else vm["HVM_shadow_multiplier"]
    return (target + _overhead_mib(vm, multiplier, xapi)) * MIB


def overhead(vm: Record, xapi: tuple[int, ...]) -> int:
    """VM.memory_overhead in bytes, as VM.start and a change of memory or vCPUs write it."""
    return _overhead_mib(vm, vm["HVM_shadow_multiplier"], xapi) * MIB


def _overhead_mib(vm: Record, multiplier: float, xapi: tuple[int, ...]) -> int:
    domain_type = known_type(vm["domain_type"])
    static = math.ceil(vm["memory_static_max"] / MIB)
    vcpus = vm["VCPUs_max"]
    shadow = max(1, int(multiplier * math.ceil((256 * vcpus + 2 * static) / 256)))
    inside = 0 if domain_type == "pv" else 1
    per_vcpu = math.ceil(38 * vcpus / 256) if xapi >= (26, 3) else 0
    shim = 23 + static // 90 if domain_type == "pv_in_pvh" else 0
    return inside + 1 + shadow + per_vcpu + shim


def to_start(facts: Facts, vm: Record) -> int:
    """Bytes needed to start, resume or receive the guest; a PV guest in PVH is given its maximum at once."""
    field = "memory_static_max" if vm["domain_type"] == "pv_in_pvh" else "memory_dynamic_min"
    return required(vm, vm[field], facts.xapi)


def to_plan(facts: Facts, vm: Record) -> int:
    """Bytes with which evacuation plans reckon: both kinds of PVH count with their maximum."""
    field = "memory_static_max" if vm["domain_type"] in ("pvh", "pv_in_pvh") else "memory_dynamic_min"
    return required(vm, vm[field], facts.xapi)


def free(facts: Facts, host: str, *, arriving: str = NULL, field: str = "memory_dynamic_min") -> int:
    """Bytes left on a host when every guest balloons down, reservations counted, except that of `arriving` itself.

    A guest that is both on the host and expected there counts twice, as in XAPI. With `field` other than the default
    guests count with that amount of memory.
    """
    record = facts.get("host", host)
    left = facts.get("host_metrics", record["metrics"])["memory_total"] - record["memory_overhead"]
    for ref, vm in facts.all("VM").items():
        if vm["resident_on"] == host:
            left -= vm[field] + vm["memory_overhead"]
        if vm["scheduled_to_be_resident_on"] == host and ref != arriving:
            left -= vm[field] + vm["memory_overhead"]
    return max(0, int(left))


def on(facts: Facts, host: str) -> int:
    """Bytes left on a host when every guest there balloons down, whatever is promised to others."""
    record = facts.get("host", host)
    left = facts.get("host_metrics", record["metrics"])["memory_total"] - record["memory_overhead"]
    guests = (vm for vm in facts.all("VM").values() if vm["resident_on"] == host and vm["power_state"] != "Halted")
    return int(left - sum(vm["memory_dynamic_min"] + vm["memory_overhead"] for vm in guests))


def check(facts: Facts, vm: str, host: str) -> None:
    """Raises HOST_NOT_ENOUGH_FREE_MEMORY [needed; available], both in bytes."""
    needed, available = to_start(facts, facts.get("VM", vm)), free(facts, host, arriving=vm)
    if available < needed:
        raise LabError("HOST_NOT_ENOUGH_FREE_MEMORY", str(needed), str(available))
