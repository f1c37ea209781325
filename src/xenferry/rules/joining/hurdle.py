"""One thing that stands in a joining host's way, and the two sides of a join."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from msgspec import Struct

from xenferry.pool import records as r
from xenferry.pool.snapshot import Snapshot
from xenferry.rules.finding import Error, Severity


class Hurdle(Struct, frozen=True, kw_only=True):
    """What was seen and what to do; `error` is XAPI's answer, empty for what it does not check."""

    code: str
    severity: Severity
    seen: str
    cures: tuple[str, ...]
    error: Error = ()


@dataclass(frozen=True)
class Sides:
    """The host that joins, in its own pool of one, and the pool that it joins."""

    joiner: Snapshot
    pool: Snapshot

    @cached_property
    def host(self) -> r.Host:
        """The joining host."""
        return self.joiner.host[self.joiner.pool.master]

    @cached_property
    def coordinator(self) -> r.Host:
        """The pool's."""
        return self.pool.host[self.pool.pool.master]

    @property
    def name(self) -> str:
        return self.host.name_label

    @property
    def pool_name(self) -> str:
        return self.pool.pool.name_label or self.coordinator.name_label


def blocks(error: Error, seen: str, *cures: str) -> Iterator[Hurdle]:
    """XAPI refuses."""
    code = error[0].lower().replace("_", "-")
    yield Hurdle(code=code, severity=Severity.BLOCKS, seen=seen, cures=cures, error=error)


def tells(code: str, severity: Severity, seen: str, *cures: str) -> Iterator[Hurdle]:
    """XAPI lets it pass."""
    yield Hurdle(code=code, severity=severity, seen=seen, cures=cures)


def management(s: Snapshot) -> r.PIF | None:
    """The PIF of the coordinator's management interface."""
    mine = (pif for pif in s.PIF.values() if pif.host == s.pool.master and pif.management)
    return next(mine, None)
