"""Guests that are shut down for their move: no sooner than it can begin, or all would stand still while a few go.

A lane is a sequence of such guests into one host; the next is shut down when the one before has been taken over. If one
cannot be taken over, those behind it in its lane are not shut down: they go on running.
"""

from __future__ import annotations

from xenferry.plan.schedule.limits import Limits
from xenferry.pool.records import Ref


class Lanes:
    """As many lanes into a host as its link and XAPI bear."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._ends: dict[Ref, list[tuple[float, str]]] = {}
        """Host -> when each of its lanes is free again, and the step that frees it."""

    def wait_for(self, host: Ref, uuid: str, bits: float, seconds: float, key: str) -> tuple[str, ...]:
        """The step that a shutdown has to wait for, if any.

        Args:
            host: the host there, by reference.
            uuid: and by UUID.
            bits: bits per second of the copy.
            seconds: how long the guest's shutdown and move take together.
            key: the step that takes it over.
        """
        ends = self._ends.setdefault(host, [])
        if len(ends) < self._most(uuid, bits):
            ends.append((seconds, key))
            return ()
        free = min(ends)
        ends[ends.index(free)] = (free[0] + seconds, key)
        return (free[1],)

    def _most(self, uuid: str, bits: float) -> int:
        capacity = self._limits.links.get(uuid, 0.0)
        most = min(self._limits.storage_per_host, self._limits.most_per_host if capacity else self._limits.per_host)
        return max(1, min(most, int(capacity / bits))) if capacity and bits else most
