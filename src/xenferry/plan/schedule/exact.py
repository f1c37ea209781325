"""The best order, proven, where ortools is installed; else how far from it the found one may be.

The model is the one that is played: jobs with their durations, each link with what it carries and how many moves it
stands. Seconds are rounded down to hundredths, and rates to megabits, so that its bound is true of the plan itself.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from msgspec import Struct

from xenferry.plan.schedule.limits import Limits
from xenferry.plan.schedule.load import SLACK, Job
from xenferry.plan.schedule.play import length, play
from xenferry.plan.solver import cp_sat, solve

WORK = 0.5
"""How long the solver may look, in its own seconds."""
GAP = 0.01
"""Share above the bound from which on it is asked."""
MOST = 150
"""Jobs; more are left to the heuristics."""
TICKS = 100
"""Of a second."""
MEGABIT = 1e6


class Proven(Struct, frozen=True):
    """An order, the best that was found, and below what no order comes."""

    jobs: tuple[Job, ...]
    at_least: float


def improve(jobs: Sequence[Job], limits: Limits, at_least: float, work: float = WORK, gap: float = GAP) -> Proven:
    """A better order, or a better bound, from the solver; as given where there is none or nothing to gain."""
    found = length(play(jobs, limits))
    if cp_sat() is None or not 2 < len(jobs) <= MOST or found <= at_least * (1 + gap):
        return Proven(tuple(jobs), at_least)
    begins, bound = _solved(jobs, limits, found, work)
    proven = max(at_least, bound)
    if begins is not None:
        ordered = tuple(sorted(jobs, key=lambda job: begins[job.key]))
        if length(play(ordered, limits)) < found:
            return Proven(ordered, min(proven, length(play(ordered, limits))))
    return Proven(tuple(jobs), min(proven, found))


def _solved(jobs: Sequence[Job], limits: Limits, horizon: float, work: float) -> tuple[dict[str, int] | None, float]:
    """When each job begins (in ticks), and the proven bound in seconds."""
    cp_model = cp_sat()
    assert cp_model is not None
    model, most = cp_model.CpModel(), math.ceil(horizon * TICKS) + len(jobs)
    begins, ends, spans = {}, {}, {}
    for job in jobs:
        duration = math.floor(job.seconds * TICKS)
        begins[job.key] = model.new_int_var(0, most, "")
        ends[job.key] = begins[job.key] + duration
        spans[job.key] = model.new_fixed_size_interval_var(begins[job.key], duration, "")
    for job in jobs:
        for key in job.after:
            if key in ends:
                model.add(begins[job.key] >= ends[key])
    _share(model, jobs, spans, limits)
    last = model.new_int_var(0, most, "")
    model.add_max_equality(last, list(ends.values()))
    model.minimize(last)
    solver, said = solve(model, work)
    if said not in ("optimal", "found"):
        return None, 0.0
    return {key: solver.value(begin) for key, begin in begins.items()}, solver.best_objective_bound / TICKS


def _share(model: Any, jobs: Sequence[Job], spans: dict[str, Any], limits: Limits) -> None:
    """What the links and guests stand at once."""
    by_end: dict[tuple[str, str], list[Job]] = {}
    by_guest: dict[str, list[Any]] = {}
    for job in jobs:
        for end in job.ends:
            by_end.setdefault((end.way, end.host), []).append(job)
        if job.guest:
            by_guest.setdefault(job.guest, []).append(spans[job.key])
    for (_, host), own in by_end.items():
        capacity = limits.links.get(host, 0.0)
        chosen = [spans[job.key] for job in own]
        model.add_cumulative(chosen, [1] * len(own), limits.most_per_host if capacity else limits.per_host)
        if capacity:
            room = math.ceil(capacity * (1 + SLACK) / MEGABIT)
            demands = [min(room, math.floor(job.bits / MEGABIT)) for job in own]
            model.add_cumulative(chosen, demands, room)
        disks = [spans[job.key] for job in own if job.disks]
        model.add_cumulative(disks, [1] * len(disks), limits.storage_per_host)
    for intervals in by_guest.values():
        model.add_no_overlap(intervals)
