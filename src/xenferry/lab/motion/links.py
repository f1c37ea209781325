"""Bytes on the wire: streams between hosts share each host's link fairly and have a ceiling of their own.

Shares follow max-min fairness, recomputed whenever a stream comes or goes. A link carries as much in either direction
at the same time. Simplification: it carries migrations only, and nothing but the hosts' own links is ever narrow.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple

from xenferry.lab.error import internal

TICK_S = 1e-4
"""What would be sent within this time counts as sent: timers are no finer than a loop's clock."""
STEP_S = 1.0
"""Progress is shown, and a wish to cancel is noticed, this often."""


class Link(NamedTuple):
    """One direction of a host's NIC: the one on this network, on the management network when that is empty."""

    host: str
    network: str
    outward: bool


@dataclass(eq=False)
class Stream:
    """One transfer between hosts. `rate` is bytes per second now; `broken` when a host on the way has died."""

    ends: tuple[Link, ...]
    ceiling: float
    rate: float = 0.0
    broken: bool = False
    changed: asyncio.Event = field(default_factory=asyncio.Event)


class Links:
    """`capacity(host, network)` is what a host's NIC carries in each direction, in bytes per second."""

    def __init__(self, capacity: Callable[[str, str], float]) -> None:
        self._capacity = capacity
        self._streams: list[Stream] = []

    def open(self, source: str, target: str, ceiling: float, network: str = "") -> Stream:
        """A stream over the network given, else the management network; from a host to itself it meets no link."""
        ends = (Link(source, network, outward=True), Link(target, network, outward=False))
        stream = Stream(ends if source != target else (), ceiling)
        self._streams.append(stream)
        self._share()
        return stream

    def close(self, stream: Stream) -> None:
        if stream in self._streams:
            self._streams.remove(stream)
            self._share()

    def sever(self, host: str) -> None:
        """The host is gone: every stream to or from it breaks."""
        for stream in [one for one in self._streams if any(host == end.host for end in one.ends)]:
            stream.broken = True
            self.close(stream)
            stream.changed.set()

    async def send(self, stream: Stream, size: float, step: Callable[[float], None]) -> None:
        """Sends so many bytes; calls `step` with those already sent, about once a second. Raises INTERNAL_ERROR."""
        loop, sent = asyncio.get_running_loop(), 0.0
        while sent < size:
            if stream.broken:
                raise internal("xenopsd internal error: End_of_file")
            begin, rate = loop.time(), stream.rate
            stream.changed.clear()
            await _wait(stream.changed, min(STEP_S, (size - sent) / rate))
            passed = (loop.time() - begin) * rate
            sent = size if size - sent - passed < rate * TICK_S else sent + passed
            step(sent)

    def _share(self) -> None:
        """Fills all streams evenly until a link or a ceiling is full, freezes those, and goes on."""
        rates: dict[Stream, float] = {}
        growing, level = list(self._streams), 0.0
        users = Counter(end for stream in growing for end in stream.ends)
        left = {end: self._capacity(end.host, end.network) for end in users}
        while growing:
            shares = [left[end] / count for end, count in users.items() if count]
            more = min([min(stream.ceiling for stream in growing) - level, *shares])
            level += more
            for end, count in users.items():
                left[end] -= more * count
            full = {one for one in growing if level >= one.ceiling - 1 or any(left[end] <= 1 for end in one.ends)}
            rates |= dict.fromkeys(full, level)
            users.subtract(end for stream in full for end in stream.ends)
            growing = [one for one in growing if one not in full]
        self._tell(rates)

    def _tell(self, rates: dict[Stream, float]) -> None:
        for stream, rate in rates.items():
            if stream.rate != rate:
                stream.rate = rate
                stream.changed.set()


async def _wait(changed: asyncio.Event, limit_s: float) -> None:
    try:
        await asyncio.wait_for(changed.wait(), limit_s)
    except TimeoutError:
        return
