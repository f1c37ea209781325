"""Where memory is tight, room is made whenever that is possible at all, and never taken before it is there."""

from __future__ import annotations

import random
from collections import deque

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pools import pool, ref

from xenferry.plan.evacuate import evacuate
from xenferry.plan.evacuate_policy import Targets
from xenferry.plan.maintenance import enter
from xenferry.plan.placement import Answer, Item, answer
from xenferry.plan.placement.proof import impossible
from xenferry.plan.steps import Move, Plan, SetTicket
from xenferry.pool.hostset import HostSet
from xenferry.pool.snapshot import Snapshot

HOSTS = 3


class Tight:
    """A small pool of which one host is emptied; the others are nearly full."""

    def __init__(self, leaving: list[Item], residents: list[Item], free: list[int]) -> None:
        self.leaving, self.residents, self.free = leaving, residents, free
        self.items = {item.key: item for item in (*leaving, *residents)}

    def answer(self) -> Answer:
        return answer(self.leaving, self.free, lambda: self.residents)

    def solvable(self) -> bool:
        """Every state that any order of moves can reach, by breadth first search."""
        items = list(self.items.values())
        start = tuple(item.at for item in items)
        seen, queue = {start}, deque([start])
        while queue:
            state = queue.popleft()
            if None not in state:
                return True
            free = list(self.free)
            for item, at in zip(items, state, strict=True):
                if at is not None:
                    free[at] -= item.holds * (item.at != at)
                if item.at is not None and at != item.at:
                    free[item.at] += item.holds
            for number, item in enumerate(items):
                for host in item.may:
                    following = (*state[:number], host, *state[number + 1 :])
                    if host != state[number] and free[host] >= item.needs and following not in seen:
                        seen.add(following)
                        queue.append(following)
        return False


@st.composite
def tight(draw: st.DrawFn) -> Tight:
    residents, leaving = [], []
    free = [draw(st.integers(0, 7)) for _ in range(HOSTS)]
    masks = st.integers(1, 2**HOSTS - 1)
    for number in range(draw(st.integers(1, 5))):
        size, at = draw(st.integers(1, 6)), draw(st.integers(0, HOSTS - 1))
        residents.append(Item(f"r{number}", size, size, HostSet(draw(masks)), at))
    for number in range(draw(st.integers(1, 3))):
        size = draw(st.integers(1, 9))
        leaving.append(Item(f"l{number}", size, size, HostSet(draw(masks))))
    return Tight(leaving, residents, free)


@given(tight())
@settings(max_examples=400, deadline=None)
def test_whatever_is_possible_is_found_and_what_is_not_is_not_promised(made: Tight) -> None:
    found = made.answer()
    assert (not found.left) == made.solvable()
    if not found.left:
        assert {hop.key for hop in found.hops} >= {item.key for item in made.leaving}


def resident(key: str, size: int, may: int, at: int) -> Item:
    return Item(key, size, size, HostSet(may), at)


LONG_WAYS = (
    Tight(
        [Item("l0", 5, 5, HostSet(0b100)), Item("l1", 5, 5, HostSet(0b111))],
        [resident("r0", 6, 0b101, 1), resident("r1", 2, 0b010, 0)],
        [4, 1, 6],
    ),
    Tight(
        [Item("l0", 7, 7, HostSet(0b110))],
        [
            resident("r0", 5, 0b101, 1),
            resident("r1", 4, 0b011, 0),
            resident("r2", 3, 0b010, 1),
            resident("r3", 4, 0b011, 2),
            resident("r4", 2, 0b101, 1),
        ],
        [1, 1, 6],
    ),
)
"""Pools in which somebody has to go aside twice, or come back to where it was."""


@pytest.mark.parametrize("made", LONG_WAYS)
def test_a_way_is_found_on_which_guests_go_to_and_fro(made: Tight) -> None:
    found = made.answer()
    assert found.left == ()
    free, at = list(made.free), {key: item.at for key, item in made.items.items()}
    for hop in found.hops:
        item = made.items[hop.key]
        assert hop.target in item.may
        assert free[hop.target] >= item.needs
        free[hop.target] -= item.holds
        source = at[hop.key]
        if source is not None:
            free[source] += item.holds
        at[hop.key] = hop.target
    assert None not in at.values()


@given(tight())
@settings(max_examples=200, deadline=None)
def test_a_proof_of_impossibility_is_true(made: Tight) -> None:
    if made.answer().proof or impossible(made.leaving, made.residents, made.free):
        assert not made.solvable()


@given(tight(), st.randoms(use_true_random=False))
@settings(max_examples=200, deadline=None)
def test_however_the_moves_overlap_nobody_arrives_before_there_is_room(made: Tight, draw: random.Random) -> None:
    hops, free = made.answer().hops, list(made.free)
    waiting, running, over = set(range(len(hops))), list[int](), set[int]()
    while waiting or running:
        ready = [number for number in waiting if over.issuperset(hops[number].after)]
        if ready and (not running or draw.random() < 0.5):
            number = draw.choice(ready)
            item = made.items[hops[number].key]
            assert free[hops[number].target] >= item.needs
            free[hops[number].target] -= item.holds
            waiting.remove(number)
            running.append(number)
        else:
            number = running.pop(draw.randrange(len(running)))
            source = hops[number].source
            if source is not None:
                free[source] += made.items[hops[number].key].holds
            over.add(number)


