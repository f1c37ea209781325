"""Whether what is known speaks for a cause or against it."""

from __future__ import annotations

from collections.abc import Collection
from enum import StrEnum

from msgspec import Struct

from xenferry.errors.numbers import errno_words
from xenferry.errors.reading.value import Reading


class Verdict(StrEnum):
    """How a cause stands after a look at the text and the pool."""

    SUPPORTS = "supports"
    CANNOT_TELL = "cannot tell"
    CONTRADICTS = "contradicts"


class Evidence(Struct, frozen=True):
    """A verdict and, where there is something to say, the sentence that says what was seen."""

    verdict: Verdict = Verdict.CANNOT_TELL
    seen: str = ""


UNSEEN = Evidence()


def supports(seen: str) -> Evidence:
    """What was seen speaks for the cause."""
    return Evidence(Verdict.SUPPORTS, seen)


def contradicts(seen: str) -> Evidence:
    """What was seen speaks against the cause."""
    return Evidence(Verdict.CONTRADICTS, seen)


def by_errno(reading: Reading, numbers: Collection[int]) -> Evidence:
    """For a cause that shows itself by one of these error numbers."""
    if reading.errno is None:
        return UNSEEN
    words = errno_words(reading.errno)
    return supports(f"The text says {words}.") if reading.errno in numbers else contradicts(f"The text says {words}.")


def by_words(text: str, *words: str) -> Evidence:
    """For a cause that shows itself by one of these words in a text (letter case does not matter)."""
    lower = text.lower()
    seen = next((word for word in words if word.lower() in lower), None)
    return UNSEEN if seen is None else supports(f"The text says “{seen}”.")


def declared(reading: Reading, words: Collection[str]) -> Evidence:
    """For a cause that shows itself by words in the parameters."""
    return by_words(" ".join((*reading.params, reading.opterr)), *words)
