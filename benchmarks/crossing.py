"""How fast every guest of a pool is judged against every host of another one, live and as if shut down.

    python benchmarks/crossing.py [HOSTS GUESTS]

Both pools are made up and of this size. Found are, for each guest and rule, the hosts that refuse it; words are made
when somebody reads them.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator

from measured import SIZES, Goal, Measured, named

from xenferry.lab.scenario.generate import generate
from xenferry.pool.snapshot import Snapshot
from xenferry.rules.crossings import judge
from xenferry.rules.journey import as_halted, to_pool


def main(hosts: int = 16, guests: int = 500) -> None:
    """Print the seconds of all pairs, and the microseconds of one."""
    seconds, pairs = seconds_of(hosts, guests), hosts * guests
    sys.stdout.write(f"{guests} guests x {hosts} hosts: {seconds:.2f} s, {seconds / pairs * 1e6:.0f} us for a pair\n")


def seconds_of(hosts: int, guests: int) -> float:
    """All pairs of a pool of this size and another of the same, live and as if shut down."""
    here = Snapshot.from_tables(generate(hosts, guests, 1).tables)
    there = Snapshot.from_tables(generate(hosts, guests, 2).tables)
    begun = time.perf_counter()
    halted = as_halted(here, here.guests)
    for vm in here.guests:
        for s in (here, halted):
            first = to_pool(s, s.VM[vm.ref], there, there.hosts[0], srs={}, networks={})
            judge(first, there.hosts)
    return time.perf_counter() - begun


def measure(quick: bool) -> Iterator[Measured]:
    """Pools of growing size; nobody else answers this question, so nothing is compared."""
    for hosts, guests in SIZES[: 1 if quick else 4]:
        yield Measured(
            what="every guest against every host of another pool",
            size=f"two pools of {named(hosts, guests)}",
            ours=seconds_of(hosts, guests),
            unit="s",
            goal=Goal(2.0, "ours") if hosts == 64 else None,
            hosts=hosts,
        )


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