def moves(plan: Plan) -> list[tuple[str, str, str]]:
    return [(step.guest.name, step.source.name, step.target.name) for step in plan.steps if isinstance(step, Move)]


FULL = """
pool P
host xcp1 memory=32GiB
host xcp2 memory=32GiB
host xcp3 memory=32GiB
guest a on=xcp1 memory=14GiB
guest b on=xcp2 memory=6GiB {b}
guest c on=xcp2 memory=11GiB {b}
guest d on=xcp3 memory=14GiB
"""


def planned(text: str, **given: Targets) -> tuple[Snapshot, Plan]:
    snapshot = pool(text)
    return snapshot, evacuate(snapshot, ref(snapshot, "host", "xcp1"), **given)


def test_a_guest_of_a_target_goes_aside_and_the_plan_says_so() -> None:
    _, plan = planned(FULL.format(b=""))
    assert plan.left == ()
    assert moves(plan) == [("b", "xcp2", "xcp3"), ("a", "xcp1", "xcp2")]
    first, second = (step for step in plan.steps if isinstance(step, Move))
    assert first.key in second.after
    assert "guest b of xcp2 moves too, to make room for others" in plan.notes


def test_only_the_hosts_own_guests_are_on_the_return_ticket() -> None:
    snapshot = pool(FULL.format(b=""))
    plan = enter(snapshot, ref(snapshot, "host", "xcp1"))
    tickets = [step for step in plan.steps if isinstance(step, SetTicket)]
    assert [guest.name for step in tickets for guest in step.migrated] == ["a"]


def test_a_guest_that_is_tagged_to_stay_is_not_moved_aside_and_what_would_help_is_named() -> None:
    _, plan = planned(FULL.format(b="tag=xenferry:leave"))
    (left,) = plan.left
    assert left.guest.name == "a"
    assert "no memory: the guest needs 14.1 GiB" in left.reason
    freed = [choice for choice in left.choices if choice.startswith("free ")]
    assert len(freed) == 1
    assert freed[0].endswith("then everybody finds room")
    assert any(choice.startswith("stop guest ") for choice in left.choices)


def test_impossible_is_proven_in_numbers() -> None:
    text = FULL.format(b="") + "guest e on=xcp1 memory=16GiB\n"
    _, plan = planned(text)
    assert any("are missing, however they are moved" in left.reason for left in plan.left)


def test_when_one_guest_less_is_not_enough_the_fewest_are_named_that_are() -> None:
    guests = "".join(f"guest g{number} on=xcp1 memory=4GiB\n" for number in range(8))
    full = "guest f on=xcp2 memory=40GiB\n"
    hosts = "pool P\nhost xcp1 memory=64GiB\nhost xcp2 memory=64GiB\n"
    _, plan = planned(hosts + guests + full)
    assert len(plan.left) > 2
    (stop,) = [choice for choice in plan.left[0].choices if choice.startswith("stop ") and "guests" in choice]
    assert stop.startswith(f"stop {len(plan.left)} guests, g")
    few = "".join(f"guest g{number} on=xcp1 memory=4GiB\n" for number in range(8 - len(plan.left)))
    assert planned(hosts + few + full)[1].left == (), "the others do find room"


ROOMY = """
pool P
host xcp1 memory=64GiB
host xcp2 memory=64GiB
host xcp3 memory=128GiB
guest a on=xcp1 memory=4GiB
guest b on=xcp1 memory=4GiB tag=xenferry:suspend
guest c on=xcp1 memory=4GiB tag=xenferry:ask
"""


def test_tags_say_how_a_guest_leaves() -> None:
    _, plan = planned(ROOMY)
    assert [type(step).__name__ for step in plan.steps] == ["Disable", "Suspend", "Move"]
    assert [left.guest.name for left in plan.left] == ["c"]
    assert "somebody has to choose" in plan.left[0].reason


def test_targets_may_be_preferred_or_avoided() -> None:
    snapshot, plan = planned(ROOMY)
    small, large = (ref(snapshot, "host", name) for name in ("xcp2", "xcp3"))
    assert moves(plan) == [("a", "xcp1", "xcp3")]
    assert moves(planned(ROOMY, targets=Targets(prefer=frozenset((small,))))[1]) == [("a", "xcp1", "xcp2")]
    assert moves(planned(ROOMY, targets=Targets(avoid=frozenset((large,))))[1]) == [("a", "xcp1", "xcp2")]


def test_guests_of_one_group_are_kept_apart_and_busy_cpus_spared() -> None:
    text = """
pool P
host xcp1 memory=64GiB cpus=8
host xcp2 memory=64GiB cpus=8
host xcp3 memory=56GiB cpus=8
guest a on=xcp1 memory=4GiB group=web
guest b on=xcp2 memory=1GiB group=web
guest c on=xcp1 memory=4GiB cpus=2
"""
    _, plan = planned(text)
    assert ("a", "xcp1", "xcp3") in moves(plan)
    assert ("c", "xcp1", "xcp3") in moves(planned(text + "guest busy on=xcp2 cpus=32 memory=1GiB\n")[1])
