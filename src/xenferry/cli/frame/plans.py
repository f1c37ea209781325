"""A plan as people read it before they say yes: what, in what order, how many bytes, how long, what it cannot do."""

from __future__ import annotations

from xenferry.cli.frame.paper import say
from xenferry.plan.steps import AnyStep, Forecast, Plan
from xenferry.plan.words import cost, summary


def say_plan(plan: Plan) -> None:
    """The whole plan in words."""
    say(f"Plan: {plan.wish} (pool {plan.pool.name or plan.pool.uuid})", style="bold")
    numbers = {step.key: number for number, step in enumerate(plan.steps, 1)}
    digits = len(str(len(numbers)))
    for step in plan.steps:
        say(f"{numbers[step.key]:>{digits}}  {_line(step, numbers)}", indent=2, hang=digits + 2)
    if not plan.steps:
        say("Nothing has to be done.", indent=2)
    _say_left(plan)
    for note in plan.notes:
        say(f"Note: {note}", hang=2)
    if plan.steps:
        say(f"Together: {cost(plan.totals)}.", style="bold", hang=2)


def _line(step: AnyStep, numbers: dict[str, int]) -> str:
    after = sorted(numbers[key] for key in step.after if key in numbers)
    parts = [summary(step), *([cost(step.forecast)] if step.forecast != Forecast() else [])]
    if after and after != [numbers[step.key] - 1]:
        parts.append(f"after {_ranges(after)}")
    return "; ".join(parts)


def _ranges(numbers: list[int]) -> str:
    spans: list[tuple[int, int]] = []
    for number in numbers:
        if spans and number == spans[-1][1] + 1:
            spans[-1] = (spans[-1][0], number)
        else:
            spans.append((number, number))
    return ", ".join(str(low) if low == high else f"{low}-{high}" for low, high in spans)


def _say_left(plan: Plan) -> None:
    if plan.left:
        say("Cannot be moved:", style="bold yellow")
    for left in plan.left:
        say(f"{left.guest.name}: {left.reason}", indent=2, hang=2)
        for choice in left.choices:
            say(f"- {choice}", indent=4, hang=2)
