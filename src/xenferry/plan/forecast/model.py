"""How long a live move takes, as a formula with three coefficients, and how far off it usually is."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from xenferry.plan.forecast.figures import OVERHEAD_SECONDS, PAUSE_SECONDS
from xenferry.plan.forecast.reboots import Reboots
from xenferry.plan.forecast.rewriting import sent


class Measurement(Struct, frozen=True, kw_only=True):
    """One live move that was timed."""

    seconds: float
    ideal: float
    """Seconds for its memory, sent once at the rate that its links and the stream's ceiling allow."""
    sharing: float = 0.0
    """Other moves that used one of its two links in the same direction meanwhile, counted for each such link; one that
    did so half the time is 0.5."""


class Model(Struct, frozen=True, kw_only=True):
    """`seconds = fixed + ideal x (copied + shared x sharing)`."""

    fixed: float
    """Seconds that every move takes, however small."""
    copied: float
    """Times the ideal: what is sent again because the guest rewrote it, and what goes over the wire besides."""
    shared: float = 0.0
    """What each other move over the same link adds, as a share of the ideal."""
    low: float
    """Of twenty moves one ends before this share of its forecast."""
    high: float
    """Of twenty moves one ends after this share of its forecast."""
    learnt: int = 0
    """From so many moves of this pool; 0: assumed."""
    plain: float = 1.0
    """Times the ideal for a guest that rewrites next to nothing."""
    rewriting: Mapping[str, float] = {}
    """Guest's UUID -> bytes of memory that it rewrites a second, as its own earlier moves showed."""
    reboots: Reboots = Reboots()
    """How long its hosts are gone when they reboot."""

    def seconds(self, ideal: float, sharing: float = 0.0) -> float:
        """The expected duration."""
        return self.fixed + ideal * (self.copied + self.shared * sharing)

    def expected(self, guest: str, ideal: float, rate: float, sharing: float = 0.0) -> tuple[float, float]:
        """Seconds of a move and of the guest's pause, by what is known of this guest (its UUID).

        Args:
            guest: its UUID.
            ideal, sharing: as for a Measurement.
            rate: bytes of memory a second that its stream carries.
        """
        rewrites = self.rewriting.get(guest)
        if rewrites is None:
            return self.seconds(ideal, sharing), PAUSE_SECONDS
        slower = self.plain * (1 + self.shared * sharing)
        times, rest = sent(rewrites / (rate / slower))
        return self.fixed + ideal * slower * times, PAUSE_SECONDS + ideal * slower * rest


ASSUMED = Model(fixed=OVERHEAD_SECONDS, copied=1.0, low=0.5, high=2.0)
"""Before anything was measured: half to twice is no interval that anything proves, and plans say that it is assumed."""
