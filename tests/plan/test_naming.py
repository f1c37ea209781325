"""The renaming found is the smallest one."""

from __future__ import annotations

from itertools import permutations

from hypothesis import given
from hypothesis import strategies as st

from xenferry.plan.naming import Wishes, assign

NAMES = ("eth0", "eth1", "eth2", "eth3")


def saved(wishes: tuple[Wishes, ...], names: tuple[str, ...]) -> float:
    return sum(dict(cable).get(name, 0.0) for cable, name in zip(wishes, names, strict=True))


cables = st.lists(
    st.dictionaries(st.sampled_from(NAMES), st.integers(1, 5).map(float), min_size=1, max_size=3).map(
        lambda wish: tuple(wish.items())
    ),
    min_size=1,
    max_size=4,
).map(tuple)


@given(cables)
def test_no_other_naming_renames_fewer_nics(wishes: tuple[Wishes, ...]) -> None:
    chosen = assign(wishes)
    assert len(set(chosen)) == len(chosen)
    spare = tuple(f"spare{number}" for number in range(len(wishes)))
    best = max(saved(wishes, names) for names in permutations(NAMES + spare, len(wishes)))
    assert saved(wishes, chosen) == best


def test_the_common_name_wins() -> None:
    assert assign(((("eth0", 3.0), ("eth4", 1.0)),)) == ("eth0",)


def test_crossed_cables_are_uncrossed_on_one_side_only() -> None:
    crossed: tuple[Wishes, ...] = ((("eth0", 1.001), ("eth1", 1.0)), (("eth1", 1.001), ("eth0", 1.0)))
    assert assign(crossed) == ("eth0", "eth1")


def test_a_cable_whose_name_is_needed_elsewhere_gets_a_free_one() -> None:
    taken: tuple[Wishes, ...] = ((("eth0", 2.0), ("eth1", 1.0)), (("eth0", 1.0),))
    assert assign(taken) == ("eth0", "eth1")
