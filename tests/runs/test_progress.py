"""How far a run is: each step weighs its forecast, and what was seen counts more the further it is."""

from __future__ import annotations

from typing import Any

import pytest

from xenferry.plan.steps import Disable, Forecast, Move, Plan, Thing
from xenferry.runs.kept import Entry
from xenferry.runs.progress import Whole

HOST = Thing("host", "h", "xcp1")


def move(key: str, seconds: float) -> Move:
    guest, cost = Thing("VM", key, key), Forecast(seconds=seconds)
    return Move(key=key, guest=guest, source=HOST, target=HOST, forecast=cost)


PLAN = Plan(
    wish="evacuate",
    pool=Thing("pool", "p", "P"),
    made_at=0.0,
    steps=(Disable(key="d", host=HOST), move("a", 50), move("b", 49)),
    totals=Forecast(seconds=100),
)


def said(kind: str, step: str, at: float, **more: Any) -> Entry:
    return Entry(run="r", seq=1, time=at, kind=kind, text={"step": step, **more})


def test_a_run_as_fast_as_forecast_ends_when_it_was_forecast_to() -> None:
    whole = Whole(PLAN)
    assert whole.left(1000.0) is None
    whole.hear(said("step-started", "d", 1000.0))
    assert (whole.done, whole.left(1000.0)) == (0, 100)
    whole.hear(said("step-done", "d", 1001.0))
    whole.hear(said("progress", "a", 1026.0, percent=50))
    assert (whole.done, whole.left(1026.0)) == (1, pytest.approx(74))
    whole.hear(said("step-done", "a", 1051.0))
    assert (whole.done, whole.left(1051.0)) == (2, pytest.approx(49))


def test_a_run_that_is_slower_is_said_to_take_longer() -> None:
    whole = Whole(PLAN)
    whole.hear(said("step-started", "d", 0.0))
    whole.hear(said("step-done", "d", 1.0))
    whole.hear(said("step-done", "a", 200.0))
    left = whole.left(200.0)
    assert left is not None
    assert 100 < left < 200


def test_a_resumed_run_counts_what_was_done_before_and_not_its_pace() -> None:
    whole = Whole(PLAN, ["d", "a"])
    whole.hear(said("claimed", "", 0.0))
    assert (whole.done, whole.left(0.0)) == (2, pytest.approx(49))
    whole.hear(said("progress", "b", 24.5, percent=50))
    assert whole.left(24.5) == pytest.approx(24.5, rel=0.01)
