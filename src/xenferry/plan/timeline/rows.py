"""When each step of a plan is expected to run, and which host's link it loads: the plan as rows of a picture.

The times are those that the plan's own totals come from: its steps, handed out in order under its limits. Beside each
may stand what it really took, in a run or on a twin.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Literal

from msgspec import Struct

from xenferry.plan import steps as s
from xenferry.plan.schedule.load import job
from xenferry.plan.schedule.play import play
from xenferry.plan.step import Forecast, Thing
from xenferry.plan.words import summary

Way = Literal["out of", "into", "on"]
"""How a step concerns its lane: it sends from that host's link, it sends to it, or it happens there."""

POOL = Thing("pool", "", "")
"""The lane of steps that concern no host."""


class Lane(Struct, frozen=True):
    """One direction of a host's link; the host itself; an SR that a disk goes to; or the pool."""

    thing: Thing
    way: Way = "on"
    pool: str = ""
    """The pool in which it is, where that is another than the plan's."""


class Took(Struct, frozen=True, kw_only=True):
    """What became of a step: in seconds from the start, as the forecast."""

    state: str
    """`done`, `failed`, `person`, `waiting`, `started` or `new`, as the journal has it; `skipped` on purpose."""
    begin: float | None = None
    """None: it was never begun (or it was so already)."""
    end: float | None = None
    """None: it never ended."""
    pause_seconds: float | None = None
    """How long the guest stood still; None where nobody saw that."""


class Row(Struct, frozen=True, kw_only=True):
    """One step on one lane. A migration inside the pool has two: out of one host, into the other."""

    lane: Lane
    key: str
    what: str
    """The kind of the step, as the plan's file calls it."""
    text: str
    """The step in words. Names come from the pool: escape it before showing."""
    guest: str
    """Its name; empty where the step concerns none."""
    begin: float
    end: float
    forecast: Forecast
    took: Took | None = None


class Timeline(Struct, frozen=True, kw_only=True):
    """A plan in time. Seconds count from its start."""

    wish: str
    pool: str
    rows: tuple[Row, ...]
    """By lane; on a lane in the order in which the steps begin."""
    totals: Forecast
    at_least_seconds: float
    took_seconds: float | None = None
    """When it really ended; None where it was not carried out."""
    steps: int
    left: int
    """Guests (or other objects) that the plan leaves out."""
    format: int = 1


def timeline(plan: s.Plan, took: Mapping[str, Took] | None = None) -> Timeline:
    """Rows with their seconds, lane by lane: hosts in the order in which the plan first names them."""
    times = play([job(step) for step in plan.steps], plan.limits)
    rows = [
        Row(
            lane=lane,
            key=step.key,
            what=str(step.__struct_config__.tag),
            text=summary(step),
            guest=_guest(step),
            begin=times[step.key][0],
            end=times[step.key][1],
            forecast=step.forecast,
            took=took.get(step.key) if took else None,
        )
        for step in plan.steps
        for lane in lanes(step)
    ]
    ends = [each.end for each in (took or {}).values() if each.end is not None]
    return Timeline(
        wish=plan.wish,
        pool=plan.pool.name or plan.pool.uuid,
        rows=_by_lane(rows),
        totals=plan.totals,
        at_least_seconds=plan.at_least_seconds,
        took_seconds=max(ends, default=None),
        steps=len(plan.steps),
        left=len(plan.left),
    )


def lanes(step: s.AnyStep) -> tuple[Lane, ...]:
    """Where the step is drawn."""
    match step:
        case s.Move():
            return (Lane(step.source, "out of"), Lane(step.target, "into"))
        case s.MoveWithDisks() if step.source in (None, step.target):
            return (Lane(step.target),)
        case s.MoveWithDisks(source=s.Thing() as source):
            return (Lane(source, "out of"), Lane(step.target, "into"))
        case s.Cross():
            out = (Lane(step.source, "out of"),) if step.source else ()
            return (*out, Lane(step.there.host, "into", step.there.pool.name))
        case s.MoveDisk():
            return (Lane(step.disk.target, "into"),)
        case s.StartThere():
            return (Lane(step.there.host, pool=step.there.pool.name),)
        case _:
            return (Lane(getattr(step, "host", POOL)),)


def _guest(step: s.AnyStep) -> str:
    guest = getattr(step, "guest", None)
    return guest.name if isinstance(guest, Thing) else ""


_WAYS: tuple[Way, ...] = ("on", "out of", "into")


def _by_lane(rows: list[Row]) -> tuple[Row, ...]:
    things = list(dict.fromkeys(row.lane.thing for row in rows if row.lane.thing != POOL))
    place = {thing: at for at, thing in enumerate([POOL, *things])}

    def position(row: Row) -> tuple[int, int, float]:
        return place[row.lane.thing], _WAYS.index(row.lane.way), row.begin

    return tuple(sorted(rows, key=position))


def by_lane(rows: tuple[Row, ...]) -> Iterator[tuple[Lane, tuple[Row, ...]]]:
    """The rows of each lane."""
    grouped: dict[Lane, list[Row]] = {}
    for row in rows:
        grouped.setdefault(row.lane, []).append(row)
    yield from ((lane, tuple(members)) for lane, members in grouped.items())


def clock(seconds: float) -> str:
    """A moment of a timeline as people read it: `0:32`, `12:05`, `1:04:00`."""
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes // 60}:{minutes % 60:02}:{rest:02}" if minutes >= 60 else f"{minutes}:{rest:02}"
