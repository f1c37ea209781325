"""Which articles a code has, and which examples: looked up once for all pages."""

from __future__ import annotations

from collections import defaultdict
from functools import cache
from importlib import import_module
from types import ModuleType

from xenferry.article import read
from xenferry.errors import explain, shelf


@cache
def modules_of() -> dict[str, tuple[ModuleType, ...]]:
    """Code -> the articles on it; the general one, which asks for no certain detail, first."""
    found: dict[str, list[ModuleType]] = defaultdict(list)
    for name in shelf.modules():
        module = import_module(name)
        for code in shelf.codes_of(module):
            found[code].append(module)
    return {code: tuple(sorted(each, key=lambda m: getattr(m, "WHEN", "") != "")) for code, each in found.items()}


@cache
def examples() -> dict[str, tuple[str, ...]]:
    """Code -> the examples of the articles that are about it first of all, the general article's before the others'."""
    found: dict[str, dict[str, bool]] = defaultdict(dict)
    for name in shelf.modules():
        module = import_module(name)
        if example := read(module).example:
            found[explain(example)[0].code][example] = getattr(module, "WHEN", "") != ""
    return {code: tuple(sorted(texts, key=texts.__getitem__)) for code, texts in found.items()}
