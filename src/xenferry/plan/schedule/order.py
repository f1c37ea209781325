"""A good order without a solver: the best of a few rules of thumb, then improved by a bounded number of tries.

Deterministic: the same steps give the same order.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence

from xenferry.plan.schedule.bound import bound
from xenferry.plan.schedule.limits import USUAL, Limits
from xenferry.plan.schedule.load import Job
from xenferry.plan.schedule.play import length, play

WORK = 20_000
"""Jobs that may be played while looking for a better order: a fraction of a second."""
LARGE = 1_000
"""Jobs beyond which no better order is looked for than the planner's own."""
NEAR = 1.0001
"""Times the lower bound that is good enough to stop looking."""


def order(jobs: Sequence[Job], limits: Limits = USUAL, work: int = WORK) -> tuple[Job, ...]:
    """The jobs in the order in which they shall be handed out; each still comes behind those it waits for."""
    if len(jobs) < 2 or len(jobs) > LARGE:
        return tuple(jobs)
    least = bound(jobs, limits)
    best, found = tuple(jobs), length(play(jobs, limits))
    for candidate in candidates(jobs, limits):
        seconds = length(play(candidate, limits))
        if seconds < found:
            best, found = candidate, seconds
    return _improve(best, found, least, limits, work)


Rule = Callable[[Job], float]


def candidates(jobs: Sequence[Job], limits: Limits) -> Iterator[tuple[Job, ...]]:
    """The orders of the rules of thumb, each job behind those it waits for."""
    busy = _busy(jobs, limits)

    def crowded(job: Job) -> float:
        return max((busy[end.way, end.host] for end in job.ends), default=0.0)

    def both(job: Job) -> float:
        return sum(busy[end.way, end.host] for end in job.ends)

    rules: tuple[Rule, ...] = (
        lambda job: job.seconds,
        lambda job: crowded(job) + job.seconds,
        lambda job: both(job) + job.seconds,
        lambda job: crowded(job) * 1000 + job.seconds,
        lambda job: job.bits * job.seconds,
    )
    for rule in rules:
        yield in_line(sorted(jobs, key=lambda job, rule=rule: -rule(job)))  # type: ignore[misc]


def _busy(jobs: Sequence[Job], limits: Limits) -> dict[tuple[str, str], float]:
    """Seconds that each direction of each link is needed."""
    found: dict[tuple[str, str], float] = {}
    for job in jobs:
        for end in job.ends:
            capacity = limits.links.get(end.host, 0.0)
            share = min(1.0, job.bits / capacity) if capacity else 1 / limits.per_host
            found[end.way, end.host] = found.get((end.way, end.host), 0.0) + job.seconds * share
    return found


def in_line(jobs: Sequence[Job]) -> tuple[Job, ...]:
    """The same order, but each job behind those it waits for."""
    known, placed, out = {job.key: job for job in jobs}, set[str](), list[Job]()

    def put(job: Job) -> None:
        stack = [job]
        while stack:
            top = stack[-1]
            missing = [known[key] for key in top.after if key in known and key not in placed]
            if missing and top.key not in placed:
                stack.extend(missing)
            else:
                stack.pop()
                if top.key not in placed:
                    placed.add(top.key)
                    out.append(top)

    for job in jobs:
        put(job)
    return tuple(out)


def _improve(best: tuple[Job, ...], found: float, least: float, limits: Limits, work: int) -> tuple[Job, ...]:
    """Take a job, preferably one that ends last, forward or exchange two; keep what is not worse."""
    draw = random.Random(1)  # noqa: S311 a search, not a secret
    shortest = best
    for _ in range(work // len(best)):
        if found <= least * NEAR:
            break
        tried = in_line(_change(best, draw))
        seconds = length(play(tried, limits))
        if seconds <= found:
            if seconds < found:
                shortest = tried
            best, found = tried, seconds
    return shortest


def _change(jobs: tuple[Job, ...], draw: random.Random) -> list[Job]:
    changed = list(jobs)
    one, other = draw.randrange(len(changed)), draw.randrange(len(changed))
    if draw.random() < 0.5:
        changed[one], changed[other] = changed[other], changed[one]
    else:
        changed.insert(other, changed.pop(one))
    return changed
