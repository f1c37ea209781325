"""What is asked of two pools, of the readiness and of a picture is answered, whatever records are missing."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st
from test_torn_snapshots import POOLS, torn

from xenferry.plan import picture
from xenferry.plan.readiness import in_words, readiness
from xenferry.pool.records import NULL, Ref
from xenferry.pool.snapshot import Snapshot
from xenferry.rules import crossings, matrix
from xenferry.rules.journey import as_halted, to_pool

EACH = 3
"""So many guests and hosts of a pool are asked about."""


def ask(here: Snapshot, there: Snapshot) -> None:
    halted = as_halted(here, here.guests)
    for host in there.hosts[:EACH]:
        for vm in here.guests[:EACH]:
            for s in (here, halted):
                for srs in ({}, {Ref(NULL): next(iter(there.SR), Ref(NULL))}):
                    journey = to_pool(s, s.VM[vm.ref], there, host, srs=srs, networks={})
                    said = crossings.why(journey)
                    for kind in crossings.KINDS:
                        crossings.first(journey, kind)
                    assert all(each.words.seen and each.words.cures for each in said)


@settings(max_examples=150, deadline=None, derandomize=True)
@given(st.sampled_from(range(len(POOLS))), st.sampled_from(range(len(POOLS))), st.integers(0, 2**32))
def test_whatever_is_missing_of_two_pools_every_question_is_answered(one: int, other: int, seed: int) -> None:
    ask(torn(POOLS[one], seed), torn(POOLS[other], seed + 1))


@settings(max_examples=80, deadline=None, derandomize=True)
@given(st.sampled_from(range(len(POOLS))), st.integers(0, 2**32))
def test_whatever_is_missing_readiness_and_pictures_are_drawn(which: int, seed: int) -> None:
    before, after = torn(POOLS[which], seed), torn(POOLS[which], seed + 1)
    found = readiness(before)
    assert 0 <= found.score <= 100
    assert in_words(before, found)
    pictures = [picture.draw(s, matrix(s)) for s in (before, after)]
    assert all(each.text for each in (*picture.begin(pictures[0]), *picture.news(*pictures)))
