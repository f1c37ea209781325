"""What the steps of a run really took is read from its journal."""

from __future__ import annotations

import pytest

from xenferry.cli.rehearse.performance import without_hooks
from xenferry.plan import steps as s
from xenferry.plan.timeline.rows import Took
from xenferry.runs.journal import Entry, StepState
from xenferry.runs.took import took

HOST = s.Thing("host", "h", "north")
PLAN = s.Plan(
    wish="",
    pool=s.Thing("pool", "p", "p"),
    made_at=0.0,
    steps=(
        s.Disable(key="d", host=HOST),
        s.Hook(key="k", host=HOST, command="true", after=("d",)),
        s.Reboot(key="r", host=HOST, booted="1", after=("k",)),
        s.Enable(key="e", host=HOST, after=("r",)),
    ),
)


def entry(seq: int, time: float, kind: str, step: str) -> Entry:
    return Entry(run="1", seq=seq, time=time, kind=kind, text={"step": step})


EVENTS = (
    entry(1, 100.0, "step-started", "d"),
    entry(2, 101.0, "step-done", "d"),
    entry(3, 101.0, "step-done", "k"),
    entry(4, 102.0, "step-started", "r"),
    entry(5, 110.0, "step-waiting", "r"),
    entry(6, 120.0, "step-started", "r"),
)


def states(**known: str) -> dict[str, StepState]:
    return {key: StepState(key=key, state=state) for key, state in known.items()}


def test_each_step_has_its_first_beginning_its_last_end_and_its_state() -> None:
    found = took(PLAN, states(d="done", k="done", r="started"), EVENTS)
    assert found == {
        "d": Took(state="done", begin=0.0, end=1.0),
        "k": Took(state="done"),
        "r": Took(state="started", begin=2.0),
        "e": Took(state="new"),
    }


def test_a_step_that_failed_and_was_begun_again_has_not_ended() -> None:
    events = (*EVENTS, entry(7, 130.0, "step-failed", "r"), entry(8, 140.0, "step-started", "r"))
    assert took(PLAN, states(r="failed"), events[:-1])["r"].end == 30.0
    assert took(PLAN, states(r="started"), events)["r"].end is None


def test_seconds_count_from_where_one_says() -> None:
    assert took(PLAN, states(d="done"), EVENTS, start=90.0)["d"] == Took(state="done", begin=10.0, end=11.0)


def test_a_run_that_never_began_took_nothing() -> None:
    assert {each.begin for each in took(PLAN, {}, ()).values()} == {None}


def test_what_waited_for_a_hook_waits_for_what_the_hook_waited_for() -> None:
    plan = without_hooks(PLAN)
    assert [(step.key, step.after) for step in plan.steps] == [("d", ()), ("r", ("d",)), ("e", ("r",))]


@pytest.mark.parametrize("state", ["done", "failed", "person"])
def test_what_is_over_has_an_end(state: str) -> None:
    events = (entry(1, 5.0, "step-started", "d"), entry(2, 9.0, f"step-{state}", "d"))
    assert took(PLAN, states(d=state), events)["d"] == Took(state=state, begin=0.0, end=4.0)
