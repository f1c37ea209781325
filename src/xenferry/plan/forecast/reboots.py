"""How long a host is gone when it reboots: what its own earlier reboots took, else those of the pool, else a guess."""

from __future__ import annotations

import statistics
from collections.abc import Mapping

from msgspec import Struct

from xenferry.plan.forecast.figures import REBOOT_SECONDS
from xenferry.plan.step import Forecast

LOW, HIGH = 0.3, 2.0
"""Before anything was measured: a small server is back in 3 minutes, a big one tests its memory for 20."""
SOONER, LATER = 0.8, 1.5
"""Of the shortest and of the longest reboot so far: a few of them do not show every file system check."""


class Reboots(Struct, frozen=True, kw_only=True):
    """What was measured: a host's UUID -> seconds from the order to the moment it was back and connected."""

    of_host: Mapping[str, tuple[float, ...]] = {}

    @property
    def learnt(self) -> int:
        """How many reboots were measured."""
        return sum(map(len, self.of_host.values()))

    def cost(self, host: str) -> Forecast:
        """The forecast of a reboot of the host with this UUID."""
        measured = self.of_host.get(host) or tuple(each for times in self.of_host.values() for each in times)
        if not measured:
            return _between(REBOOT_SECONDS * LOW, REBOOT_SECONDS, REBOOT_SECONDS * HIGH)
        return _between(min(measured) * SOONER, statistics.median(measured), max(measured) * LATER)


def _between(low: float, usual: float, high: float) -> Forecast:
    return Forecast(seconds=usual, seconds_low=low, seconds_high=high)
