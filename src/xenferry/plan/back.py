"""The way back of a run: what its steps did, taken back in the opposite order."""

from __future__ import annotations

from collections.abc import Collection

from msgspec.structs import replace

from xenferry.plan import steps as s
from xenferry.plan.schedule.play import totals as totals_of
from xenferry.plan.undo import undo
from xenferry.plan.words import summary


def back(plan: s.Plan, did: Collection[str], now: float) -> s.Plan:
    """The plan that takes back the steps of `did` (keys), the last first, one after the other.

    Steps without a way back are named in its notes: a CD's image, a reboot, a new SR stay as they are.
    """
    steps: list[s.AnyStep] = []
    lost: list[str] = []
    for step in reversed(plan.steps):
        if step.key not in did:
            continue
        way = undo(step)
        if way is None:
            lost.append(_stays(step))
        else:
            steps.append(replace(way, after=(steps[-1].key,) if steps else ()))
    notes = tuple(f"this stays as it is: {text}" for text in lost)
    totals = totals_of(steps, plan.limits)
    wish = f"take back: {plan.wish}"
    return s.Plan(
        wish=wish, pool=plan.pool, made_at=now, steps=tuple(steps), notes=notes, totals=totals, limits=plan.limits
    )


def _stays(step: s.AnyStep) -> str:
    """A guest that has changed pools is brought back from there."""
    if isinstance(step, s.Cross):
        return f"{summary(step)}; the way back begins there, `xenferry migrate` in pool {step.there.pool.name}"
    return summary(step)
