"""Memory to the byte, as XAPI counts it: what a guest needs and what a host has free.

Needed is computed in whole MiB, rounded up through pages (xapi-idl/memory/memory.ml); free counts every machine that is
resident or expected at its dynamic minimum plus its recorded overhead (xapi/memory_check.ml).
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import NamedTuple

from xenferry.pool.records import VM, Ref
from xenferry.pool.snapshot import Snapshot
from xenferry.rules.facts import version
from xenferry.rules.once import once_of

MIB = 1 << 20


def mib_up(count: int, unit: int = MIB) -> int:
    """Units in whole multiples, rounded up."""
    return -(-count // unit)


@lru_cache(maxsize=4096)
def overhead_mib(kind: str, static_max: int, vcpus: int, multiplier: float, counts_vcpus: bool) -> int:
    """What a domain of this type needs besides its own memory; `counts_vcpus` since xapi 26.3."""
    most = mib_up(static_max)
    shadow = max(1, int(multiplier * mib_up(256 * vcpus + 2 * most, 256)))
    per_vcpu = mib_up(38 * vcpus, 256) if counts_vcpus else 0
    return shadow + per_vcpu + (1 if kind == "pv" else 2) + (23 + most // 90 if kind == "pv_in_pvh" else 0)


def counts_vcpus(s: Snapshot) -> bool:
    """Whether this XAPI adds 38 pages per virtual CPU."""
    return version.xapi(s) >= (26, 3)


def needed(s: Snapshot, vm: VM, *, main: int | None = None) -> int:
    """Bytes a host must have free for the guest to start or arrive; `main` replaces the guest's own part."""
    return needed_by(vm, counts_vcpus(s), main)


def needed_by(vm: VM, counts_vcpus: bool, main: int | None = None) -> int:
    """`needed`, for many guests."""
    kind = vm.domain_type
    if main is None:
        main = vm.memory_static_max if kind == "pv_in_pvh" else vm.memory_dynamic_min
    multiplier = 1.0 if kind == "pv" else vm.HVM_shadow_multiplier
    return (-(-main // MIB) + overhead_mib(kind, vm.memory_static_max, vm.VCPUs_max, multiplier, counts_vcpus)) * MIB


def overhead(s: Snapshot, vm: VM) -> int:
    """What `VM.memory_overhead` is set to at the guest's next start, in bytes."""
    multiplier = vm.HVM_shadow_multiplier
    return overhead_mib(vm.domain_type, vm.memory_static_max, vm.VCPUs_max, multiplier, counts_vcpus(s)) * MIB


def planned(s: Snapshot, vm: VM) -> int:
    """The size that evacuation planning uses: the static maximum for guests that cannot shrink."""
    whole = vm.domain_type in ("pvh", "pv_in_pvh")
    return needed(s, vm, main=vm.memory_static_max if whole else vm.memory_dynamic_min)


class Use(NamedTuple):
    """A host's memory for guests, what those resident take, and the guests expected, in bytes; `seen` is false
    when the host's metrics are not in the snapshot."""

    total: int
    resident: int
    expected: Mapping[Ref, int]
    seen: bool


@once_of("VM", "host", "host_metrics")
def uses(s: Snapshot) -> Mapping[Ref, Use]:
    """Host -> its use at every machine's dynamic minimum."""
    return count(s, {vm.ref: taken(vm) for vm in s.VM.values()})


@once_of("host", "host_metrics")
def unseen(s: Snapshot) -> int:
    """The hosts whose metrics are not in the snapshot, as a mask."""
    return sum(1 << at for at, host in enumerate(s.hosts) if host.metrics not in s.host_metrics)


@once_of("VM", "host", "host_metrics")
def ladder(s: Snapshot) -> list[tuple[int, int]]:
    """The bytes free on each host (`free`), with its bit in a mask; the least first."""
    return sorted((spare(use), 1 << s.place[host]) for host, use in uses(s).items())


def climbed(
    s: Snapshot, before: list[tuple[int, int]], old: Mapping[Ref, Use], new: Mapping[Ref, Use]
) -> list[tuple[int, int]]:
    """The ladder after the uses of some hosts have changed."""
    after = list(before)
    for host, use in new.items():
        if old[host] is not use:
            bit = 1 << s.place[host]
            del after[bisect_left(after, (spare(old[host]), bit))]
            insort(after, (spare(use), bit))
    return after


def spare(use: Use) -> int:
    """Bytes free when all guests are squeezed and all that are expected have come."""
    return max(0, use.total - use.resident - sum(use.expected.values()))


def taken(vm: VM) -> int:
    """Bytes that a machine takes on its host when it is squeezed."""
    return vm.memory_dynamic_min + vm.memory_overhead


def follow(before: Mapping[Ref, Use], changes: Iterable[tuple[VM | None, VM | None]]) -> dict[Ref, Use]:
    """The uses after machines have changed, come (None before) or gone (None after); hosts are as they were."""
    uses = dict(before)
    for old, new in changes:
        for vm, sign in ((old, -1), (new, 1)):
            if vm is not None and vm.resident_on in uses:
                use = uses[vm.resident_on]
                uses[vm.resident_on] = use._replace(resident=use.resident + sign * taken(vm))
            if vm is not None and vm.scheduled_to_be_resident_on in uses:
                use = uses[vm.scheduled_to_be_resident_on]
                expected = {ref: size for ref, size in use.expected.items() if ref != vm.ref}
                expected |= {vm.ref: taken(vm)} if sign > 0 else {}
                uses[vm.scheduled_to_be_resident_on] = use._replace(expected=expected)
    return uses


def count(s: Snapshot, sizes: Mapping[Ref, int]) -> dict[Ref, Use]:
    """Host -> its use when each machine takes the bytes given."""
    resident: dict[Ref, int] = {host.ref: 0 for host in s.hosts}
    expected: dict[Ref, dict[Ref, int]] = {host.ref: {} for host in s.hosts}
    for vm in s.VM.values():
        if vm.resident_on in resident:
            resident[vm.resident_on] += sizes[vm.ref]
        if vm.scheduled_to_be_resident_on in expected:
            expected[vm.scheduled_to_be_resident_on][vm.ref] = sizes[vm.ref]
    found: dict[Ref, Use] = {}
    for host in s.hosts:
        metrics = s.host_metrics.get(host.metrics)
        total = (metrics.memory_total if metrics else 0) - host.memory_overhead
        found[host.ref] = Use(total, resident[host.ref], expected[host.ref], metrics is not None)
    return found


def free(s: Snapshot, host: Ref, but: Ref | None = None) -> int:
    """Bytes free on a host when all guests are squeezed; a reservation for `but` is not counted."""
    use = uses(s)[host]
    if but is None or but not in use.expected:
        return spare(use)
    return spare(use._replace(expected={ref: size for ref, size in use.expected.items() if ref != but}))
