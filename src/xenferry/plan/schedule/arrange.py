"""Steps of a plan in the order in which they shall be handed out, with what they take together."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from msgspec import Struct

from xenferry.plan import steps as s
from xenferry.plan.schedule.bound import bound
from xenferry.plan.schedule.exact import improve
from xenferry.plan.schedule.limits import Limits
from xenferry.plan.schedule.load import job
from xenferry.plan.schedule.order import candidates, order
from xenferry.plan.schedule.play import Times, play, totals
from xenferry.plan.schedule.steady import steadiest

Refine = Callable[[Sequence[s.AnyStep], Times], list[s.AnyStep]]
"""The steps with better forecasts, once it is known when each of them runs."""


class Arranged(Struct, frozen=True, kw_only=True):
    """The steps in order, what they take together, and what they take at least whatever the order."""

    steps: tuple[s.AnyStep, ...]
    totals: s.Forecast
    at_least_seconds: float


def arrange(steps: Sequence[s.AnyStep], limits: Limits, refine: Refine) -> Arranged:
    """Find the order in which the whole ends soonest, also if steps take longer than forecast.

    A step never comes before one that it waits for.
    """
    known = {step.key: step for step in steps}
    jobs = order([job(step) for step in steps], limits)
    ordered = refine([known[each.key] for each in jobs], play(jobs, limits))
    timed = [job(step) for step in ordered]
    proven = improve(timed, limits, bound(timed, limits))
    known = {step.key: step for step in ordered}
    steady = steadiest((proven.jobs, *candidates(timed, limits)), limits)
    final = tuple(known[each.key] for each in steady)
    return Arranged(steps=final, totals=totals(final, limits), at_least_seconds=proven.at_least)
