"""Can every host be emptied, one at a time: the score, the weakest point, and what is missing, to the byte."""

from __future__ import annotations

import random

import pytest

from xenferry.lab.scenario import parse
from xenferry.lab.scenario.generate import generate
from xenferry.plan.evacuate import evacuate
from xenferry.plan.readiness import Emptying, Readiness, in_words, readiness
from xenferry.pool.snapshot import Snapshot
from xenferry.rules.facts import memory

PAIR = "pool p\nhost a memory=32GiB\nhost b memory=32GiB\nsr s nfs\n"


def of(text: str) -> tuple[Snapshot, Readiness]:
    s = Snapshot.from_tables(parse(text).tables)
    return s, readiness(s)


def host(s: Snapshot, found: Readiness, name: str) -> Emptying:
    (each,) = [each for each in found.hosts if s.name(each.host) == name]
    return each


def test_a_pool_in_which_everything_fits_has_100() -> None:
    s, found = of(PAIR + "guest web on=a memory=4GiB\nguest db on=b memory=8GiB\n")
    assert (found.score, found.weakest) == (100, None)
    assert in_words(s, found) == "Readiness 100 of 100: every host can be emptied, one at a time."


def test_a_pool_without_running_guests_has_100_and_a_single_host_with_one_has_0() -> None:
    assert of(PAIR + "guest web halted\n")[1].score == 100
    _, found = of("pool p\nhost a\nguest web on=a\n")
    (stay,) = found.hosts[0].stays
    assert (found.score, stay.code, stay.cure) == (0, "no-other-host", "Add a host to the pool.")
    assert found.hosts[0].xapi[0] == "CANNOT_EVACUATE_HOST"


def test_missing_memory_is_told_to_the_byte_with_the_smallest_cure() -> None:
    hosts = PAIR.replace("a memory=32GiB", "a memory=64GiB")
    s, found = of(hosts + "guest big on=a memory=28GiB\nguest other on=b memory=12GiB\n")
    weakest = found.weakest
    assert weakest is not None
    assert s.name(weakest.host) == "a"
    (stay,) = weakest.stays
    free = memory.free(s, s.hosts[1].ref)
    assert stay.missing_bytes == memory.needed(s, s.VM[stay.guest]) - free > 0
    assert stay.code == "not-enough-memory"
    assert stay.cure.startswith("Free ")
    assert stay.cure.endswith(" on b.")
    assert found.score == 50, "a: nothing finds room; b: everything does"


def test_the_score_counts_the_memory_that_finds_room() -> None:
    text = (
        PAIR
        + "sr own lvm on=a\nguest web on=a memory=4GiB\n  disk r sr=own\nguest db on=a memory=12GiB\n  disk r sr=s\n"
    )
    s, found = of(text)
    each = host(s, found, "a")
    assert each.placed_bytes == memory.needed(s, next(vm for vm in s.guests if vm.name_label == "db"))
    assert found.score == 100 * each.placed_bytes // each.bytes
    (stay,) = each.stays
    assert (s.name(stay.guest), stay.code, stay.missing_bytes) == ("web", "disk-not-on-host", 0)
    assert "xenferry storage move --from own --to s" in stay.cure
    assert "Weakest: a, where web would stay." in in_words(s, found)


def test_the_cheapest_host_is_the_one_whose_cure_is() -> None:
    text = (
        "pool p\nhost a\n  nic eth0 management\n  nic eth1\nhost b\n  nic eth0 management\nhost c\n"
        "  nic eth0 management\n  nic eth1\nsr s nfs unplugged=c\nguest web on=a\n  disk r sr=s\n  nic eth1\n"
    )
    s, found = of(text)
    (stay,) = host(s, found, "a").stays
    assert (stay.code, "pbd-plug" in stay.cure) == ("disk-not-on-host", True), "plugging is cheaper than a NIC"


def test_a_disabled_host_is_no_place() -> None:
    s, found = of("pool p\nhost a\nhost b disabled\nguest web on=a\n")
    assert [stay.code for stay in host(s, found, "a").stays] == ["host-disabled"]


def test_a_host_that_chains_of_moves_can_empty_counts_as_such() -> None:
    text = (
        "pool p\nhost a memory=16GiB\nhost b memory=16GiB\n  nic eth0 management\nhost c memory=24GiB\nsr s nfs\n"
        "sr own nfs on=a,b\nguest pinned on=a memory=8GiB\n  disk r sr=own\n"
        "guest free on=b memory=6GiB\n  disk r sr=s\n"
    )
    s = Snapshot.from_tables(parse(text).tables)
    quick, slow = readiness(s, thorough=False), readiness(s)
    planned = {vm.guest.name for vm in evacuate(s, s.hosts[0].ref).left}
    assert {s.name(stay.guest) for stay in slow.hosts[0].stays} == planned
    assert slow.score >= quick.score


@pytest.mark.parametrize("seed", range(6))
def test_100_means_that_the_planner_empties_every_host(seed: int) -> None:
    draw = random.Random(seed)  # noqa: S311 made-up pools
    s = Snapshot.from_tables(generate(draw.randint(2, 5), draw.randint(3, 40), seed).tables)
    found = readiness(s)
    assert 0 <= found.score <= 100
    assert (found.score == 100) == all(not each.stays for each in found.hosts)
    for each in found.hosts:
        assert 0 <= each.placed_bytes <= each.bytes
        plan = evacuate(s, each.host)
        stays = {s.VM[stay.guest].uuid for stay in each.stays}
        assert stays == {left.guest.uuid for left in plan.left}
