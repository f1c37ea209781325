"""The colours of a timeline, light and dark, as a style sheet.

A picture in a file of its own carries it. A page that holds the picture puts it into its own style sheet instead, since
a content security policy refuses style elements: without it the picture is still readable, in the colours of its
attributes, which stand out on white and on black.
"""

from __future__ import annotations

FILLS = {
    "move": "#3b82c4",
    "disk": "#8b6fc0",
    "reboot": "#b97f24",
    "guest": "#3f9070",
    "other": "#7a8490",
    "fine": "#3f9a5b",
    "bad": "#d2453f",
    "off": "#b97f24",
}
"""What a bar is -> its colour where no style sheet says another."""

_LIGHT = {
    "ground": "#ffffff",
    "text": "#1c2430",
    "quiet": "#566070",
    "line": "#d5dae1",
    "stripe": "#f5f7f9",
    "likely": "#e6edf5",
    "end": "#1c2430",
    "move": "#2f74b5",
    "disk": "#7b5bb5",
    "reboot": "#a86f12",
    "guest": "#2d7f60",
    "other": "#6b7684",
    "fine": "#2f8a4b",
    "bad": "#c4302b",
    "off": "#a86f12",
    "on-bar": "#ffffff",
}
_DARK = {
    "ground": "#14181f",
    "text": "#e4e8ee",
    "quiet": "#a0aab8",
    "line": "#343c48",
    "stripe": "#1b2028",
    "likely": "#222c3a",
    "end": "#e4e8ee",
    "move": "#6aa9e6",
    "disk": "#b59ae8",
    "reboot": "#e0ae58",
    "guest": "#6cc4a0",
    "other": "#98a3b2",
    "fine": "#6ccf88",
    "bad": "#f3837c",
    "off": "#e0ae58",
    "on-bar": "#10141a",
}


def _values(colours: dict[str, str]) -> str:
    return " ".join(f"--xf-{name}: {colour};" for name, colour in colours.items())


def _rules() -> str:
    bars = "\n".join(f".xf-{name} {{ fill: var(--xf-{name}); }}" for name in FILLS)
    return f"""{bars}
.xf-timeline {{ font-family: system-ui, "Segoe UI", "DejaVu Sans", sans-serif; }}
.xf-timeline text {{ fill: var(--xf-text); }}
.xf-timeline text.xf-quiet {{ fill: var(--xf-quiet); }}
.xf-timeline text.xf-on-bar {{ fill: var(--xf-on-bar); }}
.xf-timeline text.xf-bad {{ fill: var(--xf-bad); }}
.xf-timeline .xf-ground {{ fill: var(--xf-ground); }}
.xf-timeline .xf-stripe {{ fill: var(--xf-stripe); fill-opacity: 1; }}
.xf-timeline .xf-likely {{ fill: var(--xf-likely); fill-opacity: 1; }}
.xf-timeline .xf-line {{ stroke: var(--xf-line); }}
.xf-timeline .xf-end {{ stroke: var(--xf-end); }}
.xf-timeline .xf-took-end {{ stroke: var(--xf-quiet); }}"""


STYLE = f""".xf-timeline {{ {_values(_LIGHT)} }}
@media (prefers-color-scheme: dark) {{ .xf-timeline {{ {_values(_DARK)} }} }}
{_rules()}
"""
"""For a page's style sheet, and inside a picture of its own."""
