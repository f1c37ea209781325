"""Of several orders that are about as good on paper, the one that stays good when moves take longer than forecast.

How fast a guest rewrites its memory is not known before, so some of the moves will take half as long again. An order
that fits the forecast to the second may then end with one long move alone; one that keeps short moves for the end
seldom does. Each order is played with the same few draws of what may happen, and the best on average is taken.
"""

from __future__ import annotations

import random
import statistics
from collections.abc import Iterable, Sequence

from msgspec.structs import replace

from xenferry.plan.schedule.limits import Limits
from xenferry.plan.schedule.load import Job
from xenferry.plan.schedule.play import length, play

DRAWS = 16
SPREAD = 0.25
"""Of the logarithm of a move's real seconds over its forecast: what guests that write a little or a lot make of it."""
WORTH = 1.05
"""An order may be this much longer on paper than the best one."""
MOST = 300
"""Jobs; with more of them one long move hardly matters."""


def steadiest(orders: Iterable[Sequence[Job]], limits: Limits) -> tuple[Job, ...]:
    """The order that ends soonest on average; the first of them counts as the best on paper, and wins a draw."""
    first, *others = map(tuple, orders)
    if not 2 < len(first) <= MOST:
        return first
    most = length(play(first, limits)) * WORTH
    worth = [first, *(each for each in others if length(play(each, limits)) <= most)]
    if len(worth) == 1:
        return first
    draws = [_slower(first, number) for number in range(DRAWS)]
    return min(worth, key=lambda each: statistics.fmean(_ends(each, slower, limits) for slower in draws))


def _slower(jobs: Sequence[Job], number: int) -> dict[str, float]:
    """Key -> times its forecast, in this draw; a step that moves nobody takes what it takes."""
    draw = random.Random(number)  # noqa: S311 a search, not a secret
    return {job.key: draw.lognormvariate(0.0, SPREAD) if job.ends else 1.0 for job in jobs}


def _ends(jobs: Sequence[Job], slower: dict[str, float], limits: Limits) -> float:
    """When the last one ends; a stream sends as fast as before, only longer."""
    return length(play([replace(job, seconds=job.seconds * slower[job.key]) for job in jobs], limits))
