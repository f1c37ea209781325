"""May this guest go to that host of another pool: every reason why not, and what XAPI would answer first."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Sequence
from dataclasses import replace
from functools import cache
from typing import NamedTuple

from xenferry.pool.hostset import HostSet
from xenferry.pool.records import Host, Ref
from xenferry.pool.snapshot import Snapshot
from xenferry.rules.crossing_rules import KINDS, CrossingRule, Version, article, modules, place_of, rules
from xenferry.rules.facts import version
from xenferry.rules.finding import Error, Severity
from xenferry.rules.journey import Journey
from xenferry.rules.once import once
from xenferry.rules.words import Words


class Objection:
    """One reason against a journey; its words are written when somebody wants them."""

    __slots__ = ("_host", "_journey", "_rule")

    def __init__(self, rule: CrossingRule, journey: Journey, host: Host) -> None:
        self._rule = rule
        self._journey = journey
        self._host = host

    @property
    def code(self) -> str:
        """The rule's."""
        return self._rule.code

    @property
    def severity(self) -> Severity:
        """The rule's."""
        return self._rule.severity

    @property
    def error(self) -> Error:
        """XAPI's answer; empty where it does not ask beforehand."""
        return self._rule.error(_to(self._journey, self._host))

    @property
    def words(self) -> Words:
        """What is the matter, and what to do."""
        return self._rule.say(_to(self._journey, self._host))

    def _told(self) -> tuple[str, Severity, Error, Words]:
        return self.code, self.severity, self.error, self.words

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Objection) and self._told() == other._told()

    def __hash__(self) -> int:
        return hash(self._told())

    def __repr__(self) -> str:
        return f"Objection{self._told()}"


def _to(j: Journey, host: Host) -> Journey:
    return j if j.host is host else replace(j, host=host)


def _asked(j: Journey, kind: str) -> tuple[CrossingRule, ...]:
    """In the order of the sending pool's xapi, which asks."""
    return _in_order(version.xapi(j.here)[:2], kind)


@cache
def _in_order(xapi: Version, kind: str) -> tuple[CrossingRule, ...]:
    return tuple(rule for rule in rules(xapi) if rule.where.phase in KINDS[kind])


def first(j: Journey, kind: str = "send") -> Error:
    """XAPI's own answer to what is asked (see KINDS); empty if it agrees.

    Raises:
        KeyError: the question is not one of KINDS.
    """
    asked = (rule for rule in _asked(j, kind) if rule.where.phase != "way")
    return next((rule.error(j) for rule in asked if rule.refused(j)), ())


def why(j: Journey, kind: str = "all") -> tuple[Objection, ...]:
    """Everything that speaks against the journey, in XAPI's order, then what XAPI does not ask."""
    return why_each((j,), kind)[0]


def why_each(journeys: Sequence[Journey], kind: str = "all") -> list[tuple[Objection, ...]]:
    """The same for journeys that differ in nothing but their host."""
    return why_there(journeys[0], [j.host for j in journeys], kind) if journeys else []


def why_there(j: Journey, hosts: Sequence[Host], kind: str = "all") -> list[tuple[Objection, ...]]:
    """The same for one guest and these hosts of the other pool, whichever of them `j` goes to."""
    found = judge(j, hosts, kind)
    return [found.why(host) for host in hosts]


class Verdict(NamedTuple):
    """One guest and many hosts of another pool: each reason with the hosts that it holds for."""

    journey: Journey
    reasons: tuple[tuple[CrossingRule, HostSet], ...]
    """In XAPI's order; only those that hold for some host."""

    def why(self, host: Host) -> tuple[Objection, ...]:
        """Everything that speaks against this host."""
        bit = 1 << self.journey.there.place[host.ref]
        return tuple([Objection(rule, self.journey, host) for rule, hosts in self.reasons if int(hosts) & bit])


def judge(j: Journey, hosts: Sequence[Host], kind: str = "all") -> Verdict:
    """One guest and these hosts of the other pool, whichever of them `j` goes to.

    What no host matters for is judged once, and hosts that are alike in what a rule looks at are judged as one.
    """
    wanted = j.there.everywhere if hosts is j.there.hosts else HostSet.of(j.there.place[host.ref] for host in hosts)
    spoken = [(rule, refusing) for rule in _asked(j, kind) if (refusing := _refusing(rule, j, wanted))]
    return Verdict(j, tuple((rule, HostSet(refusing)) for rule, refusing in spoken))


def _refusing(rule: CrossingRule, j: Journey, wanted: HostSet) -> int:
    """Which of the wanted hosts the rule refuses."""
    if rule.hosts:
        return rule.hosts(j) & wanted
    if rule.kin is None:
        return wanted if rule.refused(j) else 0
    refusing, own = 0, 1 << place_of(j)
    for alike in _families(rule, j.there, j.via):
        some = int(wanted) & alike
        if some and rule.refused(j if own & some else _to(j, j.there.hosts[some.bit_length() - 1])):
            refusing |= some
    return refusing


def _families(rule: CrossingRule, there: Snapshot, via: Ref) -> Collection[int]:
    """The hosts of a pool in sets that a rule cannot tell apart."""
    known = _families_known(there)
    if (rule.code, via) not in known:
        found: dict[Hashable, int] = {}
        for at, host in enumerate(there.hosts):
            kin = rule.kin(there, host, via) if rule.kin else None
            found[kin] = found.get(kin, 0) | 1 << at
        known[rule.code, via] = tuple(found.values())
    return known[rule.code, via]


@once
def _families_known(there: Snapshot) -> dict[tuple[str, Ref], Collection[int]]:
    """What `_families` has found so far."""
    return {}


__all__ = ["Objection", "Verdict", "article", "first", "judge", "modules", "rules", "why", "why_each", "why_there"]
