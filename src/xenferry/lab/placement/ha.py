"""High availability's plan: whether the protected guests could be restarted after so many hosts fail.

XAPI refuses an arrival, or the disabling of a host, only when a plan exists now and would be gone afterwards. All
guests count with their static maximum.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import permutations

from xenferry.lab.datamodel import NULL
from xenferry.lab.error import LabError
from xenferry.lab.placement import agile, core, memory
from xenferry.lab.placement.facts import Facts, Record
from xenferry.lab.placement.pack import pack

EXHAUSTIVE_MAX = 3500
"""XAPI tries every order of failing hosts while there are fewer than this, else it takes the worst case."""


@dataclass(frozen=True)
class Change:
    """What is thought to have happened: a guest has arrived somewhere, a host is disabled, a guest is protected.

    `only` are the guests that are protected instead of those that are.
    """

    arrival: tuple[str, str] | None = None
    disabled: str = ""
    protect: str = ""
    only: frozenset[str] | None = None


@dataclass(frozen=True)
class Config:
    """Room of each host that lives, size of each movable guest, where each is now, failures to survive."""

    hosts: tuple[tuple[str, int], ...]
    sizes: Mapping[str, int]
    places: Mapping[str, str]
    failures: int


def check_arrival(facts: Facts, vm: str, target: str) -> None:
    """Raises HA_OPERATION_WOULD_BREAK_FAILOVER_PLAN when the guest's arrival would take too much room."""
    record = facts.get("VM", vm)
    new = record["ha_restart_priority"] == "restart" and not record["ha_always_run"]
    _check(facts, Change(protect=vm) if new else Change(arrival=(vm, target)))


def check_disable(facts: Facts, host: str) -> None:
    """Raises HA_OPERATION_WOULD_BREAK_FAILOVER_PLAN when the pool needs the host."""
    _check(facts, Change(disabled=host))


def check_protection(facts: Facts, vm: str) -> None:
    """Raises HA_OPERATION_WOULD_BREAK_FAILOVER_PLAN when the pool could not protect this guest besides the others."""
    _check(facts, Change(protect=vm))


def check_failures(facts: Facts, failures: int) -> None:
    """Raises HA_OPERATION_WOULD_BREAK_FAILOVER_PLAN when a plan that exists could not survive so many failures."""
    _check(facts, Change(), failures)


def _check(facts: Facts, change: Change, wanted: int | None = None) -> None:
    pool = facts.pool
    if not pool["ha_enabled"] or pool["ha_allow_overcommit"]:
        return
    failures = pool["ha_plan_exists_for"]
    after = failures if wanted is None else wanted
    if plan_exists(facts, Change(), failures) and not plan_exists(facts, change, after):
        raise LabError("HA_OPERATION_WOULD_BREAK_FAILOVER_PLAN")


def plan_exists(facts: Facts, change: Change, failures: int) -> bool:
    """Whether all protected guests are movable, have a place, and keep one when `failures` hosts fail in any order."""
    guests = _protected(facts, change)
    if not all(_is_agile(facts, vm) for vm in guests):
        return False
    config = _now(facts, change, guests, failures)
    homeless = [vm for vm in guests if vm not in config.places]
    found = dict(pack([(vm, config.sizes[vm]) for vm in homeless], config.hosts))
    if len(found) < len(homeless):
        return False
    return _survives(_applied(config, found), len(facts.all("host")))


def max_failures(facts: Facts, only: frozenset[str] | None = None) -> int:
    """How many hosts may fail; XAPI halves the interval, as if a plan for more failures were a plan for fewer."""
    low, high = 0, len(facts.all("host"))
    change = Change(only=only)
    while high - low >= 2:
        middle = (low + high) // 2
        low, high = (middle, high) if plan_exists(facts, change, middle) else (low, middle)
    return high if plan_exists(facts, change, high) else low


def restart_plan(facts: Facts) -> tuple[dict[str, str], bool]:
    """For each protected guest that is nowhere a live host, and whether all have one.

    A guest that is not agile is tied to the first host that could run it at all.
    """
    guests = _protected(facts, Change())
    tied = {vm: host for vm in guests if not _is_agile(facts, vm) and (host := _only_host(facts, vm))}
    config = _now(facts, Change(), [vm for vm in guests if _is_agile(facts, vm)], 0)
    alive = {host for host, _ in config.hosts}
    homeless = [vm for vm in guests if _place(facts, vm, Change()) not in alive]
    plan = {vm: host for vm, host in tied.items() if vm in homeless}
    left = [(host, room - sum(_size(facts, facts.get("VM", vm)) for vm in plan if plan[vm] == host))
            for host, room in config.hosts]  # fmt: skip
    plan |= dict(pack([(vm, config.sizes[vm]) for vm in homeless if vm in config.sizes], left))
    return plan, len(plan) == len(homeless)


