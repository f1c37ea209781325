"""What a guest that rewrites its memory costs: rounds of copying, and the pause in which the rest is copied.

Xen copies the memory once, then what was rewritten meanwhile, and so on; after five rounds it pauses the guest and
copies the rest (libxenguest's usual policy). Of memory that is rewritten at a share x of the rate at which it is sent
1 + x + x^2 ... is sent, and x^5 of it while the guest stands still. How fast a guest writes XAPI does not tell; how
long its earlier moves took does.
"""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

ROUNDS = 5
LEAST = 0.01
"""Times the assumed seconds that the fastest stream takes."""
NOTICED = 1.03
"""Times its memory; less is the noise of measuring."""


def sent(share: float) -> tuple[float, float]:
    """Times its memory that is sent, and how much of that while the guest stands still.

    Args:
        share: bytes rewritten a second over bytes sent a second.
    """
    left, total = 1.0, 0.0
    for _ in range(ROUNDS):
        total += left
        left = min(1.0, share * left)
    return total + left, left


def share_of(times: float) -> float:
    """The share (0 to 1) at which so many times its memory is sent."""
    low, high = 0.0, 1.0
    for _ in range(40):
        middle = (low + high) / 2
        low, high = (middle, high) if sent(middle)[0] < times else (low, middle)
    return high if times > NOTICED else 0.0


class Seen(Struct, frozen=True):
    """A guest's move, without what every move takes."""

    guest: str
    """UUID."""
    times: float
    """Times the seconds for its memory, sent once at full rate."""
    rate: float
    """That rate, in bytes a second."""


def plain(moves: Sequence[Seen]) -> float:
    """What a guest takes that rewrites next to nothing: one in ten does no more than that.

    Less than 1 where streams are faster than was assumed.
    """
    ranked = sorted(each.times for each in moves)
    return max(LEAST, ranked[len(ranked) // 10]) if ranked else 1.0


def rewriting(moves: Sequence[Seen]) -> dict[str, float]:
    """Guest's UUID -> bytes it rewrites a second, by the slowest of its moves."""
    found: dict[str, float] = {}
    usual = plain(moves)
    for each in moves:
        rate = share_of(each.times / usual) * each.rate / usual
        found[each.guest] = max(found.get(each.guest, 0.0), rate)
    return found
