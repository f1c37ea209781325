"""A text that a terminal broke at its width is read as if it were whole, at its own places."""

from __future__ import annotations

import pytest
import wild

from xenferry.errors import explain
from xenferry.errors.reading import read
from xenferry.errors.reading.unwrap import Unwrapped, wraps

BUILDING = [one for one in wild.load() if not one.judging and not one.second]
LINE = (
    "Dec  7 21:07:32 xcp-1 xapi: [error||7623 ||backtrace] Async.VM.start_on R:7a6bd38bb489 failed with exception "
    "Server_error(VM_REQUIRES_NETWORK, [ OpaqueRef:622a2cd9-537c-4a49-933c-e47ce1f8555e; "
    "OpaqueRef:3dbf6388-3145-4310-a1e2-08954592a838 ])"
)


def wrapped(text: str, width: int, end: str = "\n") -> str:
    pieces = (line[at : at + width] for line in text.splitlines() for at in range(0, max(1, len(line)), width))
    return end.join(pieces)


@pytest.mark.parametrize("width", [80, 100, 132])
def test_texts_from_the_wild_lose_nothing_when_a_terminal_breaks_their_lines(width: int) -> None:
    wrong = [one.name for one in BUILDING if not one.is_read(explain(wrapped(one.text, width)))]
    assert not wrong


def codes(text: str) -> tuple[str, ...]:
    return tuple(one.code for one in explain(text))


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("width", range(40, 200, 7))
def test_a_log_line_is_read_whole_at_any_width(width: int, end: str) -> None:
    text = wrapped(LINE, width, end)
    (found,) = read(text)
    assert (found.code, len(found.params)) == ("VM_REQUIRES_NETWORK", 2)
    assert all(parameter.startswith("OpaqueRef:") for parameter in found.params)
    assert text[found.start :].replace(end, "").startswith("Server_error")
    assert found.line == text[: found.start].count("\n") + 1


def test_lines_of_a_log_that_are_equally_long_are_left_apart() -> None:
    assert wraps("\n".join([LINE] * 5)) == []
    assert wraps("one short line\nand another one") == []


def test_places_are_told_as_in_the_original() -> None:
    text = "ab\ncd\r\nef"
    whole = Unwrapped(text, [(2, 3), (5, 7)])
    assert whole.text == "abcdef"
    assert [text[whole.original(place)] for place in range(6)] == list("abcdef")


def test_a_blank_inside_a_code_is_passed_over_and_one_between_words_is_not() -> None:
    (found,) = explain("The server says VM_REQUIRES_ SR(1, 2) here")
    assert (found.code, found.reading.params) == ("VM_REQUIRES_SR", ("1", "2"))
    assert found.reading.start == len("The server says ")
    assert explain("A_ B and VM_ SOMETHING") == ()
