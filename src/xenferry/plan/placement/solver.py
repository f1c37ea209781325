"""The end state with the fewest extra moves, or proof that there is none, by CP-SAT where ortools is installed.

Only hosts that matter are part of the model when the pool is large: those that the guests left over may go to with most
room, and everybody on them. Then a proof of impossibility is none of the pool, and is not given.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from typing import Any

from xenferry.plan.placement.board import Board
from xenferry.plan.placement.exact import Verdict
from xenferry.plan.placement.item import Hop, Item
from xenferry.plan.placement.sequence import sequence
from xenferry.plan.solver import cp_sat, solve
from xenferry.pool.hostset import HostSet

WORK = 4.0
"""How long the solver may look, in its own seconds."""
PAIRS = 40_000
"""Guests times hosts that the model may have."""
TRIES = 4
"""End states without an order that are thrown away before it is given up."""


def search(
    leaving: Sequence[Item], residents: Sequence[Item], free: Sequence[int], hint: Mapping[Hashable, int]
) -> tuple[Verdict, tuple[Hop, ...]]:
    """The hops, or proof that there are none; OPEN where ortools is missing or did not find out in time.

    `hint`: where some of those who leave could go.
    """
    if cp_sat() is None:
        return Verdict.OPEN, ()
    whole, hosts = _part(leaving, residents, free)
    within = [item for item in residents if item.at is not None and item.at in hosts]
    problem = _Model(leaving, within, free, hosts, hint)
    for _ in range(TRIES):
        solver, said = solve(problem.model, WORK / TRIES)
        if said == "impossible" and whole and not problem.forbidden:
            return Verdict.IMPOSSIBLE, ()
        if said not in ("optimal", "found"):
            break
        wanted = problem.wanted(solver)
        board = Board([*leaving, *within], free)
        if sequence(board, wanted):
            return Verdict.FOUND, tuple(board.hops)
        problem.forbid(wanted)
    return Verdict.OPEN, ()


def _part(leaving: Sequence[Item], residents: Sequence[Item], free: Sequence[int]) -> tuple[bool, HostSet]:
    """Whether the whole pool fits into the model, and the hosts that are part of it."""
    count = len(leaving) + len(residents)
    if count * len(free) <= PAIRS:
        return True, HostSet.first(len(free))
    share = max(4, int((PAIRS / (count / len(free))) ** 0.5))
    wanted = HostSet(0)
    for item in leaving:
        wanted |= item.may
    return False, HostSet.of(sorted(wanted, key=lambda host: -free[host])[:share])


class _Model:
    def __init__(
        self,
        leaving: Sequence[Item],
        residents: Sequence[Item],
        free: Sequence[int],
        hosts: HostSet,
        hint: Mapping[Hashable, int],
    ) -> None:
        cp_model = cp_sat()
        assert cp_model is not None
        self.model: Any = cp_model.CpModel()
        self.forbidden = False
        self._at: dict[Hashable, dict[int, Any]] = {}
        self._home = {item.key: item.at for item in (*leaving, *residents)}
        room, load, moved = list(free), dict[int, list[Any]](), list[Any]()
        for item in (*leaving, *residents):
            homes = [host for host in item.may if host in hosts and host != item.at]
            if item.at is not None:
                room[item.at] += item.holds
                homes.append(item.at)
            self._at[item.key] = {host: self.model.new_bool_var("") for host in homes}
            self.model.add_exactly_one(self._at[item.key].values())
            for host, there in self._at[item.key].items():
                load.setdefault(host, []).append(item.holds * there)
                if item.at is not None and host != item.at:
                    moved.append(there)
                self.model.add_hint(there, int(hint.get(item.key, item.at) == host))
        for host, terms in load.items():
            self.model.add(sum(terms) <= room[host])
        self.model.minimize(sum(moved))

    def wanted(self, solver: Any) -> dict[Hashable, int]:
        """Where everybody who moves is in the end."""
        ends = {key: next(host for host, var in at.items() if solver.value(var)) for key, at in self._at.items()}
        return {key: host for key, host in ends.items() if host != self._home[key]}

    def forbid(self, wanted: Mapping[Hashable, int]) -> None:
        """Not this end state again."""
        self.forbidden = True
        self.model.add_bool_or([self._at[key][host].Not() for key, host in wanted.items()])
