"""Names of a pool inside a picture: nothing in them may close an element, steer a reader or break the XML.

Anyone who may name a guest could otherwise put markup, control characters (which XML forbids even as references) or
right-to-left overrides into a picture that an administrator approves a plan by.
"""

from __future__ import annotations

import unicodedata
from xml.sax.saxutils import escape as quoted

from xenferry.text import escape

_QUOTES = {'"': "&quot;", "'": "&#39;"}


def xml(text: str) -> str:
    """The text for an XML or HTML document, between tags or quotes; what cannot be seen is written out."""
    return quoted(escape(text), _QUOTES)


def ems(text: str) -> float:
    """About how wide a visible text is in a usual sans-serif font, in units of its size; rather too wide."""
    return sum(_em(each) for each in text)


_NARROW, _WIDE = frozenset("iljtfrI.,:;!|'()[] "), frozenset("mwMW@%")


def _em(character: str) -> float:
    if unicodedata.combining(character):
        return 0.0
    if unicodedata.east_asian_width(character) in "WF":
        return 1.0
    if character in _NARROW:
        return 0.36
    return 0.92 if character in _WIDE else 0.7 if character.isupper() else 0.6


def cut(text: str, room: float) -> str:
    """As much of a visible text as fits into so many ems, an ellipsis at its end where something is missing."""
    if ems(text) <= room:
        return text
    while text and ems(text) + 1.0 > room:
        text = text[:-1]
    return f"{text.rstrip()}…" if text else ""
