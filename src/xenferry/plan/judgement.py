"""The rules' matrix in the shape that planners ask for."""

from __future__ import annotations

from collections.abc import Sequence

from xenferry.plan.mobility import Mobility, Reason
from xenferry.pool import records as r
from xenferry.pool.hostset import HostSet
from xenferry.pool.records import Ref
from xenferry.pool.snapshot import Snapshot
from xenferry.rules.catalogue import asked
from xenferry.rules.matrix import Matrix, Refusal, matrix
from xenferry.rules.place import kind_of

MEMORY_RULE = "not-enough-memory"
"""Left to the planners, who keep account of it."""


class _Judgement:
    def __init__(self, judged: Matrix) -> None:
        self._matrix = judged
        self._refused: dict[str, dict[Ref, int]] = {}

    def why(self, vm: r.VM, host: r.Host) -> Sequence[Reason]:
        return [_reason(refusal) for refusal in self._matrix.why(vm, host)]

    def may(self, vm: r.VM) -> HostSet:
        kind = kind_of(vm.power_state)
        if kind not in self._refused:
            self._refused[kind] = self._but_memory(kind)
        return self._matrix.snapshot.everywhere - self._refused[kind].get(vm.ref, 0)

    def _but_memory(self, kind: str) -> dict[Ref, int]:
        """Guest -> the hosts that any rule but that of memory refuses."""
        found: dict[Ref, int] = {}
        for rule in asked(kind):
            if rule.code != MEMORY_RULE:
                for ref, hosts in self._matrix.refused_by(rule).items():
                    found[ref] = found.get(ref, 0) | hosts
        return found

    def said(self, vm: r.VM, hosts: HostSet) -> Sequence[Reason]:
        found = []
        for rule in asked(kind_of(vm.power_state)):
            refusing = HostSet(self._matrix.refused_by(rule).get(vm.ref, 0)) & hosts
            if refusing:
                records, s = self._matrix.snapshot.hosts_in(refusing), self._matrix.snapshot
                words = rule.say(s, vm, records)
                found.append(Reason(rule.error(s, vm, records[0]), words.seen, words.cures))
        return found


def _reason(refusal: Refusal) -> Reason:
    return Reason(refusal.error, refusal.words.seen, refusal.words.cures, refusal.unknown)


def judge(snapshot: Snapshot) -> Mobility:
    """What the rules say of this snapshot."""
    return _Judgement(matrix(snapshot))
