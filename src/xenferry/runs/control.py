"""What a person does with runs: begin one, go on with it, stop it, look at it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Literal

import msgspec
from msgspec import Struct

from xenferry.plan.steps import Left, Plan
from xenferry.plan.words import summary
from xenferry.runs import outcome as o
from xenferry.runs.engine import Report, Setting, drive
from xenferry.runs.journal import LEASE_SECONDS, OPEN, Entry, Journal, Run, Taken
from xenferry.runs.verify import Proof

Stop = Literal["finish", "tasks"]
"""How a run is cancelled: let running steps come to their end, or ask XAPI to stop them."""


class StepView(Struct, frozen=True, kw_only=True):
    """A step of a run as people see it."""

    key: str
    text: str
    state: str
    """new, started, waiting, done, failed, person."""
    tries: int
    outcome: str
    """In words; empty as long as nothing became of it."""


class RunView(Struct, frozen=True, kw_only=True):
    """A run with everything the journal knows of it."""

    run: Run
    steps: tuple[StepView, ...]
    left: tuple[Left, ...]
    proof: Proof | None
    events: tuple[Entry, ...]


async def begin(plan: Plan, setting: Setting) -> Report:
    """Put the plan into the journal and carry it out. Raises: as `engine.drive`."""
    return await drive(setting.journal.create(plan, setting.owner), setting)


async def resume(run: str, setting: Setting, *, gone: Callable[[str], bool] = lambda owner: False) -> Report:
    """Go on with a run, wherever it stopped and for whatever reason.

    Args:
        run: its id, or how it begins.
        setting: what to drive it with.
        gone: says of an owner whether it is known to live no more, so that nobody needs to wait for it.

    Raises:
        ValueError: the run is over, there is nothing to go on with.
        others: as `take_over`.
    """
    found = setting.journal.run(run)
    if found.state not in OPEN:
        raise ValueError(f"run {found.id} is {found.state}: {found.wish}; there is nothing to go on with")
    return await take_over(found.id, setting, gone=gone)


async def take_over(run: str, setting: Setting, *, gone: Callable[[str], bool] = lambda owner: False) -> Report:
    """Drive a run, even if a driver of this pool was heard of a moment ago and may have been killed.

    Its lease is waited for (at most 20 seconds): a driver that lives renews it, one that was killed does not.

    Args:
        run: its whole id.
        setting, gone: as for `resume`.

    Raises:
        Taken: that driver is alive.
        others: as `engine.drive`.
    """
    try:
        return await drive(run, setting)
    except Taken as taken:
        await _outlive(setting.journal, taken, gone)
    return await drive(run, setting)


async def _outlive(journal: Journal, taken: Taken, gone: Callable[[str], bool]) -> None:
    """Return when the lease is over; it must not be renewed meanwhile."""
    if gone(taken.owner):
        journal.expire(taken.run, taken.owner)
        return
    await asyncio.sleep(min(LEASE_SECONDS, max(0.0, taken.until - journal.clock())) + 0.1)


def cancel(journal: Journal, run: str, how: Stop = "finish") -> Run:
    """Ask whoever drives the run to stop, within a few seconds; a run that nobody drives is cancelled at once.

    Raises:
        NoSuchRun: the journal does not know it.
        ValueError: it is over already.
    """
    found = journal.run(run)
    if found.state not in OPEN:
        raise ValueError(f"run {found.id} is {found.state} already")
    journal.ask_to_stop(found.id, how)
    return journal.run(found.id)


def show(journal: Journal, run: str) -> RunView:
    """Everything about a run. Raises NoSuchRun."""
    found = journal.run(run)
    plan, states, proof = journal.plan(found.id), journal.steps(found.id), journal.proof(found.id)
    steps = []
    for step in plan.steps:
        state = states.get(step.key)
        outcome = o.said(o.decode(state.outcome)) if state else ""
        name, tries = (state.state, state.tries) if state else ("new", 0)
        steps.append(StepView(key=step.key, text=summary(step), state=name, tries=tries, outcome=outcome))
    return RunView(
        run=found,
        steps=tuple(steps),
        left=plan.left,
        proof=msgspec.json.decode(proof, type=Proof) if proof else None,
        events=journal.events(found.id),
    )


def runs(journal: Journal) -> tuple[Run, ...]:
    """All runs, the newest first."""
    return journal.runs()


__all__ = ["RunView", "StepView", "Stop", "begin", "cancel", "resume", "runs", "show", "take_over"]
