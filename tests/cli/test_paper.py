"""What reaches the paper fits its width and steers nothing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xenferry.cli.frame import paper
from xenferry.text import width

WORDS = st.lists(st.text("abc主", min_size=1, max_size=12), max_size=20)


@given(WORDS, st.integers(24, 80), st.integers(0, 6))
def test_folded_text_fits_and_loses_nothing(words: list[str], room: int, hang: int) -> None:
    lines = paper.fold(" ".join(words), room, hang)
    assert all(width(line) <= max(room, 30) for line in lines)
    assert " ".join(lines).split() == words


def test_a_table_fits_80_columns_and_shows_every_cell(capsys: pytest.CaptureFixture[str]) -> None:
    rows = [["a\x1b[31m" * 3, "word " * 30, "x" * 90], ["b", "", "主" * 50]]
    paper.say_table(["one", "two", "three"], rows, indent=2)
    shown = capsys.readouterr().out
    assert all(width(line) <= 80 for line in shown.splitlines())
    assert "\x1b" not in shown
    assert (shown.count("x") - 3, shown.count("主"), shown.count("word")) == (90, 50, 30)


def test_without_a_terminal_there_are_no_colours(capsys: pytest.CaptureFixture[str]) -> None:
    paper.say("blocked", style="bold red")
    paper.warn("blocked", style="red")
    assert capsys.readouterr() == ("blocked\n", "blocked\n")


def test_every_line_is_escaped(capsys: pytest.CaptureFixture[str]) -> None:
    paper.say("guest \x1b]0;title\x07 \nReady", wrap=False)
    assert capsys.readouterr().out == "guest \\x1b]0;title\\x07 \\nReady\n"
