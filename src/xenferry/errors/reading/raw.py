"""An error as one form of text gives it, before names and details are worked out."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from xenferry.errors import catalogue

CODE = r"(?:[A-Z][A-Z0-9]{1,30}(?:_[A-Z0-9]{1,30}){1,16}|SYSPREP(?=['\"(<\\]|, \[|\Z))"
"""One of XAPI's codes is a plain word, which counts only where something of an error's form follows it."""
_CODE = re.compile(CODE + r"\Z")


@dataclass(frozen=True)
class Raw:
    """One find: the code, its parameters, and where it stands. `named` are objects that the form itself names."""

    code: str
    params: tuple[str, ...]
    form: str
    start: int
    end: int
    operation: str = ""
    arguments: dict[str, str] = field(default_factory=dict)
    named: tuple[tuple[str, str, str], ...] = ()
    """Role, reference or UUID, name."""


def is_code(word: object) -> bool:
    """Whether a word has the shape of an error code, known or not."""
    return isinstance(word, str) and bool(_CODE.match(word))


def is_known(word: object) -> bool:
    """Whether XAPI or a storage driver has such a code."""
    return isinstance(word, str) and catalogue.parameters(word) is not None
