"""How addresses of guests are asked: from this machine; those of an embedded pool exist only inside it."""

from __future__ import annotations

from contextvars import ContextVar
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from xenferry.runs.hearing import Knock

KNOCK: ContextVar[Knock] = ContextVar("KNOCK")
"""How to ask in an embedded pool."""


def asking() -> Knock:
    """Asks whether an address answers."""
    from xenferry.probe.knock import knock

    return KNOCK.get(knock)
