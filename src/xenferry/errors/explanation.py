"""What `explain` answers: one error, what happened, why, and what to do."""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct

from xenferry.errors.evidence import UNSEEN, Evidence
from xenferry.errors.reading.value import Reading


class Source(StrEnum):
    """Where an explanation comes from."""

    ARTICLE = "article"
    FAMILY = "family"
    """A sentence on this code, and an article on the family of errors that it belongs to."""
    CATALOGUE = "catalogue"
    """The code is known with its parameters; there is no article on it."""
    UNKNOWN = "unknown"
    """Nothing is known but what could be read."""


class Remedy(Struct, frozen=True):
    """One thing to do; `product` names what it is for (`TrueNAS`), or is empty."""

    text: str
    product: str = ""


class Cause(Struct, frozen=True, kw_only=True):
    """One reason, what speaks for it, and its remedies, best first."""

    key: str
    """Short and stable: programs may depend on it."""
    text: str
    remedies: tuple[Remedy, ...]
    tell: str = ""
    """How a person sees that it is this one: a command and what it shows. Empty where the evidence is all there is."""
    evidence: Evidence = UNSEEN


class Parameter(Struct, frozen=True, kw_only=True):
    """A parameter of the error under the name it has in XenAPI."""

    role: str
    value: str
    meaning: str = ""
    """The object's name, or the number in words; empty if there is nothing to add."""


class Explanation(Struct, frozen=True, kw_only=True):
    """One error explained. Texts hold names from the pool and from the paste: escape them before showing."""

    code: str
    source: Source
    title: str
    happened: str
    """One sentence with names filled in."""
    what: str = ""
    """What the error means in general; paragraphs are parted by an empty line."""
    parameters: tuple[Parameter, ...] = ()
    causes: tuple[Cause, ...] = ()
    """Most likely first, after the evidence."""
    notes: tuple[str, ...] = ()
    """What the text tells beside the error: the version it comes from, what its numbers mean there."""
    rules: tuple[str, ...] = ()
    """The rules of `xenferry check` that show this before it happens."""
    reading: Reading
