"""What to write on the server, by its make, so that a failed step passes; the pool's hosts are filled in.

One file per make, found by walking: `TITLE`, and `lines(step, need)`.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from typing import Protocol, cast

from xenferry.probe.cures import _dom0
from xenferry.probe.cures._need import Cure, Need


class Make(Protocol):
    """A make of server."""

    TITLE: str

    def lines(self, step: str, need: Need) -> tuple[str, ...]:
        """Commands and settings, in order; none when this make has nothing to do with the step."""
        ...


@cache
def makes() -> dict[str, Make]:
    """Every make by the word that chooses it: `linux`, `truenas-core`, ..."""
    names = sorted(found.name for found in iter_modules(__path__) if not found.name.startswith("_"))
    return {name.replace("_", "-"): cast(Make, import_module(f"{__name__}.{name}")) for name in names}


def cures(step: str, need: Need, make: str = "") -> Iterator[Cure]:
    """How the failed step is cured on servers of this make; of every make when none is named.

    Raises:
        KeyError: there is no such make.
    """
    everywhere = _dom0.cure(step, need)
    if everywhere:
        yield everywhere
    for word in [make] if make else makes():
        lines = makes()[word].lines(step, need)
        if lines:
            yield Cure(make=word, title=makes()[word].TITLE, lines=lines)


__all__ = ["Cure", "Make", "Need", "cures", "makes"]
