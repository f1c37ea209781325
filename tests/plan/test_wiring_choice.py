"""The renaming found is the smallest one: checked against trying everything."""

from __future__ import annotations

from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xenferry.plan.wiring.choice import Chosen, Cost, Puzzle, Strand, choose, price

NAMES = ("eth0", "eth1", "eth2", "eth3")
HOSTS = ("a", "b", "c", "d")


@st.composite
def puzzles(draw: st.DrawFn) -> Puzzle:
    """Up to four hosts, whose NICs have different names, plugged into up to four cables anyhow."""
    hosts = draw(st.lists(st.sampled_from(HOSTS), min_size=1, max_size=4, unique=True))
    cables: list[dict[str, str]] = [{} for _ in range(draw(st.integers(1, 4)))]
    loose: dict[str, frozenset[str]] = {}
    for host in hosts:
        names = draw(st.permutations(NAMES))
        for cable, name in zip(cables, names, strict=False):
            if draw(st.booleans()):
                cable[host] = name
            elif draw(st.booleans()):
                loose[host] = loose.get(host, frozenset()) | {name}
    weight = {host: draw(st.integers(1, 4)) for host in hosts}
    return Puzzle(strands=tuple(Strand(each) for each in cables if each), weight=weight, loose=loose)


def brute(puzzle: Puzzle) -> tuple[Cost, int]:
    """The least price of all ways, and how many ways have it, names that nobody has counting as one."""
    spare = tuple(f"spare{number}" for number in range(len(puzzle.strands)))
    known = list(permutations(NAMES + spare, len(puzzle.strands)))
    best = min(price(puzzle, names) for names in known)
    ways = {
        tuple(name if name in strand.names.values() else "" for name, strand in zip(names, puzzle.strands, strict=True))
        for names in known
        if price(puzzle, names) == best
    }
    return best, len(ways)


@settings(max_examples=150, deadline=None)
@given(puzzles())
def test_no_other_naming_costs_less(puzzle: Puzzle) -> None:
    chosen = choose(puzzle)
    best, ways = brute(puzzle)
    assert len(set(chosen.names)) == len(chosen.names)
    assert chosen.cost == price(puzzle, chosen.names) == best
    assert chosen.proven
    assert (chosen.rival is not None) == (ways > 1)


def test_the_common_name_wins() -> None:
    puzzle = Puzzle(strands=(Strand({"a": "eth0", "b": "eth0", "c": "eth4"}),), weight={})
    assert choose(puzzle) == Chosen(names=("eth0",), cost=(1, 1))


def test_crossed_cables_are_uncrossed_on_the_lighter_side() -> None:
    crossed = (Strand({"a": "eth0", "b": "eth1"}), Strand({"a": "eth1", "b": "eth0"}))
    chosen = choose(Puzzle(strands=crossed, weight={"a": 2, "b": 1}))
    assert (chosen.names, chosen.cost, chosen.rival) == (("eth0", "eth1"), (1, 2), None)


def test_two_sides_of_the_same_weight_are_told_and_a_person_decides() -> None:
    crossed = (Strand({"a": "eth0", "b": "eth1"}), Strand({"a": "eth1", "b": "eth0"}))
    assert choose(Puzzle(strands=crossed, weight={})).rival == ("eth1", "eth0")
    wanted = (crossed[0], Strand({"a": "eth1", "b": "eth0"}, fixed="eth0"))
    assert choose(Puzzle(strands=wanted, weight={})).names == ("eth1", "eth0")


def test_a_cable_whose_name_is_needed_elsewhere_gets_one_that_its_host_gave_up() -> None:
    strands = (Strand({"a": "eth0", "c": "eth0", "b": "eth4"}), Strand({"b": "eth0"}))
    assert choose(Puzzle(strands=strands, weight={})).names == ("eth0", "eth4")


def test_two_cables_under_one_name_are_refused() -> None:
    strands = (Strand({"a": "eth0"}, fixed="eth0"), Strand({"b": "eth0"}, fixed="eth0"))
    with pytest.raises(ValueError, match="eth0"):
        choose(Puzzle(strands=strands, weight={}))


def test_fifty_hosts_cabled_anyhow_take_no_time() -> None:
    orders = [NAMES[host % 4 :] + NAMES[: host % 4] for host in range(50)]
    strands = tuple(Strand({host: order[cable] for host, order in enumerate(orders)}) for cable in range(4))
    assert choose(Puzzle(strands=strands, weight={})).proven
