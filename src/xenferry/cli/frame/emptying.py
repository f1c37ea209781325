"""Whether every host can be emptied, one at a time, as `check` and `watch` give it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from xenferry.cli.frame.named import Named, named

if TYPE_CHECKING:
    from xenferry.plan import readiness
    from xenferry.pool.snapshot import Snapshot


class Stay(Struct, frozen=True):
    """A guest that finds no place elsewhere."""

    guest: Named
    code: str
    why: str
    missing_bytes: int
    """Memory that is missing on the best host; 0 where memory is not the reason."""
    cure: str


class Emptying(Struct, frozen=True):
    """One host."""

    host: Named
    can_be_emptied: bool
    guests: int
    memory_bytes: int
    """What its running guests need elsewhere."""
    placed_bytes: int
    """What of it finds room."""
    stays: tuple[Stay, ...]
    xapi: tuple[str, ...]
    """What host.assert_can_evacuate would answer; empty if XAPI agrees."""


class Readiness(Struct, frozen=True):
    """The pool; what the score means is said in `xenferry.plan.readiness`."""

    score: int
    words: str
    weakest: Named | None
    hosts: tuple[Emptying, ...]


def told(s: Snapshot, found: readiness.Readiness) -> Readiness:
    """The judgement with names instead of references."""
    from xenferry.plan.readiness import in_words

    weakest = found.weakest
    hosts = tuple(_host(s, each) for each in found.hosts)
    return Readiness(found.score, in_words(s, found), named(s, weakest.host) if weakest else None, hosts)


def _host(s: Snapshot, each: readiness.Emptying) -> Emptying:
    stays = tuple(Stay(named(s, one.guest), one.code, one.why, one.missing_bytes, one.cure) for one in each.stays)
    return Emptying(named(s, each.host), not stays, each.guests, each.bytes, each.placed_bytes, stays, tuple(each.xapi))
