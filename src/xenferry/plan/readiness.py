"""Can every host be emptied, one at a time (N+1)? A score, and the weakest point by name.

The score: of each host that runs guests, take the share of their memory (what they need on arrival) that finds a place
on the other hosts when this host alone is emptied; the mean of these shares, times 100, rounded down. So 100 means that
every host can be emptied, and nothing less does; a pool of one host that runs guests has 0; without running guests it
is 100. A place that was not looked at (`unknown`) is no place. Paused guests do not move and count as staying. An
operation in progress ends by itself and is in nobody's way.

First each host's guests are packed as they are; where some then find no room, `thorough` asks the planner of
`xenferry evacuate`, which moves other guests out of the way, too. Tags that make a guest shut down instead are not
followed: what is asked is whether everybody keeps running.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

from msgspec import Struct

from xenferry.plan import room
from xenferry.plan.placement import Item, place
from xenferry.pool.hostset import HostSet
from xenferry.pool.records import VM, Host, Ref
from xenferry.pool.snapshot import Snapshot
from xenferry.rules.catalogue import MobilityRule, asked
from xenferry.rules.evacuation import evacuation
from xenferry.rules.facts import storage
from xenferry.rules.finding import Error
from xenferry.rules.matrix import Matrix, matrix
from xenferry.rules.words import gib, listed

MEMORY = "not-enough-memory"
BUSY = "operation-in-progress"
EFFORT: Mapping[str, int] = {
    "cd-not-on-host": 1,
    "operation-blocked": 1,
    "host-busy": 1,
    "host-disabled": 1,
    "guest-not-running": 1,
    "network-not-on-host": 2,
    "disk-not-on-host": 2,
    MEMORY: 2,
}
"""What the cure of a rule costs: 1 nobody notices, 2 something is moved or changed, 3 (all others) the guest stops."""
STOPS = 3


class Stay(Struct, frozen=True):
    """A guest that finds no place elsewhere."""

    guest: Ref
    code: str
    """The rule that is cheapest to satisfy, on the host where the least is in the way."""
    why: str
    """What is in the way there, in words."""
    missing_bytes: int
    """Memory that would have to be free on the best host in addition; 0 where memory is not the reason."""
    cure: str
    """The cheapest cure, as far as can be told from here."""


class Emptying(Struct, frozen=True):
    """One host, as if it were emptied."""

    host: Ref
    guests: int
    bytes: int
    """Memory that its running guests need elsewhere."""
    placed_bytes: int
    """The part of it that finds room."""
    stays: tuple[Stay, ...]
    xapi: Error
    """What host.assert_can_evacuate would answer, which gives up earlier; empty if XAPI agrees."""

    @property
    def share(self) -> Fraction:
        """Of the memory, what finds room."""
        return Fraction(self.placed_bytes, self.bytes) if self.bytes else Fraction(1)


class Readiness(Struct, frozen=True):
    """The pool's answer."""

    score: int
    hosts: tuple[Emptying, ...]
    """In the pool's order."""

    @property
    def weakest(self) -> Emptying | None:
        """The host of which the smallest share finds room; None if every host can be emptied."""
        worst = min(self.hosts, key=lambda each: (each.share, -len(each.stays)), default=None)
        return worst if worst and worst.stays else None


def readiness(s: Snapshot, judged: Matrix | None = None, *, thorough: bool = True) -> Readiness:
    """Judge every host. `judged` is a matrix of the snapshot; `thorough` costs a search for each host that is full."""
    seen = judged or matrix(s)
    may, free = _may(s, seen), room.free(s)
    hosts = tuple(_emptying(s, seen, host, may, free, thorough) for host in s.hosts)
    shares = [each.share for each in hosts if each.guests]
    return Readiness(int(100 * sum(shares) / len(shares)) if shares else 100, hosts)


def _may(s: Snapshot, seen: Matrix) -> dict[Ref, HostSet]:
    """Running guest -> the hosts that take it for certain, memory aside; never its own."""
    spoken: dict[Ref, int] = {}
    for rule in asked("migrate"):
        for masks in (seen.refused_by(rule), seen.unknown_by(rule)) if rule.code not in (MEMORY, BUSY) else ():
            for ref, hosts in masks.items():
                spoken[ref] = spoken.get(ref, 0) | hosts
    running = (vm for vm in s.guests if vm.power_state in ("Running", "Paused") and vm.resident_on in s.place)
    return {vm.ref: s.everywhere - (spoken.get(vm.ref, 0) | 1 << s.place[vm.resident_on]) for vm in running}


