"""Below what no order of the same steps can come, so that a plan can say how good it is.

Each bound relaxes something: that a link carries only so many bits; that two jobs which need more than half of it
exclude each other; that what stands before and behind a job takes its time. The greatest one counts.
"""

from __future__ import annotations

from collections.abc import Sequence

from xenferry.plan.schedule.limits import USUAL, Limits
from xenferry.plan.schedule.load import Job


def bound(jobs: Sequence[Job], limits: Limits = USUAL) -> float:
    """Seconds that these jobs take at least, whatever their order. Their durations are taken as they are."""
    heads, tails = _heads(jobs), _tails(jobs)
    best = max((heads[job.key] + job.seconds + tails[job.key] for job in jobs), default=0.0)
    by_end: dict[tuple[str, str], list[Job]] = {}
    by_guest: dict[str, list[Job]] = {}
    for job in jobs:
        for end in job.ends:
            by_end.setdefault((end.way, end.host), []).append(job)
        if job.guest:
            by_guest.setdefault(job.guest, []).append(job)
    groups = [(each, _least(each, limits, host)) for (_, host), each in by_end.items()]
    groups += [(each, sum(job.seconds for job in each)) for each in by_guest.values()]
    for members, work in groups:
        before, behind = min(heads[each.key] for each in members), min(tails[each.key] for each in members)
        best = max(best, before + work + behind)
    return best


def _least(jobs: Sequence[Job], limits: Limits, host: str) -> float:
    """Seconds that one direction of a host's link is busy with these at least."""
    capacity = limits.links.get(host, 0.0)
    streams = limits.most_per_host if capacity else limits.per_host
    found = [sum(job.seconds for job in jobs) / streams]
    if capacity:
        found.append(sum(job.seconds * min(1.0, job.bits / capacity) for job in jobs))
        found.append(sum(job.seconds for job in jobs if job.bits > capacity / 2))
    found.append(sum(job.seconds for job in jobs if job.disks) / limits.storage_per_host)
    return max(found)


def _heads(jobs: Sequence[Job]) -> dict[str, float]:
    """Key -> how long what must be done before takes at least. Jobs come behind those they wait for."""
    found: dict[str, float] = {}
    seconds = {job.key: job.seconds for job in jobs}
    for job in jobs:
        found[job.key] = max((found[key] + seconds[key] for key in job.after if key in found), default=0.0)
    return found


def _tails(jobs: Sequence[Job]) -> dict[str, float]:
    found = dict.fromkeys((job.key for job in jobs), 0.0)
    for job in reversed(jobs):
        for key in job.after:
            if key in found:
                found[key] = max(found[key], found[job.key] + job.seconds)
    return found
