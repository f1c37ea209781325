"""An error in a few lines wherever one turns up: what happened, the likeliest cause, what to do."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from xenferry.cli.frame.paper import say

if TYPE_CHECKING:
    from xenferry.errors import Explanation
    from xenferry.pool.snapshot import Snapshot

REMEDIES_MAX = 2


def say_explained(
    text: str, snapshot: Snapshot | None = None, *, indent: int = 2, speak: Callable[..., None] = say
) -> None:
    """Explain the first error in a text; silent when none is recognised or nothing is known about it."""
    from xenferry.errors import explain

    for found in explain(text, snapshot)[:1]:
        _say(found, indent, speak)


def _say(found: Explanation, indent: int, say: Callable[..., None]) -> None:
    if not found.causes:
        return
    say(found.happened, indent=indent, hang=2)
    cause = found.causes[0]
    say(f"Likely cause: {cause.text}", indent=indent, hang=2)
    if cause.evidence.seen:
        say(f"Seen: {cause.evidence.seen}", indent=indent, hang=2)
    for remedy in cause.remedies[:REMEDIES_MAX]:
        product = f"{remedy.product}: " if remedy.product else ""
        say(f"Cure: {product}{remedy.text}", indent=indent, hang=2, style="green")