def _emptying(
    s: Snapshot, seen: Matrix, host: Host, may: Mapping[Ref, HostSet], free: Sequence[int], thorough: bool
) -> Emptying:
    guests = [vm for vm in s.guests if vm.ref in may and vm.resident_on == host.ref]
    items = [Item(key=vm.ref, needs=room.needed(s, vm), holds=room.held(vm), may=may[vm.ref]) for vm in guests]
    placed = place([item for item in items if item.may], free)
    left = [item for item in items if item.key not in placed]
    if thorough and any(item.may for item in left):
        still = _left_by_planner(s, seen, host)
        left = [item for item in left if not item.may or item.key in still]
    rest = list(free)
    for item in items:
        if item.key in placed:
            rest[placed[item.key]] -= item.holds
    whole, staying = sum(item.needs for item in items), sum(item.needs for item in left)
    stays = tuple(_stay(s, seen, s.VM[Ref(str(item.key))], item, rest) for item in left)
    refusal = evacuation(s, host, seen).refusal if guests else ()
    return Emptying(host.ref, len(guests), whole, whole - staying, stays, refusal)


def _left_by_planner(s: Snapshot, seen: Matrix, host: Host) -> frozenset[Ref]:
    from xenferry.plan.evacuate import evacuate

    left = {each.guest.uuid for each in evacuate(s, host.ref).left}
    return frozenset(vm.ref for vm in s.guests if vm.uuid in left and vm.resident_on == host.ref)


def _stay(s: Snapshot, seen: Matrix, vm: VM, item: Item, rest: Sequence[int]) -> Stay:
    if item.may:
        best = max(item.may, key=lambda at: rest[at])
        missing, name = item.needs - max(0, rest[best]), s.hosts[best].name_label
        short = max(missing, 1)
        why = f"{vm.name_label} needs {gib(item.needs)}, and {name} has {gib(max(0, rest[best]))} left"
        return Stay(vm.ref, MEMORY, why, short, f"Free {gib(short)} of memory on {name}.")
    hosts = [host for host in s.hosts if host.ref != vm.resident_on]
    if not hosts:
        return Stay(vm.ref, "no-other-host", "the pool has no other host", 0, "Add a host to the pool.")
    against = _against(seen, vm)
    nearest = min(hosts, key=lambda host: _effort(s, vm, host, against))
    reasons = [reason for reason in seen.why(vm, nearest, "migrate") if reason.code not in (MEMORY, BUSY)]
    cures = dict.fromkeys(reason.words.cures[0] for reason in reasons if reason.words.cures)
    return Stay(vm.ref, reasons[0].code, reasons[0].words.seen, 0, " Then: ".join(cures))


def _against(seen: Matrix, vm: VM) -> list[tuple[MobilityRule, int]]:
    """The rules that have something against the guest, or cannot judge it, with the hosts of which they do."""
    rules = (rule for rule in asked("migrate") if rule.code not in (MEMORY, BUSY))
    masks = ((rule, seen.refused_by(rule).get(vm.ref, 0) | seen.unknown_by(rule).get(vm.ref, 0)) for rule in rules)
    return [(rule, hosts) for rule, hosts in masks if hosts]


def _effort(s: Snapshot, vm: VM, host: Host, against: Sequence[tuple[MobilityRule, int]]) -> tuple[int, int]:
    """The dearest cure on this host, then their sum."""
    bit = 1 << s.place[host.ref]
    costs = [_cost(s, vm, host, rule) for rule, hosts in against if hosts & bit]
    return max(costs, default=STOPS), sum(costs)


def _cost(s: Snapshot, vm: VM, host: Host, rule: MobilityRule) -> int:
    """Plugging a shared SR is cheaper than copying disks off a local one."""
    if rule.code == "disk-not-on-host":
        missing = storage.first_unreachable(s, vm, host)
        sr = s.SR.get(Ref(missing[2])) if missing[:1] == ("VM_REQUIRES_SR",) else None
        return 1 if sr is not None and sr.shared else EFFORT[rule.code]
    return EFFORT.get(rule.code, STOPS)


def in_words(s: Snapshot, found: Readiness) -> str:
    """The score and the weakest point as one sentence or two."""
    weakest = found.weakest
    if weakest is None:
        return f"Readiness {found.score} of 100: every host can be emptied, one at a time."
    full = [each for each in found.hosts if each.stays]
    names = listed(s.name(each.host) for each in full)
    stays = listed(sorted(s.name(stay.guest) for stay in weakest.stays))
    return (
        f"Readiness {found.score} of 100: {len(full)} of {len(found.hosts)} hosts cannot be emptied ({names})."
        f" Weakest: {s.name(weakest.host)}, where {stays} would stay."
    )
