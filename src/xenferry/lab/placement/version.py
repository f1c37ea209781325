"""Comparing the software of two hosts, in the two ways in which XAPI does it."""

from __future__ import annotations

from xenferry.lab.placement.facts import Facts, numbers

UPGRADE_KEYS = ("platform_version", "xapi")


def migration_keys(xapi: tuple[int, ...]) -> tuple[str, ...]:
    """What must not decrease on the way to another host; before 25.31 only the platform counted."""
    return ("platform_version", "xapi_build", "xen") if xapi >= (25, 31) else ("platform_version",)


def not_decreasing(facts: Facts, source: str, target: str, there: Facts | None = None) -> bool:
    """Whether a guest may go from `source` to `target`, of the pool `there`, as far as their versions go."""
    there = there or facts
    return all(_of(there, target, key) >= _of(facts, source, key) for key in migration_keys(facts.xapi))


def as_coordinator(facts: Facts, host: str) -> bool:
    """Whether the host has been upgraded exactly as far as the coordinator."""
    master = facts.pool["master"]
    return host == master or all(_of(facts, host, key) == _of(facts, master, key) for key in UPGRADE_KEYS)


def highest_in_pool(facts: Facts, host: str) -> bool:
    """Whether no host of the pool has newer software; mixed orders are resolved in the order of the table."""
    best: tuple[tuple[int, ...], ...] | None = None
    for other in facts.all("host"):
        versions = tuple(_of(facts, other, key) for key in UPGRADE_KEYS)
        if best is None or not all(mine >= its for mine, its in zip(best, versions, strict=True)):
            best = versions
    own = tuple(_of(facts, host, key) for key in UPGRADE_KEYS)
    return best is None or all(mine >= its for mine, its in zip(own, best, strict=True))


def _of(facts: Facts, host: str, key: str) -> tuple[int, ...]:
    return numbers(facts.get("host", host)["software_version"].get(key, "0.0.0"))
