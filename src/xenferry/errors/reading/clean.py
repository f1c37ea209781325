"""A paste made plain without moving a character, so that places found in it are places in the original."""

from __future__ import annotations

import re
from collections.abc import Iterator

_PLAIN = str.maketrans(
    {
        **dict.fromkeys("\u2018\u2019\u201a\u201b\u2032\u00b4", "'"),
        **dict.fromkeys("\u201c\u201d\u201e\u201f\u2033\u00ab\u00bb", '"'),
        **dict.fromkeys("\u00a0\u2007\u202f\u200b\u2060\ufeff\t\r\x00", " "),
        **dict.fromkeys("\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069", " "),
        **dict.fromkeys("\u2010\u2011\u2012\u2013", "-"),
    }
)
_STEERING = re.compile(
    r"(?:\x1b\[|\x9b|#033\[)[0-9;?]*[A-Za-z]"
    r"|\x1b\][^\x07\x1b\n]{0,200}(?:\x07|\x1b\\)"
    r"|[\x01-\x08\x0b-\x1f\x7f-\x9f]"
)
"""What steers a terminal: colours, cursor moves, window titles (rsyslog writes ESC as #033), other controls."""
_QUOTED_REPLY = re.compile(r"^(?:> ?)+", re.MULTILINE)
_HANDLE = re.compile(r"(?:OpaqueRef:|Ref:)?(?:[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|NULL)\Z")
_BLANKS = re.compile(r"\s+")


def plain(text: str) -> str:
    """Typographic quotation marks, odd blanks and hyphens, colours and the `>` of a quoted mail as plain characters.

    The result has the same length as the text.
    """
    translated = _STEERING.sub(lambda found: " " * len(found[0]), text.translate(_PLAIN))
    return _QUOTED_REPLY.sub(lambda marks: " " * len(marks[0]), translated) if ">" in translated else translated


def tidy(piece: str) -> str:
    """One value out of a paste: line wraps become blanks, and vanish inside a reference or UUID."""
    joined = _BLANKS.sub(" ", piece).strip()
    closed = joined.replace(" ", "")
    return closed if _HANDLE.match(closed) else joined


def is_handle(value: str) -> bool:
    """Whether this is a reference or UUID."""
    return bool(_HANDLE.match(value))


def pairs(text: str, opening: str, closing: str) -> dict[int, int]:
    """Where each opening bracket is closed: position -> position, in one pass over the text."""
    found, open_at = {}, []
    for bracket in re.finditer(f"[{re.escape(opening + closing)}]", text):
        if bracket[0] == opening:
            open_at.append(bracket.start())
        elif open_at:
            found[open_at.pop()] = bracket.start()
    return found


def bracketed(
    text: str, begin: re.Pattern[str], group: int, brackets: str, longest: int = 20_000
) -> Iterator[tuple[re.Match[str], int]]:
    """Each match with the place of the bracket that closes the one in `group`; matches inside another are left out.

    What is not closed within `longest` characters ends with its line or before the next match.
    """
    matches = list(begin.finditer(text))
    closed_at = pairs(text, brackets[0], brackets[1]) if matches else {}
    until = 0
    for match, following in zip(matches, [*matches[1:], None], strict=False):
        if match.start() < until:
            continue
        end = closed_at.get(match.start(group), -1) if match[group] else match.end()
        if not 0 <= end - match.end() <= longest:
            end = _first_end(text, match.end(), following.start() if following else len(text))
        until = end
        yield match, end


def _first_end(text: str, at: int, limit: int) -> int:
    line_end = text.find("\n", at, limit)
    return line_end if line_end >= 0 else limit
