"""Emptying a host when memory is tight: how often a place is found, against XAPI's packer and an exact solver.

    python benchmarks/placement.py [--hosts 64] [--guests 1000] [--pools 20]
    XENFERRY_DATA=FOLDER python benchmarks/placement.py --clusters

Made-up pools: some guests may go to every host, others only to those of a class (an SR, a network). One host is
emptied. XAPI's packer (as the lab implements it) puts the biggest guest onto the roomiest host and drops every guest
that any target refuses. With ortools installed each pool is also solved exactly: the end state alone, without an order,
so what it calls possible is an upper bound. `--clusters` empties the hosts of two real clusters, from files in FOLDER.
"""

from __future__ import annotations

import argparse
import importlib.util
import random
import statistics
import sys
import time
from collections import defaultdict
from collections.abc import Iterator
from typing import NamedTuple

from measured import SIZES, Goal, Measured, named

import data
from xenferry.lab.placement.pack import pack
from xenferry.plan.placement import Item, answer
from xenferry.pool.hostset import HostSet


class Pool(NamedTuple):
    """One host is emptied."""

    leaving: list[Item]
    residents: list[Item]
    free: list[int]
    emptied: int


MEMORY = (1, 2, 2, 4, 4, 8, 16, 3, 6, 12, 24)
"""GiB of a guest, in the proportions in which they are drawn."""


def made_up(hosts: int, guests: int, fill: float, seed: int) -> Pool | None:
    """A pool whose other hosts would be filled to this share afterwards; None if the draw did not fit at all.

    In every other pool what is free is spread evenly, as a balancer leaves it, which is the hardest to evacuate.
    """
    draw = random.Random(seed)  # noqa: S311 a made-up pool
    size = {guest: draw.choice(MEMORY) for guest in range(guests)}
    capacity = int(sum(size.values()) / (hosts - 1) / fill) + 1
    on: list[list[int]] = [[] for _ in range(hosts)]
    used = [0] * hosts
    for guest in sorted(size, key=lambda guest: -size[guest]):
        room = [host for host in range(hosts) if used[host] + size[guest] <= capacity]
        if not room:
            return None
        host = draw.choice(room) if seed % 2 else min(room, key=lambda host: used[host])
        on[host].append(guest)
        used[host] += size[guest]
    classes = [draw.getrandbits(hosts) | draw.getrandbits(hosts) for _ in range(4)]

    def item(guest: int, host: int) -> Item:
        mask = draw.choice(classes) if draw.random() < 0.4 else (1 << hosts) - 1
        may = HostSet(mask & ~1 & ~(1 << host))
        return Item(guest, size[guest], size[guest], may, host or None)

    items = [item(guest, host) for host in range(hosts) for guest in on[host]]
    free = [0, *(capacity - used[host] for host in range(1, hosts))]
    return Pool([each for each in items if each.at is None], [each for each in items if each.at is not None], free, 0)


def by_xapi(pool: Pool) -> bool:
    """Whether XAPI's evacuation has a place for everybody."""
    hosts = [(str(host), room) for host, room in enumerate(pool.free) if host != pool.emptied]
    if any(len(item.may) < len(hosts) for item in pool.leaving):
        return False
    return len(pack([(str(item.key), item.needs) for item in pool.leaving], hosts)) == len(pool.leaving)


def possible(pool: Pool, seconds: float = 5.0) -> bool | None:
    """Whether an end state exists, by CP-SAT; None if it was not decided in time."""
    from ortools.sat.python import cp_model

    leaving, residents, free, _ = pool
    model, capacity = cp_model.CpModel(), list(free)
    load: dict[int, list[object]] = defaultdict(list)
    for item in (*leaving, *residents):
        homes = item.may if item.at is None else item.may | 1 << item.at
        if item.at is not None:
            capacity[item.at] += item.holds
        chosen = {host: model.new_bool_var("") for host in homes}
        model.add_exactly_one(chosen.values())
        for host, var in chosen.items():
            load[host].append(item.holds * var)
    for host, terms in load.items():
        model.add(sum(terms) <= capacity[host])  # type: ignore[arg-type]
    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds = seconds
    solver.parameters.num_workers = 2
    status = solver.solve(model)
    return {cp_model.OPTIMAL: True, cp_model.FEASIBLE: True, cp_model.INFEASIBLE: False}.get(status)


