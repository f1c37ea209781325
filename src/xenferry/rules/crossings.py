"""May this guest go to that host of another pool: every reason why not, and what XAPI would answer first.

A rule is a module of `crossing/`, found by walking; its code is the module's name.

    where = Place("ask", 40)     its place in XAPI's order
    before = (25, 15), Place(..)  optional: where an xapi older than this, in the sending pool, asks the same
    per_host = True              optional: whether it refuses depends on which host of the other pool it is
    severity = ...               optional: RISK where XAPI allows it
    refused(j) -> bool
    error(j) -> XAPI's answer; empty where XAPI finds out only on the way
    say(j) -> Words

Rules of a single pool that XAPI asks in the same words of the guest, or of the receiving host, are borrowed.
Order: xapi/xapi_vm_migrate.ml (`assert_can_migrate`, `migrate_send'`), import.ml for what the other pool asks.
Simplification: it is asked of guests only (no templates, snapshots, control domains), without the options force and
copy; NVIDIA's own comparison, the plan of HA for a halted guest and the limit of three moves at once are not looked at.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from types import ModuleType
from typing import Any, NamedTuple

from xenferry.article import Article, read
from xenferry.rules import crossing
from xenferry.rules.catalogue import MobilityRule, code_of, mobility
from xenferry.rules.facts import version
from xenferry.rules.finding import Error, Severity
from xenferry.rules.journey import Journey
from xenferry.rules.matrix import whole
from xenferry.rules.place import Place
from xenferry.rules.words import Words

PHASES = ("receive", "lifecycle", "ask", "import", "leave", "send", "way")
"""host.migrate_receive there; the operation itself; VM.assert_can_migrate; the dry run there; disks; VM.migrate_send
before it begins; what XAPI notices only on the way, or never."""

KINDS: Mapping[str, tuple[str, ...]] = {
    "receive": ("receive",),
    "ask": ("ask", "import", "leave"),
    "send": ("lifecycle", "ask", "import", "leave", "send"),
    "all": PHASES,
}
"""What is asked -> its phases: host.migrate_receive, VM.assert_can_migrate, VM.migrate_send, everything in a row."""

BORROWED: Mapping[str, tuple[Place, str]] = {
    "operation-in-progress": (Place("lifecycle", 3), "here"),
    "guest-immobile": (Place("lifecycle", 7), "here"),
    "guest-forbids-suspend": (Place("lifecycle", 9), "here"),
    "guest-without-drivers": (Place("lifecycle", 10), "here"),
    "pci-attached": (Place("lifecycle", 13), "here"),
    "usb-attached": (Place("lifecycle", 15), "here"),
    "legacy-vgpu": (Place("ask", 10), "here"),
    "hardware-platform-unsupported": (Place("ask", 60), "there"),
    "host-disabled": (Place("ask", 70), "there"),
    "not-enough-cpus": (Place("ask", 80), "there"),
}
"""Rules of one pool that hold as they are: their place here, and the snapshot that they are asked of."""


Version = tuple[int, ...]
NEWEST: Version = (9999,)


@dataclass(frozen=True)
class CrossingRule:
    """A check of a journey to another pool; see the module."""

    code: str
    where: Place
    before: tuple[Version, Place] | None
    per_host: bool
    severity: Severity
    refused: Callable[[Journey], bool]
    error: Callable[[Journey], Error]
    say: Callable[[Journey], Words]
    hosts: Callable[[Journey], int] | None = None
    """The hosts of the other pool that refuse, as a mask, where they are found all at once."""


class Objection(NamedTuple):
    """One reason against a journey; `error` is empty where XAPI does not ask beforehand."""

    code: str
    severity: Severity
    error: Error
    words: Words


@cache
def modules() -> Mapping[str, ModuleType]:
    """Code -> its module, of the rules that are about two pools."""
    names = (each.name for each in pkgutil.iter_modules(crossing.__path__, f"{crossing.__name__}."))
    return {code_of(module): module for module in map(importlib.import_module, names)}


@cache
def rules(xapi: Version = NEWEST) -> tuple[CrossingRule, ...]:
    """All checks of a journey, in the order in which that version of xapi asks."""
    own = [_own(module) for module in modules().values()]
    single = {rule.code: rule for rule in mobility()}
    borrowed = [_borrowed(single[code], place, side) for code, (place, side) in BORROWED.items()]
    placed = (_as_of(rule, xapi) for rule in (*own, *borrowed))
    return tuple(sorted(placed, key=lambda rule: (PHASES.index(rule.where.phase), rule.where.number)))


def _as_of(rule: CrossingRule, xapi: Version) -> CrossingRule:
    return replace(rule, where=rule.before[1]) if rule.before and xapi < rule.before[0] else rule


def _own(module: Any) -> CrossingRule:
    before, severity = getattr(module, "before", None), getattr(module, "severity", Severity.BLOCKS)
    per_host, code = getattr(module, "per_host", False), code_of(module)
    return CrossingRule(code, module.where, before, per_host, severity, module.refused, module.error, module.say)


def _borrowed(rule: MobilityRule, place: Place, side: str) -> CrossingRule:
    here = side == "here"

    def refused(j: Journey) -> bool:
        return bool(whole(j.here).refused_by(rule).get(j.vm.ref)) if here else bool(hosts(j) >> _place(j) & 1)

    def hosts(j: Journey) -> int:
        return rule.refused(j.there, (j.vm,)).get(j.vm.ref, 0)

    def error(j: Journey) -> Error:
        return rule.error(j.here if here else j.there, j.vm, j.host)

    def say(j: Journey) -> Words:
        return rule.say(j.here if here else j.there, j.vm, (j.host,))

    alike = None if here else hosts
    return CrossingRule(rule.code, place, None, not here, Severity.BLOCKS, refused, error, say, alike)


def _place(j: Journey) -> int:
    return j.there.place[j.host.ref]


def _asked(j: Journey) -> tuple[CrossingRule, ...]:
    """In the order of the sending pool's xapi, which asks."""
    return rules(version.xapi(j.here)[:2])


