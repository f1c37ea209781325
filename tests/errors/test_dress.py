"""The same errors are read in whatever dress a text comes: mail, chat, terminal, Windows, other quotation marks."""

from __future__ import annotations

import re
from collections.abc import Callable
from textwrap import indent, wrap

import pytest
import wild

from xenferry.errors import explain

BUILDING = [one for one in wild.load() if not one.judging and not one.second]


def _mail(text: str) -> str:
    return "\n".join(
        "\n".join(wrap(line, 78, break_long_words=False, break_on_hyphens=False)) for line in text.splitlines()
    )


DRESSES: dict[str, Callable[[str], str]] = {
    "windows": lambda text: "\ufeff" + text.replace("\n", "\r\n"),
    "reply": lambda text: "\n".join("> " + line for line in text.splitlines()),
    "mail": _mail,
    "indented": lambda text: indent(text, "        "),
    "fenced": lambda text: f"```\n{text}\n```",
    "german": lambda text: re.sub(r'"([^"\n]*)"', "\u201e\\1\u201c", text),
    "office": lambda text: text.replace("  ", "\u00a0 ").replace(" - ", " \u2013 "),
}


@pytest.mark.parametrize("dress", DRESSES)
def test_texts_from_the_wild_are_read_in_this_dress_too(dress: str) -> None:
    dressed = [(one, DRESSES[dress](one.text)) for one in BUILDING]
    assert not [one.name for one, text in dressed if not one.is_read(explain(text))]
