"""Guests times hosts: who may go where, every reason why not, and what XAPI would answer first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from xenferry.pool.hostset import HostSet
from xenferry.pool.records import VM, Host, Ref
from xenferry.pool.snapshot import Snapshot
from xenferry.rules.catalogue import Masks, MobilityRule, asked
from xenferry.rules.facts import guest
from xenferry.rules.finding import Error
from xenferry.rules.once import once
from xenferry.rules.place import kind_of
from xenferry.rules.words import Words


class Refusal(NamedTuple):
    """One reason why a host is no place for a guest. `error` is XAPI's answer, empty where the snapshot lacks what is
    needed to judge (`unknown`)."""

    code: str
    error: Error
    words: Words
    unknown: bool = False


class Matrix:
    """All checks on all pairs, each rule judged once for all guests and all hosts together.

    The question asked of a guest fits its power state (`place.kind_of`): a running or paused one must move
    (VM.pool_migrate), a halted or suspended one must be able to start (VM.assert_can_boot_here). Not asked is what only
    the host itself can know (NVIDIA's comparison, memory that guests do not give back), nor, for halted and suspended
    guests, whether the operation is blocked.
    """

    def __init__(self, s: Snapshot, guests: Sequence[VM] | None = None) -> None:
        self.snapshot = s
        self.guests = tuple(s.guests if guests is None else guests)
        self._refused: dict[str, Masks] = {}
        self._unknown: dict[str, Masks] = {}
        self._sums: dict[str, tuple[Masks, Masks]] = {}
        self._everywhere = int(s.everywhere)

    @classmethod
    def judged(cls, s: Snapshot, refused: Mapping[str, Masks], unknown: Mapping[str, Masks]) -> Matrix:
        """A matrix whose answers are known already: code of the rule -> its masks."""
        made = cls(s)
        made._refused.update(refused)
        made._unknown.update(unknown)
        return made

    def refused_by(self, rule: MobilityRule) -> Masks:
        """Guest -> the hosts that refuse it for this reason."""
        if rule.code not in self._refused:
            self._refused[rule.code] = rule.refused(self.snapshot, self.guests)
        return self._refused[rule.code]

    def unknown_by(self, rule: MobilityRule) -> Masks:
        """Guest -> the hosts for which the snapshot does not tell whether this rule refuses it."""
        if rule.code not in self._unknown:
            self._unknown[rule.code] = rule.unknown(self.snapshot, self.guests)
        return self._unknown[rule.code]

    def _summed(self, kind: str) -> tuple[Masks, Masks]:
        """Guest -> the hosts that any rule refuses, and those that any rule refuses or cannot judge."""
        if kind not in self._sums:
            refused: dict[Ref, int] = {}
            for rule in asked(kind):
                for ref, hosts in self.refused_by(rule).items():
                    refused[ref] = refused.get(ref, 0) | hosts
            spoken = dict(refused)
            for rule in asked(kind):
                for ref, hosts in self.unknown_by(rule).items():
                    spoken[ref] = spoken.get(ref, 0) | hosts
            self._sums[kind] = refused, spoken
        return self._sums[kind]

    def refused(self, vm: VM, kind: str | None = None) -> HostSet:
        """The hosts that refuse the guest."""
        return HostSet(self._summed(kind or kind_of(vm.power_state))[0].get(vm.ref, 0))

    def unknown(self, vm: VM, kind: str | None = None) -> HostSet:
        """The hosts that nothing speaks against, but of which something was not looked at."""
        refused, spoken = self._summed(kind or kind_of(vm.power_state))
        return HostSet(spoken.get(vm.ref, 0) & ~refused.get(vm.ref, 0))

    def allowed(self, vm: VM, kind: str | None = None) -> HostSet:
        """The hosts that the guest may go to for certain; never the one it is on."""
        spoken = self._summed(kind or kind_of(vm.power_state))[1].get(vm.ref, 0)
        return HostSet(self._everywhere & ~(spoken | guest.home(self.snapshot, vm)))

    def first(self, vm: VM, host: Host, kind: str | None = None) -> Error | None:
        """XAPI's own answer for this pair; None if it would agree.

        Raises:
            KeyError: the question is not one of `place.KINDS`, or the host is not of this snapshot.
        """
        bit = 1 << self.snapshot.place[host.ref]
        asked_for = kind or kind_of(vm.power_state)
        if not self.refused(vm, asked_for) & bit:
            return None
        rules = (rule for rule in asked(asked_for) if self.refused_by(rule).get(vm.ref, 0) & bit)
        return next(rules).error(self.snapshot, vm, host)

    def why(self, vm: VM, host: Host, kind: str | None = None) -> tuple[Refusal, ...]:
        """Every reason against this pair, in XAPI's order; what is unknown comes in its place."""
        s, bit, found = self.snapshot, 1 << self.snapshot.place[host.ref], list[Refusal]()
        for rule in asked(kind or kind_of(vm.power_state)):
            if self.refused_by(rule).get(vm.ref, 0) & bit:
                found.append(Refusal(rule.code, rule.error(s, vm, host), rule.say(s, vm, (host,))))
            elif self.unknown_by(rule).get(vm.ref, 0) & bit:
                found.append(Refusal(rule.code, (), rule.say(s, vm, (host,)), unknown=True))
        return tuple(found)

    def possible_hosts(self, vm: VM) -> HostSet:
        """XAPI's answer to `VM.get_possible_hosts`: the host that expects it, else whoever passes without the CPU."""
        expected = self.snapshot.place.get(vm.scheduled_to_be_resident_on)
        if expected is not None:
            return HostSet.of((expected,))
        return self.snapshot.everywhere - self.refused(vm, "core-without-cpu")


whole = once(Matrix)
"""The matrix of all guests of a snapshot, made once."""


def matrix(s: Snapshot, guests: Sequence[VM] | None = None) -> Matrix:
    """The matrix of a snapshot, of all guests or of these; every rule is judged when first asked for."""
    return Matrix(s, guests)
