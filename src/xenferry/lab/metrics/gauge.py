"""One thing that is measured, and its value at any time.

Simplification: the lab keeps no history. A value of the past is the value that follows from the pool as it is now, with
a swing that depends only on the time and the name, so that the same question gets the same answer.
"""

from __future__ import annotations

import math
import zlib
from dataclasses import dataclass

PERIODS_S = (300.0, 3600.0, 86400.0)
"""Every swing is a sum of waves of five minutes, an hour and a day."""


@dataclass(frozen=True)
class Gauge:
    """`level` is the mean, `swing` the greatest deviation as a part of it; before `since` (epoch seconds) is nothing.

    `kind` is the kind of data source of an RRD: GAUGE, DERIVE or ABSOLUTE; values are already per second.
    """

    name: str
    level: float
    units: str
    description: str = ""
    swing: float = 0.0
    kind: str = "GAUGE"
    since: float = 0.0

    def at(self, time: float) -> float:
        """The value at this time (epoch seconds); NaN when there was none."""
        if time < self.since:
            return math.nan
        return self.level * (1 + self.swing * self._wave(time))

    def _wave(self, time: float) -> float:
        phase = zlib.crc32(self.name.encode()) % 1000 / 1000
        waves = [math.sin(math.tau * (time / period + phase)) for period in PERIODS_S]
        return sum(waves) / len(waves)