def row(name: str, pools: list[Pool], solve: bool) -> tuple[str, ...]:
    """One line: how many of these pools each of them manages, and what it took."""
    direct = made_room = xapi = extra = proven = 0
    seconds: list[float] = []
    unsolved: list[Pool] = []
    for pool in pools:
        leaving, residents, free, _ = pool
        begin = time.perf_counter()
        found = answer(leaving, free, lambda residents=residents: residents)  # type: ignore[misc]
        seconds.append(time.perf_counter() - begin)
        xapi += by_xapi(pool)
        direct += not found.left and len(found.hops) == len(leaving)
        made_room += not found.left and len(found.hops) > len(leaving)
        extra = max(extra, len(found.hops) - len(leaving)) if not found.left else extra
        proven += bool(found.left and found.proof)
        if found.left and not found.proof:
            unsolved.append(pool)
    missed = sum(possible(pool) is not False for pool in unsolved) if solve else len(unsolved)
    share = f"{made_room} of {made_room + missed}" if made_room + missed else "none needed"
    timing = f"{statistics.mean(seconds):.3f} / {max(seconds):.2f}"
    return (name, str(len(pools)), str(xapi), str(direct), share, str(extra), str(proven), timing)


HEADER = (
    "pools",
    "how many",
    "XAPI",
    "directly",
    "by extra moves",
    "most extra",
    "proven impossible",
    "s mean / worst",
)


def clusters() -> Iterator[tuple[str, list[Pool]]]:
    """Each host of the two real clusters, emptied; hosts without guests and hosts too big for the rest are kept."""
    for name in ("cluster-236", "cluster-352"):
        hosts, guests = data.rows(f"{name}-hosts.csv"), data.rows(f"{name}-guests.csv")
        place = {row["host"]: number for number, row in enumerate(hosts)}
        size = [int(row["memory_mib"]) for row in hosts]
        for row in guests:
            size[place[row["host"]]] -= int(row["memory_mib"])
        busy = sorted({place[row["host"]] for row in guests})
        yield name, [_emptied(guests, place, size, host) for host in busy]


def _emptied(guests: list[data.Row], place: dict[str, int], free: list[int], emptied: int) -> Pool:
    everywhere = HostSet(((1 << len(free)) - 1) & ~(1 << emptied))
    leaving, residents = [], []
    for row in guests:
        at, memory = place[row["host"]], int(row["memory_mib"])
        if at == emptied:
            leaving.append(Item(row["guest"], memory, memory, everywhere))
        else:
            residents.append(Item(row["guest"], memory, memory, everywhere - (1 << at), at))
    return Pool(leaving, residents, [0 if host == emptied else max(0, room) for host, room in enumerate(free)], emptied)


def main(argv: list[str]) -> None:
    """Print one line for each degree of fullness, or for each cluster."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name, usual in (("hosts", 64), ("guests", 1000), ("pools", 20)):
        parser.add_argument(f"--{name}", type=int, default=usual)
    parser.add_argument("--clusters", action="store_true")
    asked = parser.parse_args(argv)
    solve = importlib.util.find_spec("ortools") is not None
    if asked.clusters:
        lines = [row(name, pools, solve) for name, pools in clusters()]
    else:
        fills = (0.80, 0.90, 0.95, 0.97, 0.98, 0.99)
        drawn = {
            fill: [made_up(asked.hosts, asked.guests, fill, seed) for seed in range(asked.pools)] for fill in fills
        }
        lines = [row(f"{fill:.0%} full", [pool for pool in pools if pool], solve) for fill, pools in drawn.items()]
    data.table(HEADER, lines)
    if not solve:
        sys.stdout.write("ortools is not installed: pools without an answer count as missed.\n")


def measure(quick: bool) -> Iterator[Measured]:
    """Pools that get fuller: how many get no plan, by XAPI's packer and by us, and how long the answer takes."""
    hosts, guests, pools = (16, 250, 2) if quick else (64, 1_000, 20)
    for fill in (0.80,) if quick else (0.80, 0.90, 0.95, 0.98):
        drawn = [pool for seed in range(pools) if (pool := made_up(hosts, guests, fill, seed))]
        took = [answered(pool) for pool in drawn]
        size = f"{len(drawn)} pools of {named(hosts, guests)}, {fill:.0%} full"
        yield Measured(
            what="pools for which no plan is found",
            size=size,
            ours=sum(not found for found, _ in took),
            unit="",
            against="XAPI's packer",
            theirs=sum(not by_xapi(pool) for pool in drawn),
        )
        worst = max(seconds for _, seconds in took)
        yield Measured(what="the slowest answer", size=size, ours=worst, unit="s", goal=Goal(10.0, "ours"))
    for hosts, guests in SIZES[: 1 if quick else None]:
        pool = made_up(hosts, guests, 0.80, 0)
        if pool is not None:
            _, seconds = answered(pool)
            yield Measured(what="a place for everybody", size=named(hosts, guests), ours=seconds, unit="s", hosts=hosts)


def answered(pool: Pool) -> tuple[bool, float]:
    """Is everybody placed (or is it proven that nobody could)? And the seconds that took."""
    begin = time.perf_counter()
    found = answer(pool.leaving, pool.free, lambda: pool.residents)
    return not found.left or bool(found.proof), time.perf_counter() - begin


if __name__ == "__main__":
    main(sys.argv[1:])
