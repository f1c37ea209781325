"""When each recorded request is sent again: not before those that had been answered by then are answered here, too.

Connections wait for nobody but are not independent: what one of them asked for is done before another one looks. Calls
that wait for something to happen (event.from, event.next) keep nobody waiting.
"""

from __future__ import annotations

import asyncio
from bisect import bisect_right

from replay.recording import Line

WAITING_CALLS = ("event.from", "event.next")


class Order:
    """`start` is the time of the loop at which the recording begins."""

    def __init__(self, lines: list[Line], start: float) -> None:
        self._start = start
        asking = [line for line in lines if line["method"] not in WAITING_CALLS]
        self._ends = sorted((_end(line), line["number"]) for line in asking)
        self._answered: dict[int, asyncio.Event] = {line["number"]: asyncio.Event() for line in lines}
        self._when: dict[int, float] = {}
        self._passed = 0

    async def turn(self, line: Line) -> None:
        """Returns when it is time: as long after the answer before it as in the recording, never early."""
        loop = asyncio.get_running_loop()
        sent = line["t_ms"] / 1000
        due = self._start + sent
        position = self._passed
        while position < len(self._ends) and self._ends[position][0] <= sent:
            end, number = self._ends[position]
            await self._answered[number].wait()
            due = max(due, self._when[number] + sent - end)
            position += 1
        self._passed = max(self._passed, position - 1)
        await asyncio.sleep(max(0.0, due - loop.time()))

    def answered(self, line: Line) -> None:
        self._when[line["number"]] = asyncio.get_running_loop().time()
        self._answered[line["number"]].set()

    def moment(self, recorded_ms: float) -> float:
        """The loop's time that corresponds to a time in the recording: as long after the last answer before it."""
        sent = recorded_ms / 1000
        position = bisect_right(self._ends, (sent, float("inf"))) - 1
        while position >= 0 and self._ends[position][1] not in self._when:
            position -= 1
        if position < 0:
            return self._start + sent
        end, number = self._ends[position]
        return max(self._start + sent, self._when[number] + sent - end)


def _end(line: Line) -> float:
    return float(line["t_ms"] + line.get("dt_ms", 0)) / 1000
