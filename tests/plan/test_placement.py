"""A placement keeps to the hosts that may take a guest and to their memory, and uses what room there is."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from xenferry.plan.placement import Item, place
from xenferry.pool.hostset import HostSet

HOSTS = 4


@st.composite
def items(draw: st.DrawFn) -> list[Item]:
    count = draw(st.integers(1, 10))
    sizes = draw(st.lists(st.integers(1, 16), min_size=count, max_size=count))
    masks = draw(st.lists(st.integers(1, 2**HOSTS - 1), min_size=count, max_size=count))
    pairs = zip(sizes, masks, strict=True)
    return [Item(number, size + 1, size, HostSet(mask)) for number, (size, mask) in enumerate(pairs)]


@given(items(), st.lists(st.integers(0, 40), min_size=HOSTS, max_size=HOSTS))
@settings(max_examples=200, deadline=None)
def test_nobody_is_put_where_it_may_not_be_or_where_there_is_no_room(guests: list[Item], free: list[int]) -> None:
    placed = place(guests, free)
    for host in range(HOSTS):
        there = [guest for guest in guests if placed.get(guest.key) == host]
        assert all(host in guest.may for guest in there)
        assert sum(guest.holds for guest in there) <= free[host]


@given(items(), st.lists(st.integers(0, 40), min_size=HOSTS, max_size=HOSTS))
@settings(max_examples=200, deadline=None)
def test_nobody_is_left_out_while_a_host_that_may_take_it_has_room(guests: list[Item], free: list[int]) -> None:
    placed = place(guests, free)
    rest = list(free)
    for guest in guests:
        if guest.key in placed:
            rest[placed[guest.key]] -= guest.holds
    for guest in guests:
        assert guest.key in placed or all(rest[host] < guest.needs for host in guest.may)


def test_one_is_pushed_aside_when_that_makes_room_for_another() -> None:
    guests = [Item("either", 10, 10, HostSet.of((0, 1))), Item("second", 9, 9, HostSet.of((0, 2)))]
    assert place(guests, [10, 10, 5]) == {"either": 1, "second": 0}
