"""The kinds of what goes wrong while a run is driven."""

from __future__ import annotations

from collections.abc import Callable

from trial import accidents, others
from trial.mischief import Mischief

KINDS: tuple[Callable[[Mischief], None], ...] = (
    accidents.lose_answers,
    accidents.lose_answers,
    accidents.fail_calls,
    accidents.restart_toolstack,
    accidents.crash_host,
    accidents.make_deaf,
    accidents.spoil_server,
    accidents.lose_sessions,
    accidents.lose_events,
    accidents.lose_tasks,
    others.meddle,
    others.meddle,
    others.rename,
    others.snapshot,
    others.delete,
    others.block,
    others.disconnect,
    others.fill,
    others.add_disk,
    others.move_disk,
)
"""Chosen among with equal chance; what is common in life stands here twice."""


def order(mischief: Mischief, count: int, within: float) -> None:
    """So many things will go wrong, each at its time, which comes within so many seconds."""
    mischief.within, mischief.over = within, False
    for _ in range(count):
        kind = mischief.chance.choice(KINDS)
        mischief.met.append(kind.__name__.replace("_", " "))
        kind(mischief)
