"""A plan's timeline shows when each step runs, on the links that it loads."""

from __future__ import annotations

from itertools import groupby

import msgspec
import pytest
from pools import pool, ref

from xenferry.plan import steps as s
from xenferry.plan.evacuate import evacuate
from xenferry.plan.migrate import migrate
from xenferry.plan.rolling import rolling
from xenferry.plan.schedule.load import blocked
from xenferry.plan.timeline.rows import POOL, Lane, Row, Timeline, Took, lanes, timeline

HOSTS = """
host a memory=64GiB
  nic eth0 ip=192.0.2.1/24 speed=10000 management
host b memory=64GiB
  nic eth0 ip=192.0.2.2/24 speed=10000 management
host c memory=64GiB
  nic eth0 ip=192.0.2.3/24 speed=1000 management
sr s nfs default
"""
SIX = HOSTS + "".join(f"guest g{number} on=a memory={number + 2}GiB\n  disk r\n" for number in range(6))


def evacuated(text: str = SIX) -> s.Plan:
    snapshot = pool(text)
    return evacuate(snapshot, ref(snapshot, "host", "a"), {})


def on(known: Timeline, host: str, way: str) -> list[Row]:
    return [row for row in known.rows if row.lane.thing.name == host and row.lane.way == way]


def test_a_move_is_on_the_link_it_leaves_by_and_on_the_one_it_comes_in_by() -> None:
    plan = evacuated()
    known = timeline(plan)
    moves = [step for step in plan.steps if isinstance(step, s.Move)]
    assert len(moves) == 6
    assert sorted(row.key for row in on(known, "a", "out of")) == sorted(step.key for step in moves)
    for step in moves:
        (came_in,) = (row for row in on(known, step.target.name, "into") if row.key == step.key)
        assert came_in.guest == step.guest.name
        assert came_in.end - came_in.begin == pytest.approx(step.forecast.seconds)


def test_it_ends_when_the_plan_says_and_nothing_runs_that_the_limits_forbid() -> None:
    plan = evacuated()
    known = timeline(plan)
    assert max(row.end for row in known.rows) == pytest.approx(plan.totals.seconds)
    assert known.totals == plan.totals
    begins = {row.key: (row.begin, row.end) for row in known.rows}
    for step in plan.steps:
        begin = begins[step.key][0]
        assert all(begins[key][1] <= begin + 1e-9 for key in step.after)
        running = [
            each for each in plan.steps if begins[each.key][0] < begin < begins[each.key][1] and each.key != step.key
        ]
        assert blocked(step, running, plan.limits) is None


def test_what_is_done_to_a_host_is_on_its_own_lane() -> None:
    snapshot = pool(SIX)
    known = timeline(rolling(snapshot))
    assert {row.what for row in on(known, "a", "on")} == {"disable", "reboot", "enable"}
    order = [row.what for row in on(known, "a", "on")]
    assert order.index("disable") < order.index("reboot") < order.index("enable")


def test_lanes_of_a_host_are_together_and_steps_are_in_the_order_in_which_they_begin() -> None:
    snapshot = pool(SIX)
    rows = timeline(rolling(snapshot)).rows
    seen: list[Lane] = []
    for row in rows:
        if not seen or seen[-1] != row.lane:
            assert row.lane not in seen
            seen.append(row.lane)
    hosts = [name for name, _ in groupby(lane.thing.name for lane in seen)]
    assert len(hosts) == len(set(hosts)) == 3
    for lane in seen:
        begins = [row.begin for row in rows if row.lane == lane]
        assert begins == sorted(begins)


def test_disks_go_into_their_storage_and_a_guest_that_stays_is_on_its_host() -> None:
    snapshot = pool(HOSTS + "sr t nfs\nguest g on=a memory=2GiB\n  disk r sr=s size=4GiB\n")
    plan = migrate(snapshot, [ref(snapshot, "VM", "g")], sr=ref(snapshot, "SR", "t"))
    known = timeline(plan)
    assert [step for step in plan.steps if isinstance(step, s.MoveDisk | s.MoveWithDisks)]
    for row in known.rows:
        assert (row.lane.thing.name, row.lane.way) in {("t", "into"), ("a", "on")}


def test_a_step_that_concerns_no_host_is_on_the_pools_lane() -> None:
    drive = s.Thing("VBD", "v", "hdd")
    assert lanes(s.Eject(key="e", guest=s.Thing("VM", "g", "mail"), drive=drive)) == (Lane(POOL),)


def test_a_host_of_another_pool_is_named_with_its_pool() -> None:
    there = s.Destination(pool=s.Thing("pool", "q", "cellar"), configured="", host=s.Thing("host", "h", "far"))
    step = s.Cross(key="c", guest=s.Thing("VM", "g", "mail"), source=s.Thing("host", "n", "near"), there=there,
                   cargo=(), links=())  # fmt: skip
    assert lanes(step) == (
        Lane(s.Thing("host", "n", "near"), "out of"),
        Lane(s.Thing("host", "h", "far"), "into", "cellar"),
    )


def test_what_it_took_stands_beside_the_forecast() -> None:
    plan = evacuated()
    first = plan.steps[0].key
    known = timeline(plan, {first: Took(state="done", begin=1.0, end=99.0, pause_seconds=0.4)})
    assert {row.took.end for row in known.rows if row.took} == {99.0}
    assert known.took_seconds == 99.0
    assert timeline(plan).took_seconds is None


def test_an_empty_plan_is_an_empty_timeline() -> None:
    plan = s.Plan(wish="nothing", pool=s.Thing("pool", "u", "p"), made_at=0.0, steps=())
    known = timeline(plan)
    assert known.rows == ()
    assert known.steps == 0


def test_it_goes_through_json() -> None:
    known = timeline(evacuated())
    assert msgspec.json.decode(msgspec.json.encode(known), type=Timeline) == known
