"""What each step of a run really took, from its journal: what a timeline shows beside the forecast."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from xenferry.plan.steps import Plan
from xenferry.plan.timeline.rows import Took
from xenferry.runs.journal import Entry, StepState

BEGINS = "step-started"
ENDS = ("step-done", "step-failed", "step-person")
OVER = ("done", "failed", "person")


def took(
    plan: Plan, steps: Mapping[str, StepState], events: Sequence[Entry], start: float | None = None
) -> dict[str, Took]:
    """Key of each step -> when it began and ended, in seconds from the start, and its state.

    A step that was tried several times begins with the first try; one that was so already never began.

    Args:
        plan: the run's plan.
        steps: the journal's states of its steps.
        events: the journal's history of the run.
        start: when the run began, on the journal's clock; None: when its first step did.
    """
    begins, ends = _moments(events)
    first = min(begins.values(), default=0.0) if start is None else start
    found = {}
    for step in plan.steps:
        state = steps[step.key].state if step.key in steps else "new"
        begin, end = begins.get(step.key), ends.get(step.key)
        over = begin is not None and end is not None and state in OVER
        found[step.key] = Took(
            state=state,
            begin=None if begin is None else begin - first,
            end=end - first if over and end is not None else None,
        )
    return found


def _moments(events: Sequence[Entry]) -> tuple[dict[str, float], dict[str, float]]:
    """When each step was first begun, and when it last ended."""
    begins: dict[str, float] = {}
    ends: dict[str, float] = {}
    for each in events:
        key = str(each.text.get("step", ""))
        if each.kind == BEGINS:
            begins.setdefault(key, each.time)
        elif each.kind in ENDS:
            ends[key] = each.time
    return begins, ends