def first(j: Journey, kind: str = "send") -> Error:
    """XAPI's own answer to what is asked (see KINDS); empty if it agrees.

    Raises:
        KeyError: the question is not one of KINDS.
    """
    asked = (rule for rule in _asked(j) if rule.where.phase in KINDS[kind] and rule.where.phase != "way")
    return next((rule.error(j) for rule in asked if rule.refused(j)), ())


def why(j: Journey, kind: str = "all") -> tuple[Objection, ...]:
    """Everything that speaks against the journey, in XAPI's order, then what XAPI does not ask."""
    return why_each((j,), kind)[0]


def why_each(journeys: Sequence[Journey], kind: str = "all") -> list[tuple[Objection, ...]]:
    """The same for journeys that differ in nothing but their host: what no host matters for is looked at once."""
    found: list[list[Objection]] = [[] for _ in journeys]
    for rule in _asked(journeys[0]) if journeys else ():
        if rule.where.phase in KINDS[kind]:
            for at in _refusing(rule, journeys):
                j = journeys[at]
                found[at].append(Objection(rule.code, rule.severity, rule.error(j), rule.say(j)))
    return [tuple(said) for said in found]


def _refusing(rule: CrossingRule, journeys: Sequence[Journey]) -> Sequence[int]:
    """Which of the journeys the rule refuses."""
    if rule.hosts:
        mask = rule.hosts(journeys[0])
        return [at for at, j in enumerate(journeys) if mask >> _place(j) & 1] if mask else ()
    if rule.per_host:
        return [at for at, j in enumerate(journeys) if rule.refused(j)]
    return range(len(journeys)) if rule.refused(journeys[0]) else ()


def article(code: str) -> Article:
    """What a rule of this folder means.

    Raises:
        KeyError: there is no such rule about two pools.
    """
    return read(modules()[code])
