"""What the running steps use, and from it what a further step has to wait for: one predicate, for plan and engine."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from msgspec import Struct

from xenferry.plan import steps as s
from xenferry.plan.schedule.limits import USUAL, Limits

SLACK = 1e-6
"""Share of a link that rounding may cost."""


class End(Struct, frozen=True):
    """One direction of a host's link."""

    way: str
    """`out of` or `into`."""
    host: str
    """UUID."""
    name: str = ""


class Job(Struct, frozen=True, kw_only=True):
    """A step as the schedule sees it."""

    key: str
    seconds: float
    """How long it takes at its full rate."""
    ends: tuple[End, ...] = ()
    bits: float = 0.0
    """Bits per second that it sends, on average over its time; 0 where that is not known."""
    disks: bool = False
    guest: str = ""
    guest_name: str = ""
    after: tuple[str, ...] = ()


def job(step: s.AnyStep) -> Job:
    """The step as the schedule sees it."""
    guest = getattr(step, "guest", None)
    return Job(
        key=step.key,
        seconds=step.forecast.seconds,
        ends=tuple(End(way, host.uuid, host.name) for way, host in ends_of(step)),
        bits=_on_average(step.forecast) * step.forecast.wire_share,
        disks=isinstance(step, s.MoveWithDisks | s.MoveDisk | s.Cross),
        guest=guest.uuid if guest else "",
        guest_name=guest.name if guest else "",
        after=step.after,
    )


def _on_average(cost: s.Forecast) -> float:
    """What the step sends per second of its whole time: while it prepares and hands over, others may use the link."""
    sent = (cost.memory_bytes + cost.disk_bytes) * 8
    return min(cost.bits_per_second, sent / cost.seconds) if cost.seconds else cost.bits_per_second


def ends_of(step: s.AnyStep) -> tuple[tuple[str, s.Thing], ...]:
    """The links a step loads, each with its direction; none for steps that only flip a switch."""
    match step:
        case s.Move():
            return (("out of", step.source), ("into", step.target))
        case s.MoveWithDisks():
            out = (("out of", step.source),) if step.source else ()
            return (*out, ("into", step.target))
        case s.Cross():
            out = (("out of", step.source),) if step.source else ()
            return (*out, ("into", step.there.host))
        case _:
            return ()


def blocked(step: s.AnyStep, running: Iterable[s.AnyStep], limits: Limits = USUAL) -> str | None:
    """Why the step has to wait for those that run; None when it may start."""
    load = Load(limits)
    for other in running:
        load.take(job(other))
    return load.against(job(step))


class Load:
    """The links and guests that running jobs use."""

    def __init__(self, limits: Limits = USUAL) -> None:
        self._limits = limits
        self._guests: Counter[str] = Counter()
        self._moves: Counter[tuple[str, str]] = Counter()
        self._disks: Counter[tuple[str, str]] = Counter()
        self._bits: dict[tuple[str, str], float] = {}

    def take(self, job: Job, times: int = 1) -> None:
        """The job begins."""
        if job.guest:
            self._guests[job.guest] += times
        for end in job.ends:
            at = (end.way, end.host)
            self._moves[at] += times
            self._disks[at] += times * job.disks
            self._bits[at] = self._bits.get(at, 0.0) + times * job.bits

    def give(self, job: Job) -> None:
        """The job is over."""
        self.take(job, -1)

    def blocker(self, job: Job) -> End | str | None:
        """What the job has to wait for: a direction of a link, or its guest (UUID); None when it may begin."""
        if job.guest and self._guests[job.guest]:
            return job.guest
        return next((end for end in job.ends if self._against(job, end)), None)

    def against(self, job: Job) -> str | None:
        """Why this job has to wait, in words; None when it may begin."""
        match self.blocker(job):
            case None:
                return None
            case End() as end:
                return self._against(job, end)
            case _:
                return f"another step of guest {job.guest_name} is running"

    def _against(self, job: Job, end: End) -> str | None:
        at = (end.way, end.host)
        moves = self._moves[at]
        if not moves:
            return None
        capacity = self._limits.links.get(end.host, 0.0)
        most = self._limits.most_per_host if capacity else self._limits.per_host
        if moves >= most:
            return f"{moves} guests are already moving {end.way} host {end.name}, the limit is {most}"
        if capacity and self._bits[at] + job.bits > capacity * (1 + SLACK):
            return f"the link of host {end.name} is full: {moves} guests are moving {end.way} it"
        if job.disks and self._disks[at] >= self._limits.storage_per_host:
            return f"{self._disks[at]} guests already move with disks {end.way} host {end.name}; XAPI allows no more"
        return None
