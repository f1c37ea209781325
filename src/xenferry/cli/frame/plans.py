"""A plan as people read it before they say yes: what, in what order, how many bytes, how long, what it cannot do."""

from __future__ import annotations

import shlex
from collections.abc import Sequence

from xenferry.cli.frame.paper import say
from xenferry.cli.frame.plan_steps import say_steps
from xenferry.plan.steps import Hindrance, Left, Plan
from xenferry.plan.words import together
from xenferry.text import escape


def say_plan(plan: Plan) -> None:
    """The whole plan in words."""
    say(f"Plan: {plan.wish} (pool {plan.pool.name or plan.pool.uuid})", style="bold")
    say_steps(plan)
    if not plan.steps:
        say("No step is possible as things are." if plan.left else "Nothing has to be done.", indent=2)
    say_left(plan)
    for note in plan.notes:
        say(f"Note: {note}", hang=2)
    if plan.steps:
        say(f"Together: {together(plan)}.", style="bold", hang=2)


CHOSEN = ("shutdown", "suspend", "eject")
"""Choices that an option of `evacuate` and `maintenance enter` makes; `leave` is what happens without any."""


def say_left(plan: Plan) -> None:
    """Who cannot be moved: the reasons, guests with the same one together, then what may be chosen."""
    if not plan.left:
        return
    say(f"{_stay(plan)}:" if plan.empties else f"Cannot be {plan.deed}:", style="bold yellow", hang=2)
    for cures, sentences in _by_cure(plan.left).items():
        for sentence, names in sentences.items():
            say(_joined(sentence, names), indent=2, hang=2)
        for number, cure in enumerate(cures):
            say(f"{'or' if number else 'Cure'}: {cure}", indent=4, hang=2, style="green")
    _say_choices(plan)


def _stay(plan: Plan) -> str:
    assert plan.empties is not None
    count = sum(left.guest.kind == "VM" for left in plan.left)
    guests = "1 guest stays" if count == 1 else f"{count} guests stay"
    return f"{guests} on host {plan.empties.name}, which will NOT be empty"


def question(plan: Plan) -> str:
    """What is asked before a plan is carried out; it names what the plan does not reach."""
    if not plan.left:
        return "Carry it out?"
    if plan.empties is not None:
        return f"{escape(_stay(plan))}. Carry it out all the same?"
    what = "guest" if all(left.guest.kind == "VM" for left in plan.left) else "object"
    return f"Carry it out, without the {what if len(plan.left) == 1 else f'{len(plan.left)} {what}s'} named above?"


def say_rest(plan: Plan, *, lasting: bool) -> None:
    """The last lines of a run that did all its steps, where guests were left; `lasting`: the pool is still there."""
    if not plan.left:
        return
    names = _names([left.guest.name for left in plan.left])
    if plan.empties is None:
        say(f"Not {plan.deed}: {names}; the plan above says why.", style="bold yellow", hang=2)
        return
    host, word = plan.empties.name, "guest remains" if len(plan.left) == 1 else "guests remain"
    say(f"Host {host} is NOT empty: {len(plan.left)} {word} on it: {names}.", style="bold yellow", hang=2)
    if not lasting:
        return
    say(
        "The host is disabled: nothing new starts there. Now cure what holds them (the plan above says how), or choose "
        "--shutdown, --suspend or --eject for each, and give the same command again.",
        indent=2,
        hang=2,
    )
    say(f"To go back instead: `xenferry maintenance leave {shlex.quote(host)}`.", indent=2, hang=2)


def _by_cure(lefts: Sequence[Left]) -> dict[tuple[str, ...], dict[str, list[str]]]:
    """Cures -> sentence without the guest's name -> the guests it holds for."""
    found: dict[tuple[str, ...], dict[str, list[str]]] = {}
    for left in lefts:
        for reason in left.reasons or (Hindrance(left.reason),):
            sentence = reason.text.removeprefix(f"guest {left.guest.name}").removeprefix(left.guest.name)
            sentence = sentence.lstrip() if sentence != reason.text else f": {reason.text}"
            found.setdefault(reason.cures, {}).setdefault(sentence, []).append(left.guest.name)
    return found


def _joined(sentence: str, names: Sequence[str]) -> str:
    return f"{_names(names)}{'' if sentence.startswith(':') else ' '}{sentence}"


def _names(names: Sequence[str]) -> str:
    return ", ".join(names)


def _say_choices(plan: Plan) -> None:
    cures = {cure for left in plan.left for reason in left.reasons for cure in reason.cures}
    offered: dict[str, list[str]] = {}
    for left in plan.left:
        for choice in left.choices:
            if choice not in cures and choice != "leave":
                offered.setdefault(choice, []).append(left.guest.name)
    for choice, names in sorted(offered.items(), key=lambda each: each[0] not in CHOSEN):
        if choice in CHOSEN:
            say(f"Or choose `--{choice} GUEST`, for {_names(names)}", indent=2, hang=4)
        else:
            say(f"Or, for {_names(names)}: {choice}", indent=2, hang=4)
