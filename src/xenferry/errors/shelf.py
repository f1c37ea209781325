"""The articles, found by walking: which module explains a code, without importing the others."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from importlib.resources import files
from importlib.resources.abc import Traversable
from types import ModuleType

from xenferry.errors.reading.value import Reading

_CODES = re.compile(r"^CODES = \(([^)]*)\)", re.MULTILINE)
_WHEN = re.compile(r'^WHEN = r?"(.*)"$', re.MULTILINE)
_WORD = re.compile(r'"([A-Z0-9_]+)"')
_SAYS = re.compile(r"^SAYS\b[^{\n]*\{\n(.*?)^\}", re.MULTILINE | re.DOTALL)
_KEY = re.compile(r'^    "([A-Z0-9_]+)":', re.MULTILINE)
_FAMILIES = "xenferry.errors.articles.families."


@dataclass(frozen=True)
class Place:
    """Where an article is: its module, and the text that a driver's detail must hold for it, if any."""

    module: str
    when: str


def find(reading: Reading) -> ModuleType | None:
    """The article's module for a reading, or None. One that asks for a certain detail goes before the general one."""
    places = _shelf().get(reading.code, ())
    for place in places:
        if place.when and re.search(place.when, _detail(reading), re.IGNORECASE):
            return import_module(place.module)
    general = next((place for place in places if not place.when), None)
    return import_module(general.module) if general else None


def codes_of(module: ModuleType) -> tuple[str, ...]:
    """The codes that an article is about: those of its CODES, and those that have a sentence of their own in SAYS."""
    return tuple(dict.fromkeys((*getattr(module, "CODES", ()), *getattr(module, "SAYS", {}))))


def causes_of(module: ModuleType, code: str) -> tuple[str, ...]:
    """The keys of the causes that this code can have; the article's ONLY keeps some for some of its codes."""
    only = getattr(module, "ONLY", {})
    return tuple(key for key in module.CAUSES if code in only.get(key, (code,)))


def says(module: ModuleType, code: str) -> str:
    """What an article says of one code: a clause that may hold fields in braces, or nothing."""
    return str(getattr(module, "SAYS", {}).get(code, "") or getattr(module, "SAID", ""))


def is_family(module: ModuleType) -> bool:
    """Whether it is about a whole family of errors, a sentence each, rather than about one failure."""
    return module.__name__.startswith(_FAMILIES)


def codes() -> tuple[str, ...]:
    """Every code that has an article of its own, in alphabetical order."""
    return tuple(sorted(_shelf()))


def modules() -> tuple[str, ...]:
    """The module name of every article."""
    return tuple(name for name, _ in _sources(files("xenferry.errors.articles"), "xenferry.errors.articles"))


def _detail(reading: Reading) -> str:
    return " ".join((reading.text, reading.opterr, *reading.params))


@cache
def _shelf() -> dict[str, tuple[Place, ...]]:
    shelf: dict[str, tuple[Place, ...]] = {}
    for module, source in _sources(files("xenferry.errors.articles"), "xenferry.errors.articles"):
        listed, when = _CODES.search(source), _WHEN.search(source)
        place = Place(module, when[1] if when else "")
        own = _SAYS.search(source)
        named = [*(_WORD.findall(listed[1]) if listed else ()), *(_KEY.findall(own[1]) if own else ())]
        for code in dict.fromkeys(named):
            shelf[code] = (*shelf.get(code, ()), place)
    return shelf


def _sources(folder: Traversable, package: str) -> Iterator[tuple[str, str]]:
    for entry in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if entry.is_dir() and entry.name[0] not in "_.":
            yield from _sources(entry, f"{package}.{entry.name}")
        elif entry.name.endswith(".py") and entry.name[0] != "_":
            yield f"{package}.{entry.name[:-3]}", entry.read_text("utf-8")
