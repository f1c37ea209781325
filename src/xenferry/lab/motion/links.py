"""Bytes on the wire: streams between hosts share each host's link fairly and have a ceiling of their own.

Shares follow max-min fairness, recomputed whenever a stream comes or goes. Simplification: a link carries migrations
only, in both directions together, and nothing but the hosts' own links is ever narrow.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field

from xenferry.lab.error import internal

TICK_S = 1e-4
"""What would be sent within this time counts as sent: timers are no finer than a loop's clock."""
STEP_S = 1.0
"""Progress is shown, and a wish to cancel is noticed, this often."""


@dataclass(eq=False)
class Stream:
    """One transfer between hosts. `rate` is bytes per second now; `broken` when a host on the way has died."""

    ends: tuple[str, ...]
    ceiling: float
    rate: float = 0.0
    broken: bool = False
    changed: asyncio.Event = field(default_factory=asyncio.Event)


class Links:
    """`capacity(host)` is what a host's link carries, in bytes per second."""

    def __init__(self, capacity: Callable[[str], float]) -> None:
        self._capacity = capacity
        self._streams: list[Stream] = []

    def open(self, source: str, target: str, ceiling: float) -> Stream:
        """A stream; between a host and itself it meets no link."""
        ends = (source, target) if source != target else ()
        stream = Stream(ends, ceiling)
        self._streams.append(stream)
        self._share()
        return stream

    def close(self, stream: Stream) -> None:
        if stream in self._streams:
            self._streams.remove(stream)
            self._share()

    def sever(self, host: str) -> None:
        """The host is gone: every stream to or from it breaks."""
        for stream in [one for one in self._streams if host in one.ends]:
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
        rates = dict.fromkeys(self._streams, 0.0)
        left = {end: self._capacity(end) for stream in self._streams for end in stream.ends}
        growing = list(self._streams)
        while growing:
            users = {end: sum(end in stream.ends for stream in growing) for end in left}
            more = min(
                [stream.ceiling - rates[stream] for stream in growing]
                + [left[end] / users[end] for end in left if users[end]]
            )
            for stream in growing:
                rates[stream] += more
            for end, count in users.items():
                left[end] -= more * count
            growing = [
                one for one in growing if rates[one] < one.ceiling - 1 and all(left[end] > 1 for end in one.ends)
            ]
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
