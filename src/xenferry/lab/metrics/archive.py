"""Archives of measurements: how long which resolution is kept, and which archive answers a question about the past.

As in xcp-rrdd: one value each five seconds, averaged into four archives.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from xenferry.lab.metrics.gauge import Gauge

STEP_S = 5


@dataclass(frozen=True)
class Archive:
    """So many rows, each the average of so many steps."""

    rows: int
    steps: int

    @property
    def interval(self) -> int:
        """Seconds from row to row."""
        return self.steps * STEP_S

    @property
    def span(self) -> int:
        return self.rows * self.interval


ARCHIVES = (Archive(120, 1), Archive(120, 12), Archive(168, 720), Archive(366, 17280))
"""Ten minutes, two hours, a week, a year."""


@dataclass(frozen=True)
class Updates:
    """What was measured since a time: `rows` are (time, values), newest first, values in the order of `legend`."""

    start: int
    step: int
    end: int
    legend: tuple[str, ...]
    rows: tuple[tuple[int, tuple[float, ...]], ...]


def best(start: int, interval: int, now: float) -> Archive:
    """The finest archive that is no finer than `interval` and reaches back to `start`, else the longest."""
    last = floor(now, STEP_S)
    fit = (each for each in ARCHIVES if each.steps >= interval // STEP_S and start > last - each.span)
    return next(fit, ARCHIVES[-1])


def updates(gauges: Sequence[tuple[str, Gauge]], start: int, interval: int, now: float) -> Updates:
    """All values after `start` (epoch seconds; negative: before now) of gauges given with a prefix for the legend."""
    begin = start + int(now) if start < 0 else start
    archive = best(begin, interval, now)
    end = floor(now, archive.interval)
    times = [end - n * archive.interval for n in range(archive.rows) if end - n * archive.interval >= begin]
    rows = tuple((time, tuple(gauge.at(time) for _, gauge in gauges)) for time in times)
    legend = tuple(f"AVERAGE:{prefix}{gauge.name}" for prefix, gauge in gauges)
    return Updates(floor(begin, archive.interval) + archive.interval, archive.interval, end, legend, rows)


def floor(time: float, step: int) -> int:
    """The last multiple of `step` that is not after `time`."""
    return int(time) // step * step
