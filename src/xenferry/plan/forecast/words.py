"""The sentences that say what a forecast rests on."""

from __future__ import annotations

from collections.abc import Sequence

from xenferry.plan import steps as s
from xenferry.plan.forecast.compression import PLAIN_TAG, SLOW_MBIT, WIRE_SHARE
from xenferry.plan.forecast.figures import DISK_BITS, PAUSE_SECONDS, STREAM_BITS, UNKNOWN_LINK_MBIT
from xenferry.plan.forecast.links import link_mbit
from xenferry.plan.forecast.model import ASSUMED, Model
from xenferry.plan.forecast.reboots import Reboots
from xenferry.plan.words import span
from xenferry.pool.records import Ref
from xenferry.pool.snapshot import Snapshot


def assumptions(
    snapshot: Snapshot, steps: Sequence[s.AnyStep], network: Ref | None = None, model: Model = ASSUMED
) -> tuple[str, ...]:
    """What the forecast rests on; empty when nothing moves and nothing reboots."""
    movers = [step for step in steps if isinstance(step, s.Move | s.MoveWithDisks)]
    reboots = _reboots([step for step in steps if isinstance(step, s.Reboot)], model.reboots)
    return (*(_moves(snapshot, movers, network, model) if movers else ()), *reboots)


def _moves(
    snapshot: Snapshot, movers: Sequence[s.Move | s.MoveWithDisks], network: Ref | None, model: Model
) -> tuple[str, ...]:
    speeds = {link_mbit(snapshot, host.ref, network) for host in snapshot.hosts}
    known = ", ".join(f"{speed} Mbit/s" for speed in sorted(speeds - {0})) or "none known"
    unknown = f"; where unknown, {UNKNOWN_LINK_MBIT} Mbit/s is assumed" if 0 in speeds else ""
    rate = f"links: {known}{unknown}; one stream reaches at most {STREAM_BITS / 1e9:.1f} Gbit/s"
    dirty = _unknown_writers([step for step in movers if step.guest.uuid not in model.rewriting], len(movers))
    copies = f"disks are copied at {DISK_BITS / 8e6:.0f} MB/s" if any(x.forecast.disk_bytes for x in movers) else ""
    assumed = tuple(f"assumed: {text}" for text in (rate, dirty, copies, _compression(movers)) if text)
    return (*assumed, *_learnt(model))


def _unknown_writers(steps: Sequence[s.Move | s.MoveWithDisks], movers: int) -> str:
    """Of whom no earlier move tells how fast they rewrite their memory."""
    if not steps:
        return ""
    who = "guests rewrite" if len(steps) == movers else f"{len(steps)} of the {movers} guests rewrite"
    return f"how fast {who} memory is not known: each byte is counted once, the pause as {span(PAUSE_SECONDS)}"


def _compression(movers: Sequence[s.Move | s.MoveWithDisks]) -> str:
    if not any(step.forecast.wire_share < 1 for step in movers):
        return ""
    asked = any(isinstance(step, s.Move) and step.compress for step in movers)
    why = f"where a link is slow ({SLOW_MBIT} Mbit/s or less)" if asked else "because the pool says so"
    off = f"; tag the pool or a guest {PLAIN_TAG} to leave that" if asked else ""
    return f"memory is compressed {why}, which leaves {WIRE_SHARE:.0%} of it on the wire{off}"


def _reboots(steps: Sequence[s.Reboot], reboots: Reboots) -> tuple[str, ...]:
    """From the shortest to the longest that a host may be gone."""
    if not steps:
        return ()
    costs = [step.forecast for step in steps]
    low, high = min(cost.seconds_low for cost in costs), max(cost.seconds_high for cost in costs)
    took = f"a host that reboots is back after {span(low)} to {span(high)}"
    if not reboots.learnt:
        return (f"assumed: {took}",)
    return (f"learnt from {reboots.learnt} earlier reboot{'s' * (reboots.learnt > 1)} of this pool: {took}",)


def _learnt(model: Model) -> tuple[str, ...]:
    if not model.learnt:
        return ()
    moves = "1 earlier move" if model.learnt == 1 else f"{model.learnt} earlier moves"
    rate = f"{model.copied:.2f} times what their memory takes at full rate"
    text = f"learnt from {moves} of this pool: {span(model.fixed)} each, and {rate}"
    shared = f", {model.shared:.0%} more for each move beside it" if model.shared else ""
    return (f"{text}{shared}; nine of ten end between {model.low:.0%} and {model.high:.0%} of that",)
