"""How long it takes to reboot a whole pool, against Xen Orchestra's procedure and a bound that nothing can beat.

    python benchmarks/rolling.py [--hosts 64] [--guests 4000] [--full 0.85]

A made-up pool; all plans use the same forecast of each migration and the same ten minutes per reboot. Xen Orchestra's
rolling reboot, simulated: the coordinator first, then one host after the other, three migrations at a time; in the end
everybody goes back, three at a time. The bound: free memory x time has to cover every host's memory while it is down,
what is empty on it before that (so long before it goes down no more than its link carries can be on it), and what is
reserved on the target for the part of a guest that has not arrived. What is still held of it on the source is not
counted, because the host that is drained counts it already.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections.abc import Iterator, Mapping

from measured import SIZES, Goal, Measured, named
from msgspec.structs import replace

import data
from xenferry.lab.scenario import parse
from xenferry.plan import forecast, room
from xenferry.plan import steps as s
from xenferry.plan.forecast.figures import REBOOT_SECONDS
from xenferry.plan.placement import Item, place
from xenferry.plan.rolling import rolling
from xenferry.plan.schedule.limits import Limits
from xenferry.plan.schedule.load import Job, job
from xenferry.plan.schedule.play import length, play
from xenferry.pool.hostset import HostSet
from xenferry.pool.records import Ref
from xenferry.pool.snapshot import Snapshot

THREE = Limits(per_host=3)


def made_up(hosts: int, guests: int, full: float, seed: int = 1) -> Snapshot:
    """Hosts alike, each as full; guests of 1 to 16 GiB that may go everywhere."""
    draw = random.Random(seed)  # noqa: S311 a made-up pool
    sizes = [draw.choice((1, 2, 2, 4, 4, 8, 8, 16)) for _ in range(guests)]
    memory = int(sum(sizes) * 1.02 / hosts / full) + 6
    used, lines = [0] * hosts, ["pool P", *(f"host h{number} memory={memory}GiB cpus=64" for number in range(hosts))]
    for number, size in enumerate(sorted(sizes, reverse=True)):
        host = min(range(hosts), key=lambda each: used[each])
        used[host] += size
        lines.append(f"guest g{number} on=h{host} memory={size}GiB")
    return Snapshot.from_tables(parse("\n".join(lines)).tables)


def bound(snapshot: Snapshot) -> float:
    """Seconds that free memory needs to cover every reboot, every host's draining and every guest's move."""
    free, links = room.free(snapshot), forecast.limits(snapshot).links
    guests = [vm for vm in snapshot.guests if vm.power_state == "Running"]
    down = twice = 0.0
    for position, host in enumerate(snapshot.hosts):
        own = [vm for vm in guests if vm.resident_on == host.ref]
        capacity = free[position] + sum(map(room.held, own))
        down += capacity * (REBOOT_SECONDS + capacity * 8 / links[host.uuid] / 2)
    for vm in guests:
        other = next(host.ref for host in snapshot.hosts if host.ref != vm.resident_on)
        twice += room.held(vm) * forecast.of_move(snapshot, vm, other).seconds
    return (down + twice / 2) / sum(free)


def by_xen_orchestra(snapshot: Snapshot) -> tuple[float, float, int]:
    """Seconds with the way back and without it, and moves."""
    free, seconds, moved = room.free(snapshot), 0.0, 0
    at = {vm.ref: snapshot.place[vm.resident_on] for vm in snapshot.guests if vm.power_state == "Running"}
    home = dict(at)
    for host in range(len(free)):
        leaving = [ref for ref, place_now in at.items() if place_now == host]
        items = [
            Item(ref, room.needed(snapshot, vm), room.held(vm), HostSet(snapshot.everywhere - (1 << host)))
            for ref, vm in ((ref, snapshot.VM[ref]) for ref in leaving)
        ]
        placed = {Ref(str(key)): target for key, target in place(items, free).items()}
        seconds += length(play(list(_jobs(snapshot, dict.fromkeys(leaving, host), placed)), THREE))
        seconds += REBOOT_SECONDS
        for item in items:
            ref = Ref(str(item.key))
            if ref in placed:
                target = placed[ref]
                free[target] -= item.holds
                free[host] += item.holds
                at[ref] = target
                moved += 1
    back = {ref: home[ref] for ref in at if at[ref] != home[ref]}
    returning = length(play([replace(each, ends=()) for each in _jobs(snapshot, at, back)], Limits()))
    alone = sum(each.seconds for each in _jobs(snapshot, at, back)) / 3  # three at a time in the whole pool
    return seconds + max(alone, returning), seconds, moved + len(back)


def _jobs(snapshot: Snapshot, at: Mapping[Ref, int], to: Mapping[Ref, int]) -> Iterator[Job]:
    for ref, target in to.items():
        vm, hosts = snapshot.VM[ref], snapshot.hosts
        source = hosts[at[ref]]
        step = s.Move(
            key=vm.uuid,
            guest=s.Thing("VM", vm.uuid, vm.name_label),
            source=s.Thing("host", source.uuid, source.name_label),
            target=s.Thing("host", hosts[target].uuid, hosts[target].name_label),
            forecast=forecast.of_move(snapshot, vm, hosts[target].ref, source=source.ref),
        )
        yield job(step)


def main(argv: list[str]) -> None:
    """Print hours, times the bound, moves per guest and seconds of planning."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--hosts", type=int, default=64)
    parser.add_argument("--guests", type=int, default=4000)
    parser.add_argument("--full", type=float, default=0.85)
    asked = parser.parse_args(argv)
    snapshot = made_up(asked.hosts, asked.guests, asked.full)
    least, lines = bound(snapshot), list[tuple[str, ...]]()
    whole, short, moves = by_xen_orchestra(snapshot)

    def line(name: str, seconds: float, moves: int, planning: str, left: int) -> None:
        share = f"{seconds / least:.2f}"
        lines.append((name, f"{seconds / 3600:.2f}", share, f"{moves / asked.guests:.3f}", str(left), planning))

    line("Xen Orchestra's procedure", whole, moves, "", 0)
    line("  the same without the way back", short, moves // 2, "", 0)
    for name, more in (
        ("xenferry", {}),
        ("xenferry --home", {"home": True}),
        ("xenferry --together 1", {"together": 1}),
    ):
        begin = time.perf_counter()
        plan = rolling(snapshot, **more)
        took = time.perf_counter() - begin
        moved = sum(isinstance(step, s.Move) for step in plan.steps)
        line(name, plan.totals.seconds, moved, f"{took:.2f}", len(plan.left))
    free = sum(room.free(snapshot)) / sum(memory for memory in _sizes(snapshot))
    sys.stdout.write(f"{asked.hosts} hosts, {asked.guests} guests, {1 - free:.1%} full; bound {least / 3600:.2f} h\n")
    data.table(("way", "hours", "x bound", "moves per guest", "left", "s to plan"), lines)


def _sizes(snapshot: Snapshot) -> list[int]:
    held = {host.ref: 0 for host in snapshot.hosts}
    for vm in snapshot.guests:
        if vm.resident_on in held:
            held[vm.resident_on] += room.held(vm)
    return [held[host.ref] + free for host, free in zip(snapshot.hosts, room.free(snapshot), strict=True)]


def measure(quick: bool) -> Iterator[Measured]:
    """Pools of growing size, 85 % full; Xen Orchestra's procedure beside ours, and the time to plan."""
    for hosts, guests in ((8, 100),) if quick else SIZES[1:4]:
        snapshot = made_up(hosts, guests, 0.7 if quick else 0.85)
        least, (theirs, _, _) = bound(snapshot), by_xen_orchestra(snapshot)
        begin = time.perf_counter()
        plan = rolling(snapshot)
        planning = time.perf_counter() - begin
        size, big = f"{named(hosts, guests)}{f', {len(plan.left)} left' if plan.left else ''}", hosts >= 64
        yield Measured(
            what="rebooting every host, 10 minutes each", size=size, ours=plan.totals.seconds / 3600, unit="h",
            against="Xen Orchestra's procedure", theirs=theirs / 3600, goal=Goal(1 / 3) if big else None, hosts=hosts,
        )  # fmt: skip
        yield Measured(
            what="the same, as a multiple of a bound", size=size, ours=plan.totals.seconds / least, unit="x",
            against="Xen Orchestra's procedure", theirs=theirs / least, goal=Goal(2.0, "ours") if big else None,
        )  # fmt: skip
        yield Measured(what="planning it", size=size, ours=planning, unit="s")


if __name__ == "__main__":
    main(sys.argv[1:])
