"""Where everything of a timeline stands on paper: seconds become pixels, bars that overlap get slots of their own."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from msgspec import Struct

from xenferry.plan.timeline.rows import Lane, Row, Timeline, by_lane
from xenferry.plan.timeline.text import cut, ems
from xenferry.plan.words import size, span
from xenferry.text import escape

WIDTH = 960
GUTTER = 176
"""Pixels on the left for the names of hosts."""
MARGIN = 16
FONT = 11
LEAST = 2.0
"""Pixels that a bar is wide at least."""
GAP = 4.0
MOST_LABELS = 150
"""Bars; where there are more, a name is written only inside a bar, not beside it."""
MOST_BESIDE = 6
"""Bars of a lane of a large plan; where there are more, words are written only inside them."""
MOST_SLOTS = 120
"""Slots; where more would be needed, bars of a lane that overlap are drawn as one."""


class Scale(Struct, frozen=True):
    """From seconds to pixels."""

    seconds: float

    def x(self, seconds: float) -> float:
        return GUTTER + (WIDTH - GUTTER - MARGIN) * seconds / self.seconds

    def ticks(self) -> list[float]:
        """Six or so round moments, from 0 on."""
        steps = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 43200, 86400)
        step = next((each for each in steps if self.seconds / each <= 8), 86400 * math.ceil(self.seconds / 691200))
        return [at * float(step) for at in range(int(self.seconds // step) + 1)]


class Box(Struct, frozen=True, kw_only=True):
    """One bar with its words."""

    rows: tuple[Row, ...]
    """One step, or several drawn as one."""
    left: float
    right: float
    label: str
    label_at: str
    """`inside` the bar, `right` or `left` of it; empty: nowhere."""
    took_left: float | None = None
    took_right: float | None = None
    state: str = ""

    @property
    def extent(self) -> tuple[float, float]:
        """From where to where it needs its slot, words included."""
        left, right = min(self.left, self.took_left or self.left), max(self.right, self.took_right or self.right)
        words = ems(self.label) * FONT + 2 * GAP if self.label else 0.0
        if self.label_at == "right":
            return left, right + words
        return (left - words, right) if self.label_at == "left" else (left, right)


class Strip(Struct, frozen=True):
    """A lane on the paper: its slots, each with bars that do not touch."""

    lane: Lane
    slots: tuple[tuple[Box, ...], ...]


def scale_of(known: Timeline) -> Scale:
    """An axis that reaches to the latest moment there may be."""
    took = [row.took.end for row in known.rows if row.took and row.took.end]
    ends = [row.end for row in known.rows]
    return Scale(max([1.0, known.totals.seconds_high, known.totals.seconds, *took, *ends]) * 1.01)


def strips(known: Timeline, scale: Scale) -> tuple[Strip, ...]:
    """All lanes; where the plan is so large that nobody could read its bars, they are drawn as few."""
    labels = len(known.rows) <= MOST_LABELS
    found = tuple(
        Strip(lane, _packed([_box((row,), scale, beside=labels) for row in rows])) for lane, rows in by_lane(known.rows)
    )
    if sum(len(strip.slots) for strip in found) <= MOST_SLOTS:
        return found
    return tuple(Strip(lane, _packed(_few(rows, scale))) for lane, rows in by_lane(known.rows))


def _few(rows: Sequence[Row], scale: Scale) -> list[Box]:
    """The bars of a lane, those of one kind that overlap as one; with words beside them while they are few."""
    kinds: dict[str, list[Row]] = {}
    for row in rows:
        kinds.setdefault(row.what, []).append(row)
    groups = [group for own in kinds.values() for group in _merged(own, scale)]
    return [_box(group, scale, beside=len(groups) <= MOST_BESIDE) for group in groups]


def _packed(boxes: Sequence[Box]) -> tuple[tuple[Box, ...], ...]:
    """Each bar into the first slot that is free where it needs room."""
    slots: list[list[Box]] = []
    for box in sorted(boxes, key=lambda each: each.extent):
        for slot in slots:
            if slot[-1].extent[1] + 1 <= box.extent[0]:
                slot.append(box)
                break
        else:
            slots.append([box])
    return tuple(map(tuple, slots))


def _merged(rows: Sequence[Row], scale: Scale) -> Iterator[tuple[Row, ...]]:
    """Bars that overlap, or are so near that nobody could tell, as one."""
    group: list[Row] = []
    for row in sorted(rows, key=lambda each: each.begin):
        if group and scale.x(row.begin) > scale.x(max(each.end for each in group)) + LEAST:
            yield tuple(group)
            group = []
        group.append(row)
    if group:
        yield tuple(group)


def _box(rows: tuple[Row, ...], scale: Scale, *, beside: bool) -> Box:
    left, right = scale.x(min(row.begin for row in rows)), scale.x(max(row.end for row in rows))
    right = max(right, left + LEAST)
    took_left, took_right = _took(rows, scale)
    words = escape(label(rows))
    return Box(
        rows=rows,
        left=left,
        right=right,
        **_placed(words, left, max(right, took_right or right), right, beside=beside),
        took_left=took_left,
        took_right=took_right,
        state=_state(rows),
    )


def _took(rows: Sequence[Row], scale: Scale) -> tuple[float | None, float | None]:
    known = [row.took for row in rows if row.took and row.took.begin is not None]
    begins = [took.begin for took in known if took.begin is not None]
    ends = [took.begin if took.end is None else took.end for took in known]
    if not begins:
        return None, None
    left = scale.x(min(begins))
    return left, max(scale.x(max(end for end in ends if end is not None)), left + LEAST)


def _state(rows: Sequence[Row]) -> str:
    """The worst that became of them."""
    states = {row.took.state for row in rows if row.took}
    order = ("failed", "person", "waiting", "started", "new", "done")
    return next((each for each in order if each in states), "")


def _placed(words: str, left: float, reach: float, right: float, *, beside: bool) -> dict[str, str]:
    """The words inside the bar if they fit, else beside it where there is paper, else cut."""
    needs = ems(words) * FONT + 2 * GAP
    if needs <= right - left:
        return {"label": words, "label_at": "inside"}
    if not beside:
        shorter = cut(words, (right - left - 2 * GAP) / FONT)
        return {"label": shorter, "label_at": "inside" if len(shorter) > 3 else ""}
    if reach + needs <= WIDTH - MARGIN / 2:
        return {"label": words, "label_at": "right"}
    if left - needs >= GUTTER:
        return {"label": words, "label_at": "left"}
    return {"label": cut(words, (WIDTH - reach - 2 * GAP) / FONT), "label_at": "right"}


SHORT = {
    "disable": "disabled",
    "enable": "enabled",
    "set-ticket": "return ticket",
    "clear-ticket": "return ticket dropped",
    "shutdown": "shut down",
    "start": "started",
    "start-there": "started",
    "suspend": "suspended",
    "resume": "resumed",
    "move-disk": "disk",
    "eject": "CD taken out",
    "plug-pbd": "storage connected",
    "create-pbd": "storage connected",
    "create-sr": "SR made",
    "rename-nics": "NICs renamed",
    "scan-pifs": "NICs looked for",
    "forget-pif": "NIC forgotten",
    "set-up-pif": "NIC set up",
    "plug-pif": "NIC brought up",
    "move-vif": "interface moved",
    "set-memory": "memory changed",
    "set-tracking": "tracking switched",
}
"""Kinds of steps that a word says better than their tag."""


def label(rows: Sequence[Row]) -> str:
    """What is written at a bar: the guest, its bytes, its pause; or what is done to the host."""
    if len(rows) > 1:
        return _several(rows)
    (row,) = rows
    cost = row.forecast
    moved = cost.memory_bytes + cost.disk_bytes
    verb = "" if row.what in ("move", "move-with-disks", "cross") else SHORT.get(row.what, row.what.replace("-", " "))
    parts = [" ".join(each for each in (row.guest, verb) if each), size(moved) if moved else "", _pause(row)]
    failed = {"failed": "FAILED", "person": "WAITS FOR YOU", "new": "NEVER BEGUN", "started": "UNFINISHED"}
    parts.append(failed.get(row.took.state, "") if row.took else "")
    return ", ".join(part for part in parts if part)


def _several(rows: Sequence[Row]) -> str:
    moved = sum(row.forecast.memory_bytes + row.forecast.disk_bytes for row in rows)
    things = "guests" if all(row.guest for row in rows) else "steps"
    what = rows[0].what
    verb = f" {SHORT[what]}" if what in SHORT and things == "guests" else ""
    return ", ".join(part for part in (f"{len(rows)} {things}{verb}", size(moved) if moved else "") if part)


def _pause(row: Row) -> str:
    seen = row.took.pause_seconds if row.took else None
    if seen is not None:
        return f"paused {span(seen)}" if seen else ""
    return f"pause {span(row.forecast.pause_seconds)}" if row.forecast.pause_seconds else ""