def _is_agile(facts: Facts, vm: str) -> bool:
    return core.refusal(agile.check, facts, vm) is None


def _only_host(facts: Facts, vm: str) -> str:
    hosts = sorted(facts.all("host"), key=lambda ref: str(facts.get("host", ref)["uuid"]))
    able = (host for host in hosts if not core.refusal(core.check, facts, vm, host, with_cpu=False, with_memory=False))
    return next(able, "")


def is_protected(vm: Record) -> bool:
    """Whether HA restarts the guest."""
    return bool(vm["ha_always_run"] and vm["ha_restart_priority"] == "restart")


def forbids_ties(facts: Facts, vm: str) -> bool:
    """Whether the guest may get no disk and no network that only some hosts have."""
    pool = facts.pool
    return bool(pool["ha_enabled"] and not pool["ha_allow_overcommit"] and is_protected(facts.get("VM", vm)))


def _protected(facts: Facts, change: Change) -> list[str]:
    guests = [
        ref
        for ref, vm in facts.all("VM").items()
        if (is_protected(vm) if change.only is None else ref in change.only) or ref == change.protect
    ]
    return sorted(guests, key=lambda ref: str(facts.get("VM", ref)["uuid"]))


def _now(facts: Facts, change: Change, guests: Sequence[str], failures: int) -> Config:
    hosts = sorted(facts.all("host"), key=lambda ref: str(facts.get("host", ref)["uuid"]))
    alive = [ref for ref in hosts if facts.get("host", ref)["enabled"] and facts.live(ref) and ref != change.disabled]
    sizes = {vm: _size(facts, facts.get("VM", vm)) for vm in guests}
    places = {vm: place for vm in guests if (place := _place(facts, vm, change)) in alive}
    return Config(tuple((host, _room(facts, host, change)) for host in alive), sizes, places, failures)


def _size(facts: Facts, vm: Record) -> int:
    return memory.required(vm, vm["memory_static_max"], facts.xapi)


def _place(facts: Facts, vm: str, change: Change) -> str:
    if change.arrival and change.arrival[0] == vm:
        return change.arrival[1]
    record = facts.get("VM", vm)
    here = str(record["resident_on"])
    usable = facts.valid("host", here) and facts.get("host", here)["enabled"] and here != change.disabled
    return here if usable and facts.live(here) else str(record["scheduled_to_be_resident_on"])


def _room(facts: Facts, host: str, change: Change) -> int:
    free = memory.free(facts, host, arriving=NULL, field="memory_static_max")
    if change.arrival and change.arrival[1] == host:
        return free - _size(facts, facts.get("VM", change.arrival[0]))
    return free


def _applied(config: Config, found: Mapping[str, str]) -> Config:
    used = {host: sum(config.sizes[vm] for vm, place in found.items() if place == host) for host, _ in config.hosts}
    hosts = tuple((host, room - used[host]) for host, room in config.hosts)
    return replace(config, hosts=hosts, places={**config.places, **found})


def _survives(config: Config, total: int) -> bool:
    hosts = len(config.hosts)
    if hosts < config.failures or (hosts == config.failures and config.sizes):
        return False
    if total > 32 or _orders(total, config.failures) >= EXHAUSTIVE_MAX:
        return _survives_worst(config)
    names = [host for host, _ in config.hosts]
    return all(_survives_order(config, order) for order in permutations(names, config.failures))


def _orders(total: int, failures: int) -> int:
    count = 1
    for step in range(failures):
        count *= total - step
    return count


def _survives_order(config: Config, order: Sequence[str]) -> bool:
    for dead in order:
        failed = [vm for vm, place in config.places.items() if place == dead]
        config = replace(config, hosts=tuple(pair for pair in config.hosts if pair[0] != dead))
        found = dict(pack([(vm, config.sizes[vm]) for vm in failed], config.hosts))
        if len(found) < len(failed):
            return False
        config = _applied(config, found)
    return True


def _survives_worst(config: Config) -> bool:
    """Every guest as big as the biggest, the biggest hosts fail, and those with most guests."""
    biggest = max(config.sizes.values(), default=0)
    if not biggest:
        return True
    capacity = sorted((room // biggest for _, room in config.hosts), reverse=True)
    counts = sorted((list(config.places.values()).count(host) for host, _ in config.hosts), reverse=True)
    return sum(counts[: config.failures]) <= sum(capacity[config.failures :])
