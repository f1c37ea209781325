"""What every step of a plan is made of: the objects it names, what it costs, its key and what it waits for."""

from __future__ import annotations

from msgspec import Struct


class Thing(Struct, frozen=True):
    """An object of the pool as a plan names it: the XenAPI class, its UUID, and what people called it."""

    kind: str
    uuid: str
    name: str


class Forecast(Struct, frozen=True, kw_only=True):
    """What a step, or a whole plan, is expected to cost."""

    memory_bytes: int = 0
    """Memory that goes over the wire at least once."""
    disk_bytes: int = 0
    """Disk bytes that may move at most; a run that would move more stops and asks."""
    seconds: float = 0.0
    seconds_low: float = 0.0
    seconds_high: float = 0.0
    """Nine of ten end between these; 0 where nothing is known of that."""
    bits_per_second: float = 0.0
    """Of memory or disk, while it is sent; 0 where that is not known. Nothing for a whole plan."""
    wire_share: float = 1.0
    """What of it goes over the link: less than 1 where memory is compressed."""
    pause_seconds: float = 0.0
    """How long a guest stands still; of a plan: the longest of its guests."""


class Step(Struct, frozen=True, kw_only=True, tag_field="step"):
    """What every step has."""

    key: str
    after: tuple[str, ...] = ()
    forecast: Forecast = Forecast()
