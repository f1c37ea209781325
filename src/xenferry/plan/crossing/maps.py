"""Where disks and interfaces go, all guests of a plan together: for plans too long to read guest by guest."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from xenferry.plan import steps as s
from xenferry.plan.words import size

MANY = 20
"""Guests from which on a plan says this instead of what each of them carries."""


def overview(steps: Sequence[s.AnyStep]) -> tuple[str, ...]:
    """A line for each pair of SRs and each pair of networks; nothing for a plan that is read guest by guest."""
    crossing = [step for step in steps if isinstance(step, s.Cross)]
    if len(crossing) <= MANY:
        return ()
    disks, amounts, nics = Counter[tuple[str, str]](), Counter[tuple[str, str]](), Counter[tuple[str, str]]()
    for step in crossing:
        for cargo in step.cargo:
            pair = (cargo.source.name, cargo.target.name)
            disks[pair] += 1
            amounts[pair] += cargo.bytes
        nics.update((link.source.name, link.target.name) for link in step.links if not link.of_snapshot)
    return (
        *(f"disks from {a} to {b}: {count}, at most {size(amounts[a, b])}" for (a, b), count in disks.most_common()),
        *(f"NICs from {a} to {b}: {count}" for (a, b), count in nics.most_common()),
    )
