"""Nothing that comes from a pool can steer a terminal."""

from __future__ import annotations

import json
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xenferry.text import escape, escape_json, width

STEERING = {"Cc", "Cf", "Cs", "Zl", "Zp"}


def steers(text: str) -> bool:
    return any(unicodedata.category(character) in STEERING for character in text)


@given(st.text(st.characters(codec=None)))
def test_no_escaped_text_holds_a_character_that_steers(text: str) -> None:
    assert not steers(escape(text))


@given(st.text(st.characters(categories=["L", "N", "P", "Zs"])))
def test_plain_text_of_any_language_stays_as_it_is(text: str) -> None:
    assert escape(text) == text


@pytest.mark.parametrize(
    ("hostile", "shown"),
    [
        ("web\x1b[2J", "web\\x1b[2J"),
        ("a\nReady: nothing blocks", "a\\nReady: nothing blocks"),
        ("\u202egpj.exe", "\\u202egpj.exe"),
        ("c1 \x9b31m", "c1 \\x9b31m"),
        ("lone \udc9b", "lone \\udc9b"),
    ],
)
def test_what_steers_is_shown_by_its_number(hostile: str, shown: str) -> None:
    assert escape(hostile) == shown


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_escaped_json_is_the_same_document_and_steers_nothing(text: str) -> None:
    encoded = escape_json(json.dumps({"name": text}, ensure_ascii=False, indent=2))
    assert json.loads(encoded) == {"name": text}
    assert not steers(encoded.replace("\n", ""))


def test_wide_characters_take_two_columns_and_marks_none() -> None:
    assert (width("web"), width("主機"), width("é")) == (3, 4, 1)
