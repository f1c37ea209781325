"""A plan is shown whole before anyone is asked."""

from __future__ import annotations

import pytest

from xenferry.cli.frame import plans
from xenferry.plan import steps
from xenferry.plan.steps import Forecast, Left, Move, Plan, Thing

GIB = 2**30
ONE, TWO = Thing("host", "h1", "xcp1"), Thing("host", "h2", "xcp2")


def move(key: str, name: str, **more: object) -> Move:
    forecast = Forecast(memory_bytes=4 * GIB, seconds=40, pause_seconds=0.3)
    return Move(key=key, guest=Thing("VM", key, name), source=ONE, target=TWO, forecast=forecast, **more)  # type: ignore[arg-type]


PLAN = Plan(
    wish="evacuate host xcp1",
    pool=Thing("pool", "p", "lab"),
    made_at=0.0,
    steps=(
        steps.Disable(key="d", host=ONE),
        move("m1", "web1", after=("d",)),
        move("m2", "web\x1b[2J2", after=("d",)),
        steps.Reboot(key="r", host=ONE, booted="1", after=("m1", "m2", "d")),
    ),
    left=(Left(guest=Thing("VM", "v", "db1"), reason="it holds a USB stick", choices=("shut it down",)),),
    notes=("measured on 10 Gbit/s",),
    totals=Forecast(memory_bytes=8 * GIB, seconds=80, pause_seconds=0.3),
)


def test_a_plan_says_what_in_what_order_and_at_what_cost(capsys: pytest.CaptureFixture[str]) -> None:
    plans.say_plan(PLAN)
    assert capsys.readouterr().out.splitlines() == [
        "Plan: evacuate host xcp1 (pool lab)",
        "  1  disable host xcp1",
        "  2  move guest web1 from xcp1 to xcp2; 4.0 GiB of memory, about 40 s, pause",
        "     0.3 s",
        "  3  move guest web\\x1b[2J2 from xcp1 to xcp2; 4.0 GiB of memory, about 40 s,",
        "     pause 0.3 s; after 1",
        "  4  reboot host xcp1; after 1-3",
        "Cannot be moved:",
        "  db1: it holds a USB stick",
        "    - shut it down",
        "Note: measured on 10 Gbit/s",
        "Together: 8.0 GiB of memory, about 80 s, pause 0.3 s.",
    ]
