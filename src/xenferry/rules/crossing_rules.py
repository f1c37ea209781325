"""The rules about two pools: found by walking `crossing/`, and those of one pool that XAPI asks in the same words.

A rule is a module of `crossing/`, found by walking; its code is the module's name.

    where = Place("ask", 40)     its place in XAPI's order
    before = (25, 15), Place(..)  optional: where an xapi older than this, in the sending pool, asks the same
    kin(there, host, via)         optional: whether it refuses depends on this of the receiving host, and on no more
    hosts(j) -> mask              optional instead: all hosts of the other pool that refuse, whichever `j` goes to
    severity = ...               optional: RISK where XAPI allows it
    refused(j) -> bool
    error(j) -> XAPI's answer; empty where XAPI finds out only on the way
    say(j) -> Words

Rules of a single pool that XAPI asks in the same words of the guest, or of the receiving host, are borrowed.
Order: xapi/xapi_vm_migrate.ml (`assert_can_migrate`, `migrate_send'`), import.ml for what the other pool asks.
Simplification: it is asked of guests only (no templates, snapshots, control domains); NVIDIA's own comparison and the
limit of three moves at once are not looked at, and HA's plan only where it forbids every host to send.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from types import ModuleType
from typing import Any

from xenferry.article import Article, read
from xenferry.pool.records import Host, Ref
from xenferry.pool.snapshot import Snapshot
from xenferry.rules import crossing
from xenferry.rules.catalogue import Masks, MobilityRule, code_of, mobility
from xenferry.rules.finding import Error, Severity
from xenferry.rules.journey import Journey
from xenferry.rules.matrix import whole
from xenferry.rules.once import once
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
    severity: Severity
    refused: Callable[[Journey], bool]
    error: Callable[[Journey], Error]
    say: Callable[[Journey], Words]
    kin: Callable[[Snapshot, Host, Ref], Hashable] | None = None
    """What of the receiving host, and of the network by which everything comes, the answer follows from."""
    hosts: Callable[[Journey], int] | None = None
    """The hosts of the other pool that refuse, as a mask, where they are found all at once."""

    @property
    def per_host(self) -> bool:
        """Does the answer depend on which host of the other pool it is?"""
        return self.kin is not None or self.hosts is not None


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
    kin, hosts = getattr(module, "kin", None), getattr(module, "hosts", None)
    said = (module.refused, module.error, module.say)
    return CrossingRule(code_of(module), module.where, before, severity, *said, kin, hosts)


def _borrowed(rule: MobilityRule, place: Place, side: str) -> CrossingRule:
    here = side == "here"

    def refused(j: Journey) -> bool:
        return bool(whole(j.here).refused_by(rule).get(j.vm.ref)) if here else bool(hosts(j) >> place_of(j) & 1)

    def hosts(j: Journey) -> int:
        return _of_all(rule, j.here, j.there).get(j.vm.ref, 0)

    def error(j: Journey) -> Error:
        return rule.error(j.here if here else j.there, j.vm, j.host)

    def say(j: Journey) -> Words:
        return rule.say(j.here if here else j.there, j.vm, (j.host,))

    return CrossingRule(rule.code, place, None, Severity.BLOCKS, refused, error, say, hosts=None if here else hosts)


def _of_all(rule: MobilityRule, here: Snapshot, there: Snapshot) -> Masks:
    """What a rule says of all guests that might go there; found once."""
    known = _of_all_known(there)
    if (rule.code, here) not in known:
        known[rule.code, here] = rule.refused(there, here.guests)
    return known[rule.code, here]


@once
def _of_all_known(there: Snapshot) -> dict[tuple[str, Snapshot], Masks]:
    """What `_of_all` has found so far."""
    return {}


def place_of(j: Journey) -> int:
    """Where the receiving host stands in its pool."""
    return j.there.place[j.host.ref]


def article(code: str) -> Article:
    """What a rule of this folder means.

    Raises:
        KeyError: there is no such rule about two pools.
    """
    return read(modules()[code])
