"""Failures ordered beforehand, looked up before each call is carried out."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any

from xenferry.lab.error import LabError
from xenferry.lab.world import Fault, World


class Dropped(ConnectionResetError):
    """The connection breaks: the client gets no answer."""


@dataclass
class _Seen:
    fault: Fault
    matches: int = 0


class Faults:
    """Consults `world.faults`, which may be edited at any time; counts how often each has matched."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._seen: dict[int, _Seen] = {}

    async def before(self, call: str, params: list[Any]) -> Fault | None:
        """Delays, fails or breaks the call as ordered; returns the fault that still has to act after it."""
        fault = self._next(call, params)
        if fault is None:
            return None
        await asyncio.sleep(fault.slow)
        if fault.drop == "before":
            raise Dropped(f"the lab was told to break the connection before {call}")
        if fault.error:
            raise LabError(*fault.error)
        return fault

    def after(self, fault: Fault | None) -> None:
        """Loses the answer of a call that has been carried out, when that was ordered."""
        if fault is not None and fault.drop == "after":
            raise Dropped(f"the lab was told to lose the answer of {fault.call}")

    def _next(self, call: str, params: list[Any]) -> Fault | None:
        for fault in self._world.faults:
            if fault.call == call and (not fault.on or fault.on in params):
                seen = self._seen.setdefault(id(fault), _Seen(fault))
                seen.matches += 1
                served = seen.matches - fault.after
                if served > 0 and (fault.times == 0 or served <= fault.times):
                    return fault
        return None
