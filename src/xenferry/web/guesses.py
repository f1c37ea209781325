"""Nobody guesses at leisure: after so many wrong answers within so long none is heard for a while."""

from __future__ import annotations

import time
from collections import OrderedDict, deque

KEPT = 10_000
"""So many who were wrong are remembered; those who were wrong longest ago are forgotten first."""


class Guesses:
    """Wrong answers of each who gave one: an address, a name.

    Args:
        most: so many wrong answers are heard,
        within: in so many seconds.
    """

    def __init__(self, most: int, within: float) -> None:
        self._most, self._within = most, within
        self._wrong: OrderedDict[str, deque[float]] = OrderedDict()

    def exhausted(self, who: str) -> bool:
        """Whether they were wrong too often just now."""
        wrong = self._wrong.get(who)
        return wrong is not None and len(wrong) == self._most and time.monotonic() - wrong[0] < self._within

    def wrong(self, who: str) -> None:
        """Remember that they were."""
        self._wrong.setdefault(who, deque(maxlen=self._most)).append(time.monotonic())
        self._wrong.move_to_end(who)
        while len(self._wrong) > KEPT:
            self._wrong.popitem(last=False)

    def right(self, who: str) -> None:
        """They know it; what they mistyped before is forgotten."""
        self._wrong.pop(who, None)
