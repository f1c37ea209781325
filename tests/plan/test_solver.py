"""What the solver proves is true, and without it nothing breaks."""

from __future__ import annotations

from itertools import permutations

import pytest
from hypothesis import given, settings
from test_schedule import LINKS, jobs
from test_tight_pools import Tight, tight

from xenferry.plan import solver as cp
from xenferry.plan.placement import solver
from xenferry.plan.placement.exact import Verdict
from xenferry.plan.placement.item import linked
from xenferry.plan.schedule.bound import bound
from xenferry.plan.schedule.exact import improve
from xenferry.plan.schedule.load import Job
from xenferry.plan.schedule.order import order
from xenferry.plan.schedule.play import length, play


def test_the_solver_is_there_where_the_tests_run() -> None:
    assert cp.cp_sat() is not None


@given(jobs(most=5))
@settings(max_examples=25, deadline=None)
def test_no_order_is_shorter_than_what_is_proven(made: list[Job]) -> None:
    best = min(length(play(line, LINKS)) for line in permutations(made))
    proven = improve(made, LINKS, bound(made, LINKS), work=2.0)
    assert proven.at_least <= best + 1e-6
    assert best - 1e-6 <= length(play(proven.jobs, LINKS)) <= length(play(made, LINKS))


@given(tight())
@settings(max_examples=40, deadline=None)
def test_what_is_called_impossible_is_and_what_is_found_works(made: Tight) -> None:
    verdict, hops = solver.search(made.leaving, made.residents, made.free, {})
    if verdict is Verdict.IMPOSSIBLE:
        assert not made.solvable()
    if made.solvable():
        assert verdict in (Verdict.FOUND, Verdict.OPEN)
    free = list(made.free)
    for hop in linked(hops, made.items, made.free):
        assert free[hop.target] >= made.items[hop.key].needs
        free[hop.target] -= made.items[hop.key].holds
        if hop.source is not None:
            free[hop.source] += made.items[hop.key].holds


def test_without_the_solver_the_order_stays_and_the_bound_is_the_simple_one(monkeypatch: pytest.MonkeyPatch) -> None:
    cp.cp_sat.cache_clear()
    monkeypatch.setattr(cp, "find_spec", lambda name: None)
    try:
        made = [Job(key=str(number), seconds=number + 1.0, bits=3.0) for number in range(4)]
        found = order(made, LINKS)
        assert improve(found, LINKS, 0.5).jobs == found
        assert improve(found, LINKS, 0.5).at_least == 0.5
        assert solver.search([], [], [], {}) == (Verdict.OPEN, ())
    finally:
        cp.cp_sat.cache_clear()
