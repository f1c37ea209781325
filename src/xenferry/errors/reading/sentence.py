"""Known error sentences are recognised by fingerprints, so that none of the texts has to be kept here.

`xe` and XenCenter show most errors as an English sentence without the code. data/sentences.json holds a fingerprint of
the first words of each, made by tools/make_error_sentences.py: as few words as tell it from every other.
"""

from __future__ import annotations

import json
import re
from functools import cache
from hashlib import blake2b
from importlib.resources import files

LENGTHS = (24, 20, 18, *range(16, 3, -1))
"""How many words a fingerprint may be made of, longest first."""
FAR = 400
"""Characters within which the words of one fingerprint stand."""

_WORD = re.compile(r"[a-z0-9]+")
_JOINED = re.compile(r"(?<=[a-z])[-'](?=[a-z])")
_SAME = {
    "server": "host",
    "servers": "hosts",
    "slave": "member",
    "supporter": "member",
    "master": "coordinator",
    "citrix": "",
    "hypervisor": "product",
    "xenserver": "product",
    "xcpng": "product",
}
"""Words that changed from version to version or from product to product."""


def words(text: str, most: int = LENGTHS[0]) -> tuple[str, ...]:
    """The first words of a text, plain and in lower case; product names and renamed roles count as one."""
    found: list[str] = []
    for word in _WORD.finditer(_JOINED.sub("", text.lower())):
        if plain := _SAME.get(word[0], word[0]):
            found.append(plain)
        if len(found) == most:
            break
    return tuple(found)


def fingerprint(first: tuple[str, ...]) -> str:
    """Twelve hexadecimal digits for some words."""
    return blake2b(" ".join(first).encode(), digest_size=6).hexdigest()


@cache
def _known() -> dict[str, str]:
    text = (files("xenferry.errors") / "data/sentences.json").read_text("utf-8")
    return dict(json.loads(text)["sentences"])


@cache
def _openings() -> frozenset[str]:
    text = (files("xenferry.errors") / "data/sentences.json").read_text("utf-8")
    return frozenset(json.loads(text)["openings"])


def code_of(text: str) -> tuple[str, int]:
    """The code whose sentence this text begins with, and how many words tell so; else nothing and 0."""
    first = words(text[:FAR])
    if fingerprint(first[:2]) not in _openings():
        return "", 0
    for length in LENGTHS:
        if len(first) >= length and (code := _known().get(fingerprint(first[:length]))):
            return code, length
    return "", 0
