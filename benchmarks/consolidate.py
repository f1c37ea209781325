"""How many hosts a pool can do without: against the fewest that memory alone allows, and how long it takes to plan.

    python benchmarks/consolidate.py

Made-up pools, each host as full as the others. The bound: the guests' memory over the hosts' memory, rounded up, none
spare; nothing can come below that. With room for the failure of one host one more is needed at the least.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator

from measured import SIZES, Goal, Measured, named
from rolling import made_up

import data
from xenferry.plan.consolidate import choose
from xenferry.plan.evacuate_policy import ANYWHERE
from xenferry.plan.judgement import judge

FULL = 0.55
"""Of all hosts' memory is in use, as in many pools that were bought for their peaks."""


def chosen(hosts: int, guests: int, spare: int) -> tuple[int, int, float]:
    """Hosts that stay on, the fewest by memory alone with as many to spare, seconds."""
    snapshot = made_up(hosts, guests, FULL)
    begin = time.perf_counter()
    found = choose(snapshot, judge(snapshot), spare, None, ANYWHERE)
    return hosts - len(found.off), found.least + spare, time.perf_counter() - begin


def measure(quick: bool) -> Iterator[Measured]:
    """With one host to spare."""
    for hosts, guests in ((8, 100),) if quick else SIZES[1:3]:
        kept, least, took = chosen(hosts, guests, 1)
        size = f"{named(hosts, guests)}, {FULL:.0%} full, one to spare"
        yield Measured(
            what="hosts that stay on",
            size=size,
            ours=kept,
            unit="hosts",
            against="the fewest by memory alone",
            theirs=least,
            goal=Goal(1.1),
        )
        yield Measured(what="choosing them", size=size, ours=took, unit="s", goal=Goal(5.0, of="ours"))


def main(argv: list[str]) -> None:
    """Print them, with none and with one to spare."""
    lines = []
    for hosts, guests in SIZES[1:3]:
        for spare in (0, 1):
            kept, least, took = chosen(hosts, guests, spare)
            lines.append((named(hosts, guests), str(spare), str(kept), str(least), f"{took:.2f}"))
    data.table(("pool", "spare", "stay on", "at least", "s"), lines)


if __name__ == "__main__":
    main(sys.argv[1:])
