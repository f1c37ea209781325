"""A forecast learns from what was measured, is not spoilt by a few odd moves, and knows how far off it may be."""

from __future__ import annotations

import random

import pytest
from pools import pool, ref

from xenferry.plan.evacuate import evacuate
from xenferry.plan.forecast import ASSUMED, Model
from xenferry.plan.forecast.fit import fit
from xenferry.plan.forecast.model import Measurement
from xenferry.plan.migrate import migrate
from xenferry.plan.steps import Move


def measured(count: int, seed: int = 1, odd: float = 0.0, noise: float = 0.03) -> list[Measurement]:
    """Moves that take 3 s and 1.2 times the ideal, 10 % more for each that shares the link."""
    draw = random.Random(seed)  # noqa: S311 made-up moves
    found = []
    for _ in range(count):
        ideal, sharing = draw.uniform(5, 60), draw.choice((0.0, 0.5, 1.0, 2.0))
        seconds = (3 + ideal * (1.2 + 0.1 * sharing)) * draw.uniform(1 - noise, 1 + noise)
        stuck = 3.0 if draw.random() < odd else 1.0
        found.append(Measurement(seconds=seconds * stuck, ideal=ideal, sharing=sharing))
    return found


def test_the_coefficients_are_found() -> None:
    model = fit([measured(100, seed) for seed in range(3)])
    assert model.fixed == pytest.approx(3, abs=0.5)
    assert model.copied == pytest.approx(1.2, abs=0.03)
    assert model.shared == pytest.approx(0.1, abs=0.03)
    assert model.learnt == 300


def test_moves_that_were_stuck_do_not_spoil_the_others() -> None:
    model = fit([measured(100, seed, odd=0.05) for seed in range(3)])
    assert model.seconds(30, 1.0) == pytest.approx(3 + 30 * 1.3, rel=0.02)


def test_nine_of_ten_moves_that_come_later_end_within_the_interval() -> None:
    model = fit([measured(100, seed, noise=0.2) for seed in range(3)])
    later = measured(2000, seed=99, noise=0.2)
    held = [model.low <= each.seconds / model.seconds(each.ideal, each.sharing) <= model.high for each in later]
    assert 0.88 < sum(held) / len(held) < 0.97
    assert model.high - model.low < 0.5


def test_a_few_moves_scale_the_assumptions_and_do_not_replace_them() -> None:
    slow = [Measurement(seconds=2 * ASSUMED.seconds(ideal), ideal=ideal) for ideal in (5.0, 10.0, 20.0)]
    model = fit([slow])
    assert ASSUMED.seconds(30) < model.seconds(30) < 2 * ASSUMED.seconds(30)
    assert (model.low, model.high) == (ASSUMED.low, ASSUMED.high)


def test_moves_of_one_size_tell_no_coefficients_apart_but_are_learnt_from() -> None:
    model = fit([[Measurement(seconds=50.0, ideal=20.0) for _ in range(40)]])
    assert model.seconds(20) == pytest.approx(50, rel=0.05)


def test_nothing_measured_is_what_was_assumed() -> None:
    assert fit([]) == fit([[]]) == ASSUMED


TWO = "pool P\nhost xcp1\nhost xcp2\nguest a on=xcp1 memory=8GiB\nguest b on=xcp1 memory=8GiB\n"


def test_a_plan_uses_what_was_learnt_and_says_so() -> None:
    snapshot = pool(TWO)
    model = Model(fixed=1.0, copied=1.5, shared=0.1, low=0.9, high=1.3, learnt=40)
    plan = evacuate(snapshot, ref(snapshot, "host", "xcp1"), model=model)
    moves = [step.forecast for step in plan.steps if isinstance(step, Move)]
    ideal = moves[0].memory_bytes * 8 / moves[0].bits_per_second
    assert [cost.seconds for cost in moves] == [pytest.approx(1 + ideal * 1.7)] * 2, (
        "each beside the other, out of one host and into one"
    )
    assert plan.totals.seconds_high == pytest.approx(1.3 * plan.totals.seconds, rel=0.05)
    assert any("learnt from 40 earlier moves of this pool" in note for note in plan.notes)


def test_a_single_migration_uses_it_too() -> None:
    snapshot = pool(TWO)
    model = Model(fixed=1.0, copied=1.5, shared=0.1, low=0.9, high=1.3, learnt=40)
    plan = migrate(snapshot, [ref(snapshot, "VM", "a")], target=ref(snapshot, "host", "xcp2"), model=model)
    (move,) = [step.forecast for step in plan.steps if isinstance(step, Move)]
    assert move.seconds == pytest.approx(1 + move.memory_bytes * 8 / move.bits_per_second * 1.5)
    assert any("learnt from 40 earlier moves of this pool" in note for note in plan.notes)


RISKY = """
pool P
host xcp1 memory=512GiB
host xcp2 memory=512GiB
  nic eth0 speed=1000 management
guest db on=xcp1 memory=1GiB..8GiB
  set metrics.memory_actual=8589934592
guest giant on=xcp1 memory=100GiB
guest calm on=xcp1 memory=2GiB
guest elsewhere on=xcp2 memory=1GiB..8GiB
  set metrics.memory_actual=8589934592
"""


def test_guests_at_risk_are_named_in_advance_and_only_those_that_move() -> None:
    snapshot = pool(RISKY)
    notes = evacuate(snapshot, ref(snapshot, "host", "xcp1")).notes
    risky = [note for note in notes if note.startswith("at risk: ")]
    assert any("db has 8 GiB of memory and would be squeezed to 1 GiB" in note for note in risky)
    assert any("guest giant is copied for 9 min; if it rewrites close to 199 MiB a second" in note for note in risky)
    assert not any("calm" in note or "elsewhere" in note for note in risky)


def test_of_many_guests_at_the_same_risk_the_first_are_named() -> None:
    guests = "".join(
        f"guest g{number} on=xcp1 memory=1GiB..8GiB\n  set metrics.memory_actual=8589934592\n" for number in range(9)
    )
    snapshot = pool(f"pool P\nhost xcp1 memory=512GiB\nhost xcp2 memory=512GiB\n{guests}")
    risky = [note for note in evacuate(snapshot, ref(snapshot, "host", "xcp1")).notes if "at risk" in note]
    assert len(risky) == 6
    assert risky[-1] == "at risk: 4 more guests in the same way"
