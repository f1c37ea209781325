"""Parameters out of a flat text: where one ends and the next begins is known only from the code."""

from __future__ import annotations

from xenferry.errors import catalogue
from xenferry.errors.reading.clean import tidy

_ONE_TEXT = {"CANNOT_EVACUATE_HOST", "INTERNAL_ERROR", "OPERATION_NOT_ALLOWED", "LICENCE_RESTRICTION"}


def split(code: str, inner: str, separator: str = ",") -> tuple[str, ...]:
    """The parameters of `CODE(inner)`. A text that itself holds the separator stays whole where the code tells."""
    if not inner.strip():
        return ()
    if code.startswith("SR_BACKEND_FAILURE_"):
        return _storage(inner, separator)
    if code in _ONE_TEXT:
        return (tidy(inner),)
    expected = catalogue.parameters(code) or ()
    pieces = inner.split(separator, len(expected) - 1) if len(expected) > 1 else inner.split(separator)
    return tuple(tidy(piece) for piece in pieces)


def _storage(inner: str, separator: str) -> tuple[str, ...]:
    """Always three: an empty one, the driver's sentence (which may hold the separator), the driver's output."""
    first, found, rest = inner.partition(separator)
    if not found or first.strip():
        first, rest = "", inner
    if "[opterr=" in rest:
        end = _closing(rest, rest.index("[opterr="))
        return tidy(first), tidy(rest[: end + 1]), tidy(rest[end + 1 :].strip().removeprefix(separator))
    text, found, output = rest.rpartition(separator)
    return (tidy(first), tidy(text), tidy(output)) if found else (tidy(first), tidy(rest), "")


def _closing(text: str, opening: int) -> int:
    depth = 0
    for position in range(opening, len(text)):
        depth += {"[": 1, "]": -1}.get(text[position], 0)
        if depth == 0:
            return position
    return len(text) - 1
