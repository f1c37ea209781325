"""Failures ordered beforehand, looked up before each call is carried out."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from xenferry.lab import mishaps
from xenferry.lab.error import LabError
from xenferry.lab.world import Fault, Mishap

if TYPE_CHECKING:
    from xenferry.lab.lab import Lab

SPOILT: ContextVar[list[Fault] | None] = ContextVar("SPOILT", default=None)
"""A server that is about to answer sets a list; faults that spoil the answer's way are put into it."""


class Dropped(ConnectionResetError):
    """The connection breaks: the client gets no answer."""


@dataclass
class _Seen:
    fault: Fault
    random: random.Random
    matches: int = 0


@dataclass
class Faults:
    """Consults `world.faults`, which may be edited at any time; counts how often each has matched."""

    lab: Lab
    struck: Callable[[Fault | Mishap], None] | None = None
    """Is told what goes wrong, at the moment when it does."""
    _seen: dict[int, _Seen] = field(default_factory=dict)

    async def before(self, call: str, params: list[Any]) -> Fault | None:
        """Delays, fails or breaks the call as ordered; returns the fault that still has to act."""
        mishaps.begin(self.lab)
        fault = self.ordered(call, params)
        if fault is None:
            return None
        await asyncio.sleep(fault.slow)
        if fault.drop == "before":
            raise Dropped(f"the lab was told to break the connection before {call}")
        if fault.error and not fault.when:
            raise LabError(*fault.error)
        self._spoil(fault)
        return fault

    def after(self, fault: Fault | None) -> None:
        """Loses the answer of a call that has been carried out, when that was ordered."""
        if fault is not None and fault.drop == "after":
            raise Dropped(f"the lab was told to lose the answer of {fault.call}")

    def ordered(self, call: str, params: list[Any]) -> Fault | None:
        """The first fault that meets this call now; it counts as having met it."""
        for fault in self.lab.world.faults:
            if fault.call == call and (not fault.on or fault.on in params):
                seen = self._seen.setdefault(id(fault), _new(fault))
                if seen.random.random() >= fault.chance:
                    continue
                seen.matches += 1
                served = seen.matches - fault.after
                if served > 0 and (fault.times == 0 or served <= fault.times):
                    self.tell(fault)
                    return fault
        return None

    def tell(self, what: Fault | Mishap) -> None:
        """It goes wrong now."""
        if self.struck is not None:
            self.struck(what)

    def _spoil(self, fault: Fault) -> None:
        spoilt = SPOILT.get()
        if spoilt is not None and (fault.garble or fault.drip):
            spoilt.append(fault)


def _new(fault: Fault) -> _Seen:
    return _Seen(fault, random.Random(fault.seed))  # noqa: S311 (the same for the same seed)
