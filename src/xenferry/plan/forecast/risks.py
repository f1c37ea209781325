"""Guests of a plan that may fare worse than forecast, said in advance: squeezed, not ballooning, old drivers, big."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from xenferry.plan import steps as s
from xenferry.plan.words import size, span
from xenferry.pool.snapshot import Snapshot
from xenferry.rules.guest import cannot_balloon, drivers_old, memory_is_squeezed, slow_after_move

LONG_SECONDS = 300.0
"""A copy that takes longer is worth a word: what the guest rewrites meanwhile has to be sent again."""
MOST = 5
"""Guests that are named for each kind of risk."""


def risks(snapshot: Snapshot, steps: Sequence[s.AnyStep]) -> Iterator[str]:
    """A sentence for each guest that moves and is at risk; of many alike the first few, and how many more."""
    moving = {step.guest.uuid for step in steps if isinstance(step, s.Move | s.MoveWithDisks | s.Cross)}
    if not moving:
        return
    for rule in (memory_is_squeezed, cannot_balloon, drivers_old, slow_after_move):
        found = (each for each in rule.find(snapshot) if each.subject in snapshot.VM)
        yield from _few(each.seen for each in found if snapshot.VM[each.subject].uuid in moving)
    yield from _few(_limited(step) for step in steps if isinstance(step, s.Move) and step.pause_limit is not None)
    yield from _few(_long(step) for step in steps if isinstance(step, s.Move) and step.forecast.seconds > LONG_SECONDS)


def _limited(step: s.Move) -> str:
    """The limit counts while it moves, too: then it is seen how fast the guest really writes."""
    assert step.pause_limit is not None
    return (
        f"guest {step.guest.name} may stand still for {span(step.pause_limit)} at most: if it is seen to rewrite its "
        "memory too fast for that, its migration is stopped before the pause"
    )


def _few(sentences: Iterable[str]) -> Iterator[str]:
    listed = list(dict.fromkeys(sentences))
    yield from (f"at risk: {text.removesuffix('.')}" for text in listed[:MOST])
    if len(listed) > MOST:
        yield f"at risk: {len(listed) - MOST} more guests in the same way"


def _long(step: s.Move) -> str:
    rate = size(int(step.forecast.bits_per_second / 8))
    took = span(step.forecast.seconds)
    return (
        f"guest {step.guest.name} is copied for {took}; if it rewrites close to {rate} a second, it stands still long"
    )
