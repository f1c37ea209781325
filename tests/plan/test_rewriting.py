"""What a guest's earlier moves showed of it goes into the next forecast, of its seconds and of its pause."""

from __future__ import annotations

import pytest
from msgspec.structs import replace
from pools import pool, ref

from xenferry.plan import steps as s
from xenferry.plan.evacuate import evacuate
from xenferry.plan.forecast import ASSUMED
from xenferry.plan.forecast.figures import PAUSE_SECONDS
from xenferry.plan.forecast.rewriting import Seen, plain, rewriting, sent, share_of

PAIR = """
pool P
host h0 memory=64GiB
host h1 memory=64GiB
guest calm on=h0 memory=8GiB
guest busy on=h0 memory=8GiB
"""
RATE = 2.5e9 / 8


def test_a_guest_that_rewrites_half_as_fast_as_it_is_sent_needs_nearly_twice_its_memory() -> None:
    times, rest = sent(0.5)
    assert times == pytest.approx(1 + 0.5 + 0.25 + 0.125 + 0.0625 + 0.03125)
    assert rest == pytest.approx(0.03125)
    assert sent(0.0) == (1.0, 0.0)
    assert sent(3.0) == (6.0, 1.0), "five rounds, then the whole memory while it stands still"


@pytest.mark.parametrize("share", [0.1, 0.3, 0.6, 0.9])
def test_what_was_sent_tells_how_fast_it_was_rewritten(share: float) -> None:
    assert share_of(sent(share)[0]) == pytest.approx(share, abs=1e-6)


def test_the_slowest_of_a_guests_moves_counts_and_noise_does_not() -> None:
    found = rewriting([Seen("a", 1.01, RATE), Seen("b", 1.2, RATE), Seen("b", sent(0.4)[0], RATE)])
    assert found["a"] == 0
    assert found["b"] == pytest.approx(0.4 * RATE, rel=0.03)


def test_the_forecast_knows_the_guest() -> None:
    now = pool(PAIR)
    uuids = {vm.name_label: vm.uuid for vm in now.guests}
    model = replace(ASSUMED, rewriting={uuids["busy"]: 0.6 * RATE, uuids["calm"]: 0.0})
    plan = evacuate(now, ref(now, "host", "h0"), model=model)
    costs = {step.guest.name: step.forecast for step in plan.steps if isinstance(step, s.Move)}
    ideal = 8 * 2**30 / RATE
    assert costs["calm"].seconds == pytest.approx(ASSUMED.fixed + ideal)
    assert costs["calm"].pause_seconds == PAUSE_SECONDS
    assert costs["busy"].seconds == pytest.approx(ASSUMED.fixed + ideal * sent(0.6)[0])
    assert costs["busy"].pause_seconds == pytest.approx(PAUSE_SECONDS + ideal * 0.6**5)
    assert plan.totals.pause_seconds == costs["busy"].pause_seconds


def test_streams_faster_than_assumed_are_no_slower_in_the_next_forecast() -> None:
    moves = [Seen("a", 0.30, RATE), Seen("b", 0.31, RATE), Seen("busy", 0.30 * sent(0.5)[0], RATE)]
    found = rewriting(moves)
    assert plain(moves) == 0.30
    assert (found["a"], found["busy"]) == (0, pytest.approx(0.5 * RATE / 0.30, rel=0.01))
    model = replace(ASSUMED, plain=plain(moves), rewriting=found)
    assert model.expected("a", 10.0, RATE)[0] == pytest.approx(ASSUMED.fixed + 3.0)
    assert model.expected("busy", 10.0, RATE)[0] == pytest.approx(ASSUMED.fixed + 3.0 * sent(0.5)[0], rel=0.01)
