"""A plan as a picture: hosts from top to bottom, time from left to right, a bar for each step.

It is text for a file of its own, or for the middle of an HTML page: then it has no style element, no style attribute
and no script, so that a strict content security policy has nothing to refuse; the page's style sheet may take
`timeline_style.STYLE` in. A screen reader hears the title and the description; a bar tells its step to the mouse.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby

from xenferry.plan import steps as s
from xenferry.plan.timeline.layout import FONT, GAP, GUTTER, MARGIN, WIDTH, Box, Scale, Strip, scale_of, strips
from xenferry.plan.timeline.marks import number, rect, text, upright
from xenferry.plan.timeline.rows import POOL, Lane, Row, Timeline, Took, clock, timeline
from xenferry.plan.timeline.style import FILLS, STYLE
from xenferry.plan.timeline.text import cut, xml
from xenferry.plan.words import cost, span
from xenferry.text import escape

HEAD = 76
"""Pixels above the first lane: title, what it costs, the axis."""
SLOT = 19
BAR = 15
TOOK_SLOT = 25
TOOK = 6
"""Height of the bar that shows what a step really took, below the one that was forecast."""
PAD = 3

COLOURS = {
    "move": "move",
    "move-with-disks": "disk",
    "move-disk": "disk",
    "cross": "disk",
    "reboot": "reboot",
    "disable": "off",
    "enable": "off",
    "shutdown": "guest",
    "suspend": "guest",
    "start": "guest",
    "start-there": "guest",
    "resume": "guest",
}
"""Kind of step -> name of its colour; others are `other`."""


def timeline_svg(plan: s.Plan, took: Mapping[str, Took] | None = None, *, alone: bool = False) -> str:
    """The plan's timeline as an SVG element.

    Args:
        took: what became of each step, by key, drawn below its forecast.
        alone: for a file of its own, with its style sheet (light and dark); else for the middle of an HTML page.
    """
    return draw(timeline(plan, took), alone=alone)


def draw(known: Timeline, *, alone: bool = False) -> str:
    """The same of a timeline that was made already."""
    scale = scale_of(known)
    found = strips(known, scale)
    slot = TOOK_SLOT if any(row.took for row in known.rows) else SLOT
    stripes, body, bottom = _lanes(found, scale, slot)
    height = bottom + (54 if slot == TOOK_SLOT else 42)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" class="xf-timeline" role="img" width="{WIDTH}" '
        f'height="{number(height)}" viewBox="0 0 {WIDTH} {number(height)}" font-family="system-ui, sans-serif" '
        f'font-size="{FONT}">',
        f"<title>{xml(_title(known))}</title>",
        f"<desc>{xml(describe(known))}</desc>",
        f"<style>{STYLE}</style>" if alone else "",
        f'<rect class="xf-ground" width="{WIDTH}" height="{number(height)}" fill="none"/>',
        *stripes,
        *_likely(known, scale, bottom),
        *_axis(scale, bottom),
        *_ends(known, scale, bottom),
        *body,
        *_head(known),
        *_legend(known, bottom, took=slot == TOOK_SLOT),
        "</svg>",
    ]
    return "\n".join(part for part in parts if part) + "\n"


def describe(known: Timeline) -> str:
    """The picture in words, for those who do not see it."""
    hosts = len({row.lane.thing for row in known.rows} - {POOL})
    steps = f"{known.steps} steps on {hosts} lanes of hosts and storage" if known.steps else "No step"
    words = [f"{steps}: {_total(known)}."]
    if known.left:
        words.append(f"{known.left} {'object is' if known.left == 1 else 'objects are'} left out.")
    words += [f"{_told(row)}." for row in _once(known.rows)][:MOST_TOLD]
    if known.steps > MOST_TOLD:
        words.append(f"And {known.steps - MOST_TOLD} more.")
    return " ".join(words)


MOST_TOLD = 40
"""Steps that the description names one by one."""


def _once(rows: Iterable[Row]) -> list[Row]:
    return sorted({row.key: row for row in rows}.values(), key=lambda row: row.begin)


def _title(known: Timeline) -> str:
    return f"Timeline: {known.wish} (pool {known.pool})"


def _total(known: Timeline) -> str:
    totals = known.totals
    likely = (
        f"; likely between {span(totals.seconds_low)} and {span(totals.seconds_high)}" if totals.seconds_high else ""
    )
    return f"{cost(totals)}{likely}{_outcome(known)}"


def _outcome(known: Timeline) -> str:
    """How it really went, where it was carried out."""
    if known.took_seconds is None:
        return ""
    undone = _undone(known)
    if not undone:
        return f"; it took {span(known.took_seconds)}"
    return f"; it ended after {span(known.took_seconds)}, {undone} of {known.steps} steps not done"


def _undone(known: Timeline) -> int:
    """How many steps were not done, and were meant to be."""
    return len({row.key for row in known.rows if row.took and row.took.state not in ("done", "skipped")})


def _told(row: Row) -> str:
    """One step with its times, for the description and for whoever points at its bar."""
    words = f"{row.text}: from {span(row.begin)} to {span(row.end)}"
    took = row.took
    if took is None:
        return words
    if took.begin is None:
        return f"{words}; {'it was so already' if took.state == 'done' else 'never begun'}"
    end = f"to {span(took.end)}" if took.end is not None else "and never ended"
    paused = f", paused for {span(took.pause_seconds)}" if took.pause_seconds else ""
    return f"{words}; really from {span(took.begin)} {end}{paused} ({took.state})"


def _head(known: Timeline) -> Iterator[str]:
    yield text(MARGIN, 22, cut(escape(_title(known)), (WIDTH - 2 * MARGIN) / 15), size=15, weight="600")
    quiet = f"{_total(known)[:1].upper()}{_total(known)[1:]}."
    if known.left:
        quiet += f" {known.left} left out, see the plan."
    yield text(MARGIN, 42, cut(escape(quiet), (WIDTH - 2 * MARGIN) / 12), size=12, kind="xf-quiet")


def _axis(scale: Scale, bottom: float) -> Iterator[str]:
    for tick in scale.ticks():
        yield upright("xf-line", "#8884", scale.x(tick), HEAD - 8, bottom)
        yield text(scale.x(tick), HEAD - 14, clock(tick), kind="xf-quiet", anchor="middle")


def _likely(known: Timeline, scale: Scale, bottom: float) -> Iterator[str]:
    """Where nine of ten such plans end."""
    totals = known.totals
    if totals.seconds_high > totals.seconds_low:
        left, right = scale.x(totals.seconds_low), scale.x(totals.seconds_high)
        told = f"Likely to end between {span(totals.seconds_low)} and {span(totals.seconds_high)}"
        yield rect("xf-likely", "#8888", left, HEAD - 8, right - left, bottom - HEAD + 8, told, opacity=0.18)


def _ends(known: Timeline, scale: Scale, bottom: float) -> Iterator[str]:
    if not known.steps:
        return
    x = scale.x(known.totals.seconds)
    yield upright("xf-end", "currentColor", x, HEAD - 8, bottom + 6, dashed=True)
    yield text(*_near(x, bottom + 16), f"end: {span(known.totals.seconds)}", anchor=_side(x))
    if known.took_seconds is not None:
        x = scale.x(known.took_seconds)
        yield upright("xf-took-end", FILLS["bad" if _undone(known) else "fine"], x, HEAD - 8, bottom + 20)
        yield text(*_near(x, bottom + 30), f"really: {span(known.took_seconds)}", anchor=_side(x))


def _side(x: float) -> str:
    return "end" if x > WIDTH / 2 else "start"


def _near(x: float, y: float) -> tuple[float, float]:
    return (x - GAP if x > WIDTH / 2 else x + GAP), y


def _legend(known: Timeline, bottom: float, *, took: bool) -> Iterator[str]:
    """What needs saying of what is there."""
    shaded = known.totals.seconds_high > known.totals.seconds_low
    closed = any(row.what == "disable" for row in known.rows)
    parts = (
        "Thick: forecast, thin: what it took." if took else "",
        "Shaded: the likely end." if shaded else "",
        "A line below a host: nothing starts there meanwhile." if closed else "",
    )
    words = " ".join(filter(None, parts))
    yield text(MARGIN, bottom + (46 if took else 32), words, kind="xf-quiet")


def _lanes(found: tuple[Strip, ...], scale: Scale, slot: int) -> tuple[list[str], list[str], float]:
    """All lanes below each other, those of a host together: what lies under them, they themselves, where they end."""
    under, out = list[str](), list[str]()
    y = float(HEAD)
    for odd, (_, group) in enumerate(groupby(found, key=lambda strip: strip.lane.thing)):
        top, own = y, list(group)
        inner: list[str] = []
        for strip in own:
            inner += _strip(strip, y, slot)
            y += len(strip.slots) * slot + 2 * PAD
        if odd % 2 == 0:
            under.append(rect("xf-stripe", "#8888", 0, top, WIDTH, y - top, opacity=0.08))
        out += _closed(own, scale, top, y - top)
        name = _named(own[0].lane)
        out.append(text(MARGIN, top + PAD + 12, cut(escape(name), 118 / FONT), weight="600", told=name))
        out += inner
    return under, out, y


def _named(lane: Lane) -> str:
    if lane.thing == POOL:
        return "pool"
    name = f"SR {lane.thing.name}" if lane.thing.kind == "SR" else lane.thing.name
    return f"{name} ({lane.pool})" if lane.pool else name


def _closed(own: list[Strip], scale: Scale, top: float, height: float) -> Iterator[str]:
    """From where to where the host takes no guests: a line below its lanes."""
    rows = [row for strip in own for slot in strip.slots for box in slot for row in box.rows if strip.lane.way == "on"]
    opened = [row.begin for row in rows if row.what == "enable"]
    last = max((row.end for row in rows), default=0.0)
    for row in rows:
        if row.what == "disable":
            until = min((begin for begin in opened if begin >= row.end), default=max(last, scale.seconds))
            left = scale.x(row.end)
            told = f"host {row.lane.thing.name} takes no guests from {span(row.end)} on"
            yield rect("xf-off", FILLS["off"], left, top + height - 2, scale.x(until) - left, 2, told)


def _strip(strip: Strip, y: float, slot: int) -> Iterator[str]:
    way = {"out of": "out", "into": "in", "on": ""}[strip.lane.way]
    if way:
        yield text(GUTTER - 8, y + PAD + 12, way, kind="xf-quiet", anchor="end")
    for at, boxes in enumerate(strip.slots):
        for box in boxes:
            yield from _bar(box, strip.lane, y + PAD + at * slot, slot)


def _bar(box: Box, lane: Lane, y: float, slot: int) -> Iterator[str]:
    colours = {COLOURS.get(row.what, "other") for row in box.rows}
    colour = colours.pop() if len(colours) == 1 else "move"
    told = "; ".join(_told(row) for row in box.rows[:8]) + (f"; and {len(box.rows) - 8} more" * (len(box.rows) > 8))
    yield rect(f"xf-{colour}", FILLS[colour], box.left, y, box.right - box.left, BAR, told, rounded=2)
    if box.took_left is not None and box.took_right is not None:
        own = "fine" if box.state == "done" else "bad"
        width = box.took_right - box.took_left
        yield rect(f"xf-{own}", FILLS[own], box.took_left, y + BAR + 1, width, TOOK, told, rounded=2)
    if box.label_at == "inside":
        yield text(box.left + GAP, y + 11, box.label, kind="xf-on-bar", fill="#ffffff")
    elif box.label_at:
        right = max(box.right, box.took_right or box.right)
        left = min(box.left, box.took_left or box.left)
        x, anchor = (right + GAP, "start") if box.label_at == "right" else (left - GAP, "end")
        bad = "xf-bad" if box.state not in ("", "done") else ""
        yield text(x, y + 11, box.label, kind=bad, anchor=anchor)
