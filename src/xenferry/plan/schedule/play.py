"""How long steps take when they are handed out in a given order, played as the engine does it."""

from __future__ import annotations

import heapq
import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from msgspec.structs import replace

from xenferry.plan import steps as s
from xenferry.plan.schedule.limits import USUAL, Limits
from xenferry.plan.schedule.load import End, Job, Load, job

Times = Mapping[str, tuple[float, float]]
"""Key -> when it begins and ends, in seconds from the start."""


def play(jobs: Sequence[Job], limits: Limits = USUAL) -> Times:
    """Whenever something ends, begin in order what may begin. Jobs that wait for each other in a circle are missing."""
    return _Stage(jobs, limits).play()


def length(times: Times) -> float:
    """Seconds until the last one ends."""
    return max((end for _, end in times.values()), default=0.0)


def totals(steps: Sequence[s.AnyStep], limits: Limits = USUAL) -> s.Forecast:
    """Of all steps: bytes summed, seconds as they run side by side under the limits, the longest pause.

    The interval is how long it takes when every step takes its shortest, or its longest.
    """
    costs = [step.forecast for step in steps]
    jobs = [job(step) for step in steps]
    quick = [replace(each, seconds=cost.seconds_low or each.seconds) for each, cost in zip(jobs, costs, strict=True)]
    slow = [replace(each, seconds=cost.seconds_high or each.seconds) for each, cost in zip(jobs, costs, strict=True)]
    known = any(cost.seconds_high for cost in costs)
    return s.Forecast(
        memory_bytes=sum(cost.memory_bytes for cost in costs),
        disk_bytes=sum(cost.disk_bytes for cost in costs),
        seconds=length(play(jobs, limits)),
        seconds_low=length(play(quick, limits)) if known else 0.0,
        seconds_high=length(play(slow, limits)) if known else 0.0,
        pause_seconds=max((cost.pause_seconds for cost in costs), default=0.0),
    )


class _Stage:
    """One playing. A job that has to wait is asked again when something is given back of what it waits for."""

    def __init__(self, jobs: Sequence[Job], limits: Limits) -> None:
        self._jobs = jobs
        self._load = Load(limits)
        self._place = {job.key: place for place, job in enumerate(jobs)}
        self._missing = [sum(key in self._place for key in job.after) for job in jobs]
        self._followers: dict[str, list[int]] = defaultdict(list)
        self._waiting: dict[End | str, set[int]] = defaultdict(set)
        self._held_by: dict[int, End | str] = {}
        for place, each in enumerate(jobs):
            for key in each.after:
                self._followers[key].append(place)
        self._ends: list[tuple[float, int]] = []
        self._times: dict[str, tuple[float, float]] = {}

    def play(self) -> Times:
        self._begin((place for place, count in enumerate(self._missing) if not count), 0.0)
        while self._ends:
            now = self._ends[0][0]
            freed: set[int] = set()
            while self._ends and self._ends[0][0] <= now:
                freed |= self._end(heapq.heappop(self._ends)[1])
            self._begin(sorted(freed), now)
        return self._times

    def _begin(self, places: Iterable[int], now: float) -> None:
        full: dict[End | str, float] = {}
        for place in places:
            job, held_by = self._jobs[place], self._held_by.get(place)
            if held_by is not None and full.get(held_by, math.inf) <= job.bits:
                continue
            blocker = self._load.blocker(job)
            if held_by is not None and held_by != blocker:
                self._waiting[held_by].discard(place)
                del self._held_by[place]
            if blocker is None:
                self._load.take(job)
                self._times[job.key] = (now, now + job.seconds)
                heapq.heappush(self._ends, (now + job.seconds, place))
                continue
            self._waiting[blocker].add(place)
            self._held_by[place] = blocker
            if not job.disks:
                full[blocker] = min(job.bits, full.get(blocker, math.inf))

    def _end(self, place: int) -> set[int]:
        """Gives back what the job used; the jobs that may begin because of it."""
        job = self._jobs[place]
        self._load.give(job)
        ready: set[int] = set()
        for follower in self._followers[job.key]:
            self._missing[follower] -= 1
            if not self._missing[follower]:
                ready.add(follower)
        given_back: tuple[End | str, ...] = (*job.ends, job.guest)
        return ready.union(*(self._waiting[what] for what in given_back))


def sharing(jobs: Sequence[Job], times: Times) -> dict[str, float]:
    """Key -> other jobs that use its links in the same direction, summed over its links, on average over its time."""
    found = dict.fromkeys((each.key for each in jobs), 0.0)
    by_end: dict[tuple[str, str], list[str]] = defaultdict(list)
    for each in jobs:
        for end in each.ends:
            by_end[end.way, end.host].append(each.key)
    for keys in by_end.values():
        _overlaps(sorted((*times[key], key) for key in keys if key in times), found)
    return found


def _overlaps(spans: Sequence[tuple[float, float, str]], found: dict[str, float]) -> None:
    """Add to each what the others overlap it, as a share of its own time."""
    for place, (begin, end, key) in enumerate(spans):
        for later_begin, later_end, later in spans[place + 1 :]:
            if later_begin >= end:
                break
            both = min(end, later_end) - later_begin
            found[key] += both / max(end - begin, 1e-9)
            found[later] += both / max(later_end - later_begin, 1e-9)
