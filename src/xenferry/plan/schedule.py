"""How steps run side by side: one predicate for what must wait, and from it how long a whole plan takes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from msgspec import Struct

from xenferry.plan import steps as s


class Limits(Struct, frozen=True, kw_only=True):
    """How much may happen at once."""

    per_host: int = 2
    """Moves into one host, and as many out of it, at a time; more make each guest's pause longer."""
    storage_per_host: int = 3
    """Moves with disks on one host: XAPI itself refuses a fourth."""


USUAL = Limits()


def blocked(step: s.AnyStep, running: Iterable[s.AnyStep], limits: Limits = USUAL) -> str | None:
    """Why the step has to wait for those that run; None when it may start."""
    others = list(running)
    guest = getattr(step, "guest", None)
    if guest is not None and any(getattr(other, "guest", None) == guest for other in others):
        return f"another step of guest {guest.name} is running"
    for direction, host in ends_of(step):
        moves = [other for other in others if (direction, host) in ends_of(other)]
        if len(moves) >= limits.per_host:
            return (
                f"{len(moves)} guests are already moving {direction} host {host.name}, the limit is {limits.per_host}"
            )
        with_disks = [other for other in moves if _storage(other)]
        if _storage(step) and len(with_disks) >= limits.storage_per_host:
            return f"{len(with_disks)} guests already move with disks {direction} host {host.name}; XAPI allows no more"
    return None


def ends_of(step: s.AnyStep) -> tuple[tuple[str, s.Thing], ...]:
    """The links a step loads, each with its direction; none for steps that only flip a switch."""
    match step:
        case s.Move():
            return (("out of", step.source), ("into", step.target))
        case s.MoveWithDisks():
            out = (("out of", step.source),) if step.source else ()
            return (*out, ("into", step.target))
        case _:
            return ()


def _storage(step: s.AnyStep) -> bool:
    return isinstance(step, s.MoveWithDisks | s.MoveDisk)


def totals(steps: Sequence[s.AnyStep], limits: Limits = USUAL) -> s.Forecast:
    """Of all steps: bytes summed, seconds as they run side by side under the limits, the longest pause."""
    costs = [step.forecast for step in steps]
    return s.Forecast(
        memory_bytes=sum(cost.memory_bytes for cost in costs),
        disk_bytes=sum(cost.disk_bytes for cost in costs),
        seconds=_side_by_side(steps, limits),
        pause_seconds=max((cost.pause_seconds for cost in costs), default=0.0),
    )


def _side_by_side(steps: Sequence[s.AnyStep], limits: Limits) -> float:
    """Plays the engine: whenever something ends, start in order what may start; the time at which all is done."""
    waiting, ends, over, now = list(steps), dict[str, float](), set[str](), 0.0
    kinds = {step.key: step for step in steps}
    while waiting or ends:
        for step in list(waiting):
            running = [kinds[key] for key in ends]
            if over.issuperset(step.after) and blocked(step, running, limits) is None:
                ends[step.key] = now + step.forecast.seconds
                waiting.remove(step)
        if not ends:  # steps that wait for each other in a circle: no plan of ours, and not this function's to judge
            return now
        now = min(ends.values())
        over |= {key for key, end in ends.items() if end <= now}
        ends = {key: end for key, end in ends.items() if end > now}
    return now
