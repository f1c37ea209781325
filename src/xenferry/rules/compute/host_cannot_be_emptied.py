"""The guests of a host do not fit on the others: the host cannot be emptied (N+1).

For maintenance, an update or a repair each host's running guests must find room on the other hosts that may take them.
This tries it the simple way, the largest guest first, onto the host with the most room; chains of moves that might make
room are not tried here, `xenferry evacuate HOST --plan-only` tries harder.

Cause: the other hosts have not enough memory together.
Fix: Add memory or a host, shut guests down that need not run, or lower dynamic minima.

Cause: some of its guests may not move at all, or only to hosts that are full.
Fix: Cure what pins them: `xenferry check HOST`.

Example:
    pool p
    host xcp1 memory=32GiB   # rule: host-cannot-be-emptied
    host xcp2 memory=8GiB
    guest db on=xcp1 memory=16GiB
    guest web on=xcp2 memory=1GiB
"""

from __future__ import annotations

from collections.abc import Iterator

from xenferry.pool.records import VM, Host, Ref
from xenferry.pool.snapshot import Snapshot
from xenferry.rules.facts import memory
from xenferry.rules.finding import Finding, Severity
from xenferry.rules.matrix import Matrix, whole
from xenferry.rules.words import arg, listed, verb


def find(s: Snapshot) -> Iterator[Finding]:
    """Each host of a pool of several whose running guests do not all find a place elsewhere."""
    if len(s.hosts) < 2:
        return
    judged, residents = whole(s), dict[Ref, list[VM]]()
    for vm in s.guests:
        if vm.power_state in ("Running", "Paused"):
            residents.setdefault(vm.resident_on, []).append(vm)
    for host in s.hosts:
        left = _left(s, judged, residents.get(host.ref, []))
        if left:
            yield _finding(host, left)


def _left(s: Snapshot, judged: Matrix, guests: list[VM]) -> list[VM]:
    """The guests without a place; one that no host may take counts as well."""
    free = [memory.free(s, host.ref) for host in s.hosts]
    left: list[VM] = []
    for needs, vm in sorted(((memory.needed(s, vm), vm) for vm in guests), key=lambda each: -each[0]):
        best = max(judged.allowed(vm), key=lambda at: free[at], default=None)
        if best is None or free[best] < needs:
            left.append(vm)
        else:
            free[best] -= needs
    return left


def _finding(host: Host, left: list[VM]) -> Finding:
    return Finding(
        code="host-cannot-be-emptied",
        severity=Severity.RISK,
        subject=host.ref,
        cause=host.ref,
        hosts=(host.ref,),
        seen=f"{host.name_label} cannot be emptied: {listed(vm.name_label for vm in left)}"
        f" {verb(len(left), 'finds', 'find')} no place elsewhere.",
        cures=(
            f"See what pins its guests: `xenferry check {arg(host.name_label)}`.",
            f"Try harder, with chains of moves: `xenferry evacuate {arg(host.name_label)} --plan-only`.",
        ),
    )
