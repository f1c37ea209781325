"""The steps of a plan as people read them: numbered sentences, and a table where many guests move in a row."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby

from xenferry.cli.frame.paper import say, say_table
from xenferry.plan.crossing.maps import overview
from xenferry.plan.steps import AnyStep, Forecast, Move, Plan
from xenferry.plan.words import cost, details, size, span, summary

MANY = 4
"""Moves in a row from which on they are a table."""

Numbers = Mapping[str, int]
"""Key of a step -> its number in the plan."""


def say_steps(plan: Plan) -> None:
    """All steps, numbered, each with what it costs and what it waits for."""
    numbers = {step.key: number for number, step in enumerate(plan.steps, 1)}
    digits, together_said = len(str(len(numbers))), overview(plan.steps)
    for steps in _stretches(plan.steps):
        if len(steps) >= MANY and isinstance(steps[0], Move):
            _say_moves([step for step in steps if isinstance(step, Move)], numbers, digits)
            continue
        for step in steps:
            say(f"{numbers[step.key]:>{digits}}  {_line(step, numbers)}", indent=2, hang=digits + 2)
            for text in () if together_said else details(step):
                say(text, indent=digits + 4, hang=2)
    for text in together_said:
        say(text, indent=2, hang=2)


def _stretches(steps: Sequence[AnyStep]) -> Iterator[list[AnyStep]]:
    """Steps in a row that are live moves over one network, or that are none."""
    for _, stretch in groupby(steps, lambda step: (isinstance(step, Move), getattr(step, "network", None))):
        yield list(stretch)


def _say_moves(steps: Sequence[Move], numbers: Numbers, digits: int) -> None:
    rows = [_row(step, numbers, digits) for step in steps]
    header = ("", "move guest", "from", "to", "memory", "about", "pause", "after")
    alike = len({row[-1] for row in rows}) == 1
    shown = len(header) - alike
    say_table(header[:shown], [row[:shown] for row in rows], indent=2)
    whole = [f"over network {steps[0].network.name}"] if steps[0].network else []
    whole += [f"after {rows[0][-1]}"] if alike and rows[0][-1] else []
    if whole:
        say(f"all {', '.join(whole)}", indent=digits + 4, hang=2)


def _row(step: Move, numbers: Numbers, digits: int) -> tuple[str, ...]:
    what, forecast = (step.guest.name, step.source.name, step.target.name), step.forecast
    costs = (size(forecast.memory_bytes), span(forecast.seconds), span(forecast.pause_seconds))
    return (f"{numbers[step.key]:>{digits}}", *what, *costs, _ranges(_first(step, numbers)))


def _line(step: AnyStep, numbers: Numbers) -> str:
    parts = [summary(step), *([cost(step.forecast)] if step.forecast != Forecast() else [])]
    after = _after(step, numbers)
    return "; ".join([*parts, f"after {after}"] if after else parts)


def _after(step: AnyStep, numbers: Numbers) -> str:
    """The numbers of the steps that this one waits for; nothing if that is only the one before it."""
    first = _first(step, numbers)
    return "" if first == [numbers[step.key] - 1] else _ranges(first)


def _first(step: AnyStep, numbers: Numbers) -> list[int]:
    return sorted(numbers[key] for key in step.after if key in numbers)


def _ranges(numbers: list[int]) -> str:
    spans: list[tuple[int, int]] = []
    for number in numbers:
        if spans and number == spans[-1][1] + 1:
            spans[-1] = (spans[-1][0], number)
        else:
            spans.append((number, number))
    return ", ".join(str(low) if low == high else f"{low}-{high}" for low, high in spans)
