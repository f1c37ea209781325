"""Everything there is to say about a snapshot: all rules, each finding once."""

from __future__ import annotations

from collections.abc import Iterator

from xenferry.pool.hostset import HostSet
from xenferry.pool.records import VM, Host, Ref
from xenferry.pool.snapshot import Snapshot
from xenferry.rules.catalogue import MobilityRule, asked, others
from xenferry.rules.facts import guest
from xenferry.rules.finding import Finding, Severity
from xenferry.rules.matrix import Matrix, matrix, whole
from xenferry.rules.place import kind_of
from xenferry.rules.words import count


def judge(s: Snapshot, judged: Matrix | None = None) -> tuple[Finding, ...]:
    """All findings: what XAPI refuses in its order of asking, one per guest and rule with all refusing hosts (one per
    host where the host is the reason), then what XAPI does not check. The host a guest is on is no place to go."""
    seen = judged or matrix(s)
    if seen.guests == s.guests:
        whole.tell(s, seen)
    return (*_refusals(seen), *(finding for rule in others() for finding in rule.find(s)))


def _refusals(seen: Matrix) -> Iterator[Finding]:
    kinds = dict.fromkeys(kind_of(vm.power_state) for vm in seen.guests)
    for rule in dict.fromkeys(rule for kind in ("migrate", "boot") if kind in kinds for rule in asked(kind)):
        yield from _of_hosts(seen, rule) if rule.about == "host" else _of_guests(seen, rule)


def _asked_of(seen: Matrix, rule: MobilityRule, unknown: bool) -> Iterator[tuple[VM, int]]:
    masks = (seen.unknown_by if unknown else seen.refused_by)(rule)
    for vm in seen.guests if masks else ():
        if rule in asked(kind_of(vm.power_state)):
            hosts = masks.get(vm.ref, 0) & ~guest.home(seen.snapshot, vm)
            if hosts:
                yield vm, hosts


def _of_guests(seen: Matrix, rule: MobilityRule) -> Iterator[Finding]:
    for unknown in (False, True):
        for vm, mask in _asked_of(seen, rule, unknown):
            yield _finding(seen.snapshot, rule, vm, seen.snapshot.hosts_in(HostSet(mask)), unknown)


def _finding(s: Snapshot, rule: MobilityRule, vm: VM, hosts: tuple[Host, ...], unknown: bool) -> Finding:
    words = rule.say(s, vm, hosts)
    return Finding(
        code=rule.code,
        severity=Severity.UNKNOWN if unknown else Severity.BLOCKS,
        subject=vm.ref,
        cause=words.cause,
        hosts=tuple(host.ref for host in hosts),
        seen=words.seen,
        cures=words.cures,
        error=() if unknown else rule.error(s, vm, hosts[0]),
    )


def _of_hosts(seen: Matrix, rule: MobilityRule) -> Iterator[Finding]:
    for unknown in (False, True):
        guests: dict[int, list[VM]] = {}
        for vm, hosts in _asked_of(seen, rule, unknown):
            for at in HostSet(hosts):
                guests.setdefault(at, []).append(vm)
        for at in sorted(guests):
            yield _of_host(seen.snapshot, rule, seen.snapshot.hosts[at], guests[at], unknown)


def _of_host(s: Snapshot, rule: MobilityRule, host: Host, guests: list[VM], unknown: bool) -> Finding:
    first = next((vm for vm in guests if vm.power_state == "Running"), guests[0])
    words = rule.say(s, first, (host,))
    own = words.seen.startswith(f"{first.name_label} ") and len(guests) > 1
    seen = count(len(guests), "guest") + words.seen.removeprefix(first.name_label) if own else words.seen
    return Finding(
        code=rule.code,
        severity=Severity.UNKNOWN if unknown else Severity.BLOCKS,
        subject=host.ref,
        cause=Ref(words.cause),
        hosts=(host.ref,),
        seen=seen,
        cures=words.cures,
        error=() if unknown else rule.error(s, guests[0], host),
    )
