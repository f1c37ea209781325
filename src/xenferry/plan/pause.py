"""How long a guest may stand still: a tag on it, or on the pool for all its guests, and what follows from it.

`xenferry:pause=2s` (or `500ms`, `1min`). A guest whose pause is forecast to be longer is moved by nobody's plan until a
person says so; a guest of which nothing is known yet sets out, and its migration is stopped while it still runs where
it was as soon as it is seen to rewrite its memory too fast.
"""

from __future__ import annotations

import re

from xenferry.plan import forecast
from xenferry.plan.forecast import compression
from xenferry.plan.words import size, span
from xenferry.pool import records as r
from xenferry.pool.records import Ref
from xenferry.pool.snapshot import Snapshot

TAG = "xenferry:pause="
_SPAN = re.compile(r"(\d+(?:\.\d+)?)\s*(ms|s|min|)")
_UNITS = {"ms": 0.001, "s": 1.0, "min": 60.0, "": 1.0}


def limit(snapshot: Snapshot, vm: r.VM) -> float | None:
    """Seconds that the guest may stand still; None where no tag says so. A tag that says no time means 0: nobody knows
    what was meant, so nobody moves it."""
    said = [tag.removeprefix(TAG) for tags in (vm.tags, snapshot.pool.tags) for tag in tags if tag.startswith(TAG)]
    if not said:
        return None
    found = _SPAN.fullmatch(said[0].strip())
    return float(found[1]) * _UNITS[found[2]] if found else 0.0


def too_long(snapshot: Snapshot, vm: r.VM, network: Ref | None, model: forecast.Model) -> str:
    """Why this guest had better not be moved, in a sentence; empty if its pause keeps to its limit as far as known."""
    allowed = limit(snapshot, vm)
    if allowed is None or vm.resident_on not in snapshot.host:
        return ""
    longest = max((_pause(snapshot, vm, host.ref, network, model) for host in snapshot.hosts), default=0.0)
    if longest <= allowed:
        return ""
    rewrites = model.rewriting.get(vm.uuid)
    why = f"it rewrote {size(int(rewrites))} a second when it last moved" if rewrites else "that is the shortest usual"
    return (
        f"guest {vm.name_label} would stand still for about {span(longest)} and may for {span(allowed)} at most, "
        f"as its tag {TAG}... or the pool's says; {why}"
    )


def _pause(snapshot: Snapshot, vm: r.VM, target: Ref, network: Ref | None, model: forecast.Model) -> float:
    if target == vm.resident_on:
        return 0.0
    asked = compression.asks(snapshot, vm, vm.resident_on, target, network)
    return forecast.of_move(snapshot, vm, target, network, model, None, asked).pause_seconds
