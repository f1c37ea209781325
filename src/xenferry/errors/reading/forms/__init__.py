"""The forms in which errors are pasted, one per file, found by walking; those that tell most come first.

A form's module has `ORDER` (lower is asked first; what one form has read is not read again by a later one) and
`find(text)`, which yields its finds in one pass over the text.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from importlib import import_module
from importlib.resources import files

from xenferry.errors.reading.raw import Raw

Find = Callable[[str], Iterator[Raw]]


@cache
def forms() -> tuple[Find, ...]:
    """The `find` of every form, in their order."""
    names = (entry.name for entry in files(__name__).iterdir())
    modules = [import_module(f"{__name__}.{name[:-3]}") for name in names if name.endswith(".py") and name[0] != "_"]
    return tuple(module.find for module in sorted(modules, key=lambda module: (module.ORDER, module.__name__)))
