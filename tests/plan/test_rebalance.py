"""The hosts are used alike afterwards, with few moves, each of which finds room when its turn comes."""

from __future__ import annotations

import random

from hypothesis import given, settings
from hypothesis import strategies as st
from pools import pool, ref

from xenferry.plan import steps as s
from xenferry.plan.evacuate_policy import Targets
from xenferry.plan.placement import Item
from xenferry.plan.rebalance import rebalance
from xenferry.plan.rebalance_moves import level
from xenferry.pool.hostset import HostSet


def moves(plan: s.Plan) -> list[tuple[str, str, str]]:
    return [(step.guest.name, step.source.name, step.target.name) for step in plan.steps if isinstance(step, s.Move)]


THREE = """
pool P
host h1 memory=64GiB
host h2 memory=64GiB
host h3 memory=64GiB
"""


def test_the_full_host_gives_to_the_empty_ones_and_the_plan_says_what_that_brings() -> None:
    plan = rebalance(pool(THREE + "".join(f"guest g{n} on=h1 memory=8GiB\n" for n in range(6))))
    assert {source for _, source, _ in moves(plan)} == {"h1"}
    assert sorted(target for _, _, target in moves(plan)) == ["h2", "h2", "h3", "h3"]
    assert any(note.startswith("memory used on the fullest host: 8") for note in plan.notes)


def test_an_even_pool_is_left_alone() -> None:
    plan = rebalance(pool(THREE + "".join(f"guest g{n} on=h{n} memory=8GiB\n" for n in (1, 2, 3))))
    assert plan.steps == ()
    assert any("as evenly as moves" in note for note in plan.notes)


def test_no_more_guests_move_than_allowed_and_none_from_or_to_what_is_left_alone() -> None:
    text = THREE + "".join(f"guest g{n} on=h1 memory=8GiB\n" for n in range(6))
    assert len(moves(rebalance(pool(text), most=1))) == 1
    snapshot = pool(text)
    alone = rebalance(snapshot, targets=Targets(avoid=frozenset((ref(snapshot, "host", "h3"),))))
    assert {target for _, _, target in moves(alone)} == {"h2"}
    assert moves(rebalance(pool(text.replace("h3 memory=64GiB", "h3 memory=64GiB disabled")))) == moves(alone)


def test_a_guest_that_is_tagged_to_stay_stays_and_groups_stay_apart() -> None:
    text = THREE + "guest a on=h1 memory=8GiB tag=xenferry:leave\nguest b on=h1 memory=8GiB group=web\n"
    text += "guest c on=h2 memory=1GiB group=web\nguest d on=h3 memory=2GiB\n"
    made = moves(rebalance(pool(text)))
    assert ("b", "h1", "h3") in made
    assert "a" not in {guest for guest, _, _ in made}


def test_guests_change_places_where_no_single_move_helps() -> None:
    def item(key: str, size: int, at: int) -> Item:
        return Item(key, size, size, HostSet(3 & ~(1 << at)), at)

    found = level([item("big", 6, 0), item("also", 6, 0), item("small", 4, 1), item("tiny", 4, 1)], [6, 10])
    assert found.after.spread < 1e-9
    assert [hop.key for hop in found.hops] == ["big", "tiny"]


@given(st.integers(0, 10_000))
@settings(max_examples=60, deadline=None)
def test_every_move_finds_room_and_the_spread_falls(seed: int) -> None:
    draw, hosts = random.Random(seed), 5  # noqa: S311 made-up pools
    items, used = [], [0] * hosts
    for number in range(30):
        at, size = draw.randrange(hosts), draw.randint(1, 9)
        items.append(Item(number, size, size, HostSet(draw.getrandbits(hosts) & ~(1 << at)), at, draw.randint(1, 4)))
        used[at] += size
    free = [max(used) + 3 - each for each in used]
    found, left = level(items, free, [4] * hosts), list(free)
    known = {item.key: item for item in items}
    for hop in found.hops:
        assert hop.source is not None
        assert hop.target in known[hop.key].may | 1 << (known[hop.key].at or 0)
        assert left[hop.target] >= known[hop.key].needs
        left[hop.target] -= known[hop.key].holds
        left[hop.source] += known[hop.key].holds
    assert found.after.spread <= found.before.spread
    assert len(found.hops) < 60
