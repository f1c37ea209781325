"""A plan is shown whole before anyone is asked."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from xenferry.cli.frame import plans
from xenferry.plan import steps
from xenferry.plan.steps import Forecast, Hindrance, Left, Move, Plan, Thing

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
        "  Or, for db1: shut it down",
        "Note: measured on 10 Gbit/s",
        "Together: 8.0 GiB of memory, about 80 s, pause 0.3 s.",
    ]


def shown(capsys: pytest.CaptureFixture[str], *moves: Move) -> list[str]:
    plans.say_plan(replace(PLAN, steps=(PLAN.steps[0], *moves), left=(), notes=()))
    return [line.rstrip() for line in capsys.readouterr().out.splitlines()[1:-1]]


def test_many_moves_in_a_row_are_a_table(capsys: pytest.CaptureFixture[str]) -> None:
    lines = shown(capsys, *(move(f"m{at}", f"web{at}\x1b[2J", after=("d",)) for at in range(4)))
    assert lines == [
        "  1  disable host xcp1",
        "     move guest   from  to    memory   about  pause",
        *(f"  {at + 2}  web{at}\\x1b[2J  xcp1  xcp2  4.0 GiB  40 s   0.3 s" for at in range(4)),
        "     all after 1",
    ]


def test_a_table_says_what_each_move_waits_for_and_the_network(capsys: pytest.CaptureFixture[str]) -> None:
    fast = Thing("network", "n", "fast")
    moves = [move(f"m{at}", f"w{at}", after=("d",) if at < 2 else ("d", "m0"), network=fast) for at in range(4)]
    lines = shown(capsys, *moves)
    assert [line.split("0.3 s")[-1].strip() for line in lines[2:6]] == ["1", "1", "1-2", "1-2"]
    assert lines[6] == "     all over network fast"


def stuck(name: str, disk: str) -> Left:
    reasons = (
        Hindrance(f"{name} cannot go to xcp2: its disk {disk!r} is local.", ("Move the disk.", "Move both.")),
        Hindrance(f"{name} cannot go to xcp2: it is disabled.", ("Enable it.",)),
    )
    choices = ("shutdown", "leave", "Move the disk.", "Move both.", "Enable it.")
    return Left(guest=Thing("VM", name, name), reason="both", choices=choices, reasons=reasons)


STUCK = Plan(
    wish="evacuate host xcp1",
    pool=Thing("pool", "p", "lab"),
    made_at=0.0,
    steps=(steps.Disable(key="d", host=ONE),),
    left=(stuck("web", "root"), stuck("mail", "data")),
    empties=ONE,
)


def test_guests_with_the_same_reason_are_named_together_and_choices_by_their_options(
    capsys: pytest.CaptureFixture[str],
) -> None:
    plans.say_plan(STUCK)
    assert capsys.readouterr().out.splitlines()[2:-1] == [
        "2 guests stay on host xcp1, which will NOT be empty:",
        "  web cannot go to xcp2: its disk 'root' is local.",
        "  mail cannot go to xcp2: its disk 'data' is local.",
        "    Cure: Move the disk.",
        "    or: Move both.",
        "  web, mail cannot go to xcp2: it is disabled.",
        "    Cure: Enable it.",
        "  Or choose `--shutdown GUEST`, for web, mail",
    ]


def test_the_question_says_what_the_plan_does_not_reach() -> None:
    assert plans.question(STUCK) == "2 guests stay on host xcp1, which will NOT be empty. Carry it out all the same?"
    assert plans.question(PLAN) == "Carry it out, without the guest named above?"
    assert plans.question(replace(PLAN, left=())) == "Carry it out?"


def test_the_last_lines_of_a_run_say_who_remains_and_what_to_do(capsys: pytest.CaptureFixture[str]) -> None:
    plans.say_rest(STUCK, lasting=True)
    said = " ".join(capsys.readouterr().out.split())
    assert said.startswith("Host xcp1 is NOT empty: 2 guests remain on it: web, mail.")
    assert said.endswith("To go back instead: `xenferry maintenance leave xcp1`.")
