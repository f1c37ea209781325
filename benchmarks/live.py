"""How fast one event is judged, against judging the whole pool again.

    python benchmarks/live.py [HOSTS GUESTS]

Three usual events of a made-up pool (see matrix.py): a guest becomes busy, a guest has moved, a disk is plugged. The
snapshot after the event is made beforehand; taking it over is measured, the median of many, and judging it whole.
"""

from __future__ import annotations

import gc
import random
import statistics
import sys
import time
from collections.abc import Callable, Iterator

from matrix import judge_all, made_up
from measured import SIZES, Goal, Measured, named
from msgspec.structs import force_setattr, replace

from xenferry.pool.records import Record, Ref
from xenferry.pool.snapshot import Snapshot
from xenferry.rules.live import LiveMatrix

Event = tuple[Snapshot, frozenset[Ref]]
TIMES = 300


def with_record(s: Snapshot, cls: str, record: Record, ref: Ref) -> Event:
    """The snapshot after an event of one object."""
    force_setattr(record, "ref", ref)
    return s.with_tables({cls: {**s.tables[cls], ref: record}}, 0.0), frozenset({ref})


def busy(s: Snapshot, draw: random.Random) -> Event:
    """A guest's migration begins."""
    vm = draw.choice(s.guests)
    return with_record(s, "VM", replace(vm, current_operations={"task": "pool_migrate"}), vm.ref)


def moved(s: Snapshot, draw: random.Random) -> Event:
    """A guest arrives on another host."""
    vm = draw.choice(s.guests)
    return with_record(s, "VM", replace(vm, resident_on=draw.choice(s.hosts).ref), vm.ref)


def emptied(s: Snapshot, draw: random.Random) -> Event:
    """A drive loses its disk."""
    vbd = draw.choice(list(s.VBD.values()))
    return with_record(s, "VBD", replace(vbd, empty=True), vbd.ref)


def follow(start: Snapshot, event: Callable[[Snapshot, random.Random], Event]) -> tuple[float, float]:
    """Median seconds of taking over one event, and of judging the last snapshot whole."""
    draw, live, s, seconds = random.Random(1), LiveMatrix(start), start, list[float]()  # noqa: S311 a made-up pool
    for _ in range(TIMES):
        before, (s, touched) = s, event(s, draw)
        begun = time.perf_counter()
        live.follow(s, touched)
        seconds.append(time.perf_counter() - begun)
        del before  # not while the clock runs: to free its table is the snapshot's cost, not the judgement's
    fresh = Snapshot(s.tables, not_read=s.not_read)
    begun = time.perf_counter()
    judge_all(fresh)
    return statistics.median(seconds), time.perf_counter() - begun


def main(hosts: int = 64, guests: int = 4000) -> None:
    """Print both times and their ratio for each kind of event."""
    start = Snapshot.from_tables(made_up(hosts, guests))
    gc.collect()
    gc.disable()
    for event in (busy, moved, emptied):
        ours, whole = follow(start, event)
        sys.stdout.write(
            f"{hosts} hosts x {guests} guests, a guest is {event.__name__}: {ours * 1000:.2f} ms,"
            f" whole {whole * 1000:.1f} ms, ratio {whole / ours:.0f}\n"
        )


def measure(quick: bool) -> Iterator[Measured]:
    """Each kind of event in pools of growing size."""
    gc.collect()
    for hosts, guests in SIZES[: 1 if quick else None]:
        start = Snapshot.from_tables(made_up(hosts, guests))
        for event, words in ((busy, "becomes busy"), (moved, "has moved"), (emptied, "loses a disk")):
            ours, whole = follow(start, event)
            yield Measured(
                what=f"judged again when a guest {words}",
                size=named(hosts, guests),
                ours=ours,
                unit="s",
                against="judging the pool whole",
                theirs=whole,
                goal=Goal(0.001, "ours") if hosts == 64 else None,
                hosts=hosts,
            )


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
