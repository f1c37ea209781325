"""A move loads its links while it copies memory, and no longer."""

from __future__ import annotations

import asyncio
import itertools

from xenferry.lab.clock import virtual_run
from xenferry.lab.history import Move as Moved
from xenferry.lab.lab import Lab
from xenferry.lab.scenario import parse
from xenferry.plan import steps as s
from xenferry.plan.evacuate import evacuate
from xenferry.pool.capture import read_pool
from xenferry.pool.snapshot import Snapshot
from xenferry.runs import control
from xenferry.runs.engine import Setting
from xenferry.runs.journal import Journal
from xenferry.runs.pace import Pace
from xenferry.xapi import connect

LINKS = s.Limits(links={"a": 1e9, "b": 1e9})


def moving(name: str) -> s.Move:
    return s.Move(
        key=f"move-{name}",
        guest=s.Thing("VM", name, name),
        source=s.Thing("host", "a", "a"),
        target=s.Thing("host", "b", "b"),
        forecast=s.Forecast(memory_bytes=1 << 30, seconds=9.0, bits_per_second=1e9),
    )


def test_links_are_free_when_memory_is_copied_and_the_guest_is_not() -> None:
    pace, first = Pace(LINKS), moving("g1")
    assert not pace.progress(first, 0.91)
    assert "full" in (pace.blocked(moving("g2"), [first]) or "")
    assert pace.progress(first, 1.0)
    assert not pace.progress(first, 1.0), "that is news only once"
    assert pace.blocked(moving("g2"), [first]) is None
    assert "another step of guest g1" in (pace.blocked(moving("g1"), [first]) or "")


def test_progress_that_is_counted_anew_means_that_memory_is_copied() -> None:
    pace, first = Pace(LINKS), moving("g1")
    pace.progress(first, 0.91)
    assert pace.progress(first, 0.2)
    assert not pace.progress(moving("g2"), 0.2)


def test_a_move_that_is_begun_again_loads_its_links_again() -> None:
    pace, first = Pace(LINKS), moving("g1")
    assert pace.answered(first)
    pace.over(first)
    assert pace.blocked(moving("g2"), [first]) is not None


def moves_of(text: str) -> list[Moved]:
    """What the lab saw of emptying the first host."""

    async def scene() -> list[Moved]:
        lab = Lab.from_scenario(parse(text))
        async with connect(lab.address(lab.coordinator), "root", "lab", pin=None, dial=lab.dial) as connection:

            async def look() -> Snapshot:
                return await read_pool(connection)

            now = await look()
            journal = Journal("sqlite://", clock=asyncio.get_running_loop().time)
            plan = evacuate(now, now.hosts[0].ref)
            report = await control.begin(plan, Setting(journal=journal, pool=connection, look=look, owner="ann 1"))
            journal.close()
            assert report.state == "done"
            return sorted(lab.hypervisor.history.moves, key=lambda move: move.begin)

    return virtual_run(scene())


def test_the_next_guest_sets_out_when_the_one_before_has_been_copied() -> None:
    guests = "\n".join(f"guest g{number} on=h0 memory=8GiB" for number in range(4))
    hosts = "\n".join(f"host h{number} memory=64GiB\n  nic eth0 speed=1000 management" for number in range(2))
    moves = moves_of(f"pool P\n{hosts}\n{guests}")
    gaps = [later.begin - (earlier.end or 0.0) for earlier, later in itertools.pairwise(moves)]
    assert all(-1.0 < gap < 0.6 for gap in gaps), gaps
    took = [(move.end or 0.0) - move.begin for move in moves]
    assert max(took) < 0.7 * 8 * 2**30 * 8 / 1e9, "a slow link is crossed compressed"
