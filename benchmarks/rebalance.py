"""How even a pool becomes, with how many moves and how fast: on two real clusters and a made-up pool.

    XENFERRY_DATA=FOLDER python benchmarks/rebalance.py

FOLDER holds `cluster-*-hosts.csv` and `cluster-*-guests.csv`. Improvement is the share of the spread (the sum of
squares by which the hosts differ from the mean) that the moves take away, of what could be taken away at most: below
the floor nothing can come, because a guest bigger than the mean fills a host beyond it, and only the rest can be even.
That guests are indivisible and bound to hosts the floor ignores, so the true share of what is possible is higher.
"""

from __future__ import annotations

import os
import random
import sys
import time
from collections.abc import Iterator

from measured import Goal, Measured

import data
from xenferry.plan.placement import Item
from xenferry.plan.rebalance_moves import NEVER, Level, level
from xenferry.pool.hostset import HostSet

Pool = tuple[str, list[Item], list[int], list[int]]


def clusters() -> Iterator[Pool]:
    """The real clusters; everybody may go everywhere."""
    for path in sorted(data.folder().glob("cluster-*-hosts.csv")):
        name = path.name.removesuffix("-hosts.csv")
        hosts, guests = data.rows(path.name), data.rows(f"{name}-guests.csv")
        place = {row["host"]: number for number, row in enumerate(hosts)}
        free = [int(row["memory_mib"]) for row in hosts]
        items = []
        for row in guests:
            at, memory = place[row["host"]], int(row["memory_mib"])
            free[at] -= memory
            may = HostSet(((1 << len(hosts)) - 1) & ~(1 << at))
            items.append(Item(row["guest"], memory, memory, may, at, int(row["vcpus"])))
        yield name, items, [max(0, room) for room in free], [int(row["cpus"]) for row in hosts]


def made_up(hosts: int = 64, guests: int = 1000) -> Pool:
    """Guests thrown onto hosts at random, a third of them bound to half of the hosts."""
    draw, items, used = random.Random(1), list[Item](), [0] * hosts  # noqa: S311 a made-up pool
    everywhere, half = (1 << hosts) - 1, (1 << hosts // 2) - 1
    for number in range(guests):
        at, size = draw.randrange(hosts), draw.choice((1, 2, 4, 8, 16))
        bound = draw.random() < 1 / 3 and at < hosts // 2
        items.append(
            Item(number, size, size, HostSet((half if bound else everywhere) & ~(1 << at)), at, draw.choice((1, 2, 4)))
        )
        used[at] += size
    return f"made up {hosts} x {guests}", items, [max(used) + 16 - each for each in used], [32] * hosts


def floor(items: list[Item], free: list[int], cores: list[int]) -> float:
    """The least spread that any placement of these guests can have, where all hosts are alike; 0 where they are not."""
    state = Level(items, free, cores)
    if len(set(state.size)) > 1 or len(set(state.cores)) > 1:
        return 0.0
    memory = _floor([item.holds / state.size[0] for item in items], len(free))
    return memory + state.weight * _floor([item.vcpus / state.cores[0] for item in items], len(free))


def _floor(shares: list[float], hosts: int) -> float:
    """Each guest that is bigger than what the others have on average fills a host alone."""
    mean, rest, left, found = sum(shares) / hosts, sum(shares), hosts, 0.0
    for share in sorted(shares, reverse=True):
        if left == 0 or share <= rest / left:
            break
        found += (share - mean) ** 2
        rest, left = rest - share, left - 1
    return found + left * (rest / left - mean) ** 2 if left else found


def main() -> None:
    """Print one line for each pool and limit of moves."""
    lines = []
    for name, items, free, cores in (made_up(), *clusters()):
        for most in (len(free) // 4, NEVER):
            begin = time.perf_counter()
            found = level(items, free, cores, most)
            took = time.perf_counter() - begin
            possible = found.before.spread - floor(items, free, cores)
            better = (found.before.spread - found.after.spread) / possible
            fullest = f"{found.before.fullest:.1%} -> {found.after.fullest:.1%}"
            limit = "any" if most == NEVER else str(most)
            lines.append((name, limit, str(len(found.hops)), f"{better:.1%}", fullest, f"{took:.2f}"))
    data.table(("pool", "moves allowed", "moves", "improvement", "fullest host", "seconds"), lines)
    sys.stdout.write("Improvement: of what any placement could reach at most, and probably none can.\n")


def measure(quick: bool) -> Iterator[Measured]:
    """What of the spread stays that any placement could take away at most; real clusters where their data is."""
    pools = [made_up(16, 250)] if quick else [made_up(), *(clusters() if os.environ.get("XENFERRY_DATA") else ())]
    for name, items, free, cores in pools:
        begin = time.perf_counter()
        found = level(items, free, cores, NEVER)
        took = time.perf_counter() - begin
        possible = found.before.spread - floor(items, free, cores)
        size = f"{name}, {len(found.hops)} moves"
        stays = 1 - (found.before.spread - found.after.spread) / possible
        yield Measured(what="unevenness that stays", size=size, ours=stays, unit="%", goal=Goal(0.15, "ours"))
        yield Measured(what="planning it", size=size, ours=took, unit="s", goal=Goal(5.0, "ours"))


if __name__ == "__main__":
    main()
