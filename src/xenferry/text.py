"""Hostile text made harmless: the one place through which everything that comes from a pool is shown.

Anyone who may name a guest could otherwise put escape sequences, line breaks or right-to-left overrides into what an
administrator reads, and make a report say something else.
"""

from __future__ import annotations

import unicodedata

_UNSAFE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
"""Unicode categories that steer a terminal or cannot be seen: controls, format characters, surrogates, separators."""

_SHORT = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}


def escape(text: str) -> str:
    """The text with every character that is not plainly visible written as `\\xNN`, `\\uNNNN` or `\\n`.

    A backslash stays as it is: the result is for reading, not for parsing back.
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join(_visible(character) for character in text)


def escape_json(encoded: str) -> str:
    """A JSON document with the same characters as `\\uNNNN`; it stays the same document.

    Such characters can stand only inside JSON's strings; line breaks between values are kept.
    """
    return "".join(
        character if character == "\n" or not _unsafe(character) else _json_escape(character) for character in encoded
    )


def _visible(character: str) -> str:
    if not _unsafe(character):
        return character
    if character in _SHORT:
        return _SHORT[character]
    return character.encode("ascii", "backslashreplace").decode() if character > "\x7f" else f"\\x{ord(character):02x}"


def _json_escape(character: str) -> str:
    units = character.encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[at]:02x}{units[at + 1]:02x}" for at in range(0, len(units), 2))


def _unsafe(character: str) -> bool:
    return unicodedata.category(character) in _UNSAFE


def width(text: str) -> int:
    """How many terminal columns an escaped text takes: wide East Asian characters take two, combining marks none."""
    if text.isascii():
        return len(text)
    return sum(_columns(character) for character in text)


def _columns(character: str) -> int:
    if unicodedata.combining(character):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1
