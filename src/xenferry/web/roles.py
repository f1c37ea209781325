"""What somebody may do here."""

from __future__ import annotations

from typing import Literal

Role = Literal["look", "plan", "act"]
ROLES: tuple[Role, ...] = ("look", "plan", "act")
"""Each may what those before it may: look at everything; make plans; carry them out, stop and resume runs."""


def least(one: Role, other: Role) -> Role:
    """The one of the two that may less."""
    return min(one, other, key=ROLES.index)
