"""Growth as a picture: curves over the hosts, both axes logarithmic, so that equal slopes are equal growth."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from html import escape

from msgspec import Struct

WIDTH, HEIGHT, LEFT, TOP, BOTTOM, LEGEND = 720, 300, 84, 16, 40, 20
INK, QUIET, LINE = "#566070", "#7a8490", "#9aa4b044"
OURS = ("#2f74b5", "#2f8a4b", "#7b5bb5", "#0d8a96")
THEIRS = ("#c4302b", "#b97f24", "#a04a7c", "#7a8490")


class Curve(Struct, frozen=True):
    """A name, a unit, whose it is, and hosts -> figure."""

    name: str
    unit: str
    ours: bool
    points: dict[int, float]


def draw(title: str, curves: Sequence[Curve]) -> str:
    """The picture as SVG; empty where there is nothing to draw. Readable on white and on black."""
    curves = [curve for curve in curves if all(value > 0 for value in curve.points.values())]
    if not curves:
        return ""
    height = HEIGHT + LEGEND * len(curves)
    return "\n".join(
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img" '
            f'font-family="sans-serif" font-size="13" fill="{INK}">',
            f"<title>{escape(title)}</title>",
            *_axes(curves),
            *(line for number, curve in enumerate(_coloured(curves)) for line in _curve(number, *curve, curves)),
            "</svg>\n",
        )
    )


def _coloured(curves: Sequence[Curve]) -> Iterator[tuple[Curve, str]]:
    used = {True: 0, False: 0}
    for curve in curves:
        colours = OURS if curve.ours else THEIRS
        yield curve, colours[used[curve.ours] % len(colours)]
        used[curve.ours] += 1


def _ends(values: Sequence[float]) -> tuple[float, float]:
    """The powers of ten around the values."""
    low, high = math.floor(math.log10(min(values))), math.ceil(math.log10(max(values)))
    return low, max(high, low + 1)


def _place(hosts: float, value: float, curves: Sequence[Curve]) -> tuple[float, float]:
    every = [hosts for curve in curves for hosts in curve.points]
    first, last = math.log2(min(every)), math.log2(max(every))
    low, high = _ends([value for curve in curves for value in curve.points.values()])
    x = LEFT + (math.log2(hosts) - first) / ((last - first) or 1) * (WIDTH - LEFT - 24)
    y = HEIGHT - BOTTOM - (math.log10(value) - low) / (high - low) * (HEIGHT - BOTTOM - TOP)
    return round(x, 1), round(y, 1)


def _axes(curves: Sequence[Curve]) -> Iterator[str]:
    every = sorted({hosts for curve in curves for hosts in curve.points})
    values = [value for curve in curves for value in curve.points.values()]
    low, high = _ends(values)
    for power in range(int(low), int(high) + 1):
        _, y = _place(every[0], 10.0**power, curves)
        yield f'<path d="M{LEFT} {y}H{WIDTH - 24}" stroke="{LINE}"/>'
        yield f'<text x="{LEFT - 8}" y="{y + 4}" text-anchor="end">{10.0**power:g} {curves[0].unit}</text>'
    for hosts in every:
        x, _ = _place(hosts, 10.0**low, curves)
        yield f'<text x="{x}" y="{HEIGHT - BOTTOM + 20}" text-anchor="middle">{hosts:,}</text>'
    yield f'<text x="{WIDTH - 24}" y="{HEIGHT - 4}" text-anchor="end" fill="{QUIET}">hosts</text>'


def _curve(number: int, curve: Curve, colour: str, curves: Sequence[Curve]) -> Iterator[str]:
    places = [_place(hosts, value, curves) for hosts, value in sorted(curve.points.items())]
    dashes = "" if curve.ours else ' stroke-dasharray="6 4"'
    way = "L".join(f"{x} {y}" for x, y in places)
    yield f'<path d="M{way}" fill="none" stroke="{colour}" stroke-width="2.5"{dashes}/>'
    yield from (f'<circle cx="{x}" cy="{y}" r="3.5" fill="{colour}"/>' for x, y in places)
    y = HEIGHT + LEGEND * number + 12
    yield f'<path d="M{LEFT} {y - 4}h28" stroke="{colour}" stroke-width="2.5"{dashes}/>'
    yield f'<text x="{LEFT + 36}" y="{y}">{escape(curve.name)}</text>'
