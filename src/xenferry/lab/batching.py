"""How long XAPI lets changes come together before it answers a call that waits for them (throttle.ml of XAPI).

Once at the beginning, so that a busy client asks less often; then after each waking, first a moment and twice as long
each time, up to 50 ms.
"""

from __future__ import annotations

from collections.abc import Iterator

BETWEEN_S = 0.05
"""The longest pause between two looks, for every kind of call."""

FIRST_BETWEEN_S = BETWEEN_S / 8


def pauses(before_s: float) -> Iterator[float]:
    """Seconds to wait before the first look, the second and so on, without end."""
    yield before_s
    pause = FIRST_BETWEEN_S
    while True:
        yield pause
        pause = min(2 * pause, BETWEEN_S)
