"""The marks of a timeline: SVG elements with a class for a style sheet, and attributes for where there is none."""

from __future__ import annotations

from xenferry.plan.timeline.layout import FONT
from xenferry.plan.timeline.text import xml


def rect(
    kind: str, fill: str, x: float, y: float, width: float, height: float, told: str = "", *, opacity: float = 1.0,
    rounded: int = 0,
) -> str:  # fmt: skip
    """A rectangle; `told` is what it says to whoever points at it."""
    more = (f' fill-opacity="{opacity:g}"' if opacity < 1 else "") + (f' rx="{rounded}"' if rounded else "")
    place = f'x="{number(x)}" y="{number(y)}" width="{number(width)}" height="{number(height)}"'
    shape = f'<rect class="{kind}" {place} fill="{fill}"{more}'
    return f"{shape}><title>{xml(told)}</title></rect>" if told else f"{shape}/>"


def text(
    x: float, y: float, words: str, *, kind: str = "", anchor: str = "start", size: int = FONT, weight: str = "",
    fill: str = "currentColor", told: str = "",
) -> str:  # fmt: skip
    """Words on one line."""
    more = f' class="{kind}"' if kind else ""
    more += f' text-anchor="{anchor}"' if anchor != "start" else ""
    more += f' font-size="{size}"' if size != FONT else ""
    more += f' font-weight="{weight}"' if weight else ""
    title = f"<title>{xml(told)}</title>" if told else ""
    return f'<text x="{number(x)}" y="{number(y)}" fill="{fill}"{more}>{title}{xml(words)}</text>'


def upright(kind: str, stroke: str, x: float, top: float, bottom: float, *, dashed: bool = False) -> str:
    """A vertical line."""
    at = f'x1="{number(x)}" x2="{number(x)}" y1="{number(top)}" y2="{number(bottom)}"'
    more = ' stroke-dasharray="4 3"' if dashed else ""
    return f'<line class="{kind}" {at} stroke="{stroke}"{more}/>'


def number(value: float) -> str:
    """A coordinate to a tenth of a pixel."""
    return f"{value:.1f}".removesuffix(".0")
