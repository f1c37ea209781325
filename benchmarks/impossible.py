"""How long it takes to say why a host cannot be emptied, and what would help: against planning one that can be.

    python benchmarks/impossible.py

A made-up pool of hosts that are all equally full. Where the others have no room for the first one's guests, the answer
is a proof in numbers and the cheapest thing that would make room, tried out and not estimated. Beside it the same
question for the same pool at 85 %, steps and schedule included.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Iterator

from measured import Goal, Measured, named
from rolling import made_up

import data
from xenferry.plan import steps as s
from xenferry.plan.evacuate import evacuate

FULL = (0.98, 0.985, 0.99, 0.995)
"""Shares of memory in use at which the other hosts do not have room for one host's guests."""
SIZES = ((16, 1_000), (64, 4_000))


def planned(hosts: int, guests: int, full: float) -> tuple[s.Plan, float]:
    """The plan that empties the first host, and the seconds that it took."""
    snapshot = made_up(hosts, guests, full)
    begin = time.perf_counter()
    plan = evacuate(snapshot, snapshot.hosts[0].ref)
    return plan, time.perf_counter() - begin


def helped(plan: s.Plan) -> bool:
    """Is it proven, and is something named that makes room?"""
    left = plan.left[0]
    return "no plan can change that" in left.reason and any("finds room" in choice for choice in left.choices)


def measure(quick: bool) -> Iterator[Measured]:
    """The slowest and the usual answer over several degrees of fullness."""
    for hosts, guests in ((8, 100),) if quick else SIZES:
        _, possible = planned(hosts, guests, 0.85)
        impossible = [(plan, took) for plan, took in (planned(hosts, guests, full) for full in FULL) if plan.left]
        size = f"{named(hosts, guests)}, {len(impossible)} degrees of fullness"
        seconds = [took for _, took in impossible]
        for what, ours, goal in (
            ("usually", statistics.mean(seconds), 2.0),
            ("the slowest answer", max(seconds), 10.0),
        ):
            yield Measured(
                what=f"why a host cannot be emptied, {what}",
                size=size,
                ours=ours,
                unit="s",
                against="planning to empty one at 85 %",
                theirs=possible,
                goal=Goal(goal, of="ours"),
            )
        yield Measured(
            what="answers without a proof, or without anything that helps",
            size=size,
            ours=sum(not helped(plan) for plan, _ in impossible),
            unit="",
            goal=Goal(0.0, of="ours"),
        )


def main(argv: list[str]) -> None:
    """Print every answer."""
    lines = []
    for hosts, guests in SIZES:
        for full in (0.85, *FULL):
            plan, took = planned(hosts, guests, full)
            choices = plan.left[0].choices if plan.left else ()
            helps = "; ".join(choice for choice in choices if "room" in choice)
            lines.append((named(hosts, guests), f"{full:.1%}", str(len(plan.left)), f"{took:.2f}", helps))
    data.table(("pool", "full", "left", "s", "what would help"), lines)


if __name__ == "__main__":
    main(sys.argv[1:])
