"""The control domains of a pool, for what XAPI neither tells nor does; a person here says which ssh keys are theirs.

Nobody can be asked in the middle of a run, so a key that is seen for the first time is refused, remembered, and shown
on the pool's page of control domains; who may act confirms it there, and the next login succeeds.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Protocol, TypeVar

from msgspec import Struct

from xenferry.plan.step import Thing
from xenferry.plan.steps import Plan, RenameNics
from xenferry.plan.things import find, thing
from xenferry.pool.neighbour import Neighbour
from xenferry.pool.records import Ref
from xenferry.pool.snapshot import Snapshot
from xenferry.probe.dom0 import Dom0 as Session
from xenferry.runs.port import Dom0
from xenferry.web import order
from xenferry.xapi import Unreachable

T = TypeVar("T")
Pin = Callable[[str, str], bool]
"""Address of a host and fingerprint of a key: may it be trusted (asked), or trust it from now on (told)?"""


class Way(Dom0, Protocol):
    """The way into control domains. Each of these raises Unreachable or ValueError, in words."""

    async def reach(self, host: Thing, address: str) -> None:
        """Log in and out again."""

    async def ask(self, host: Thing, address: str, question: Callable[[Session], Awaitable[T]]) -> T:
        """Log in and ask something."""

    async def neighbours(self, snapshot: Snapshot) -> tuple[dict[Ref, Neighbour], tuple[str, ...]]:
        """Physical PIF -> the switch it is plugged into; and of each host that does not tell, why."""


class Seen(Struct, frozen=True):
    """What is known of one host's dom0."""

    name: str
    address: str
    """The host's own, by which its key is remembered."""
    asked: bool
    trouble: str
    """Why nobody could log in; empty when somebody could."""
    key: str
    """The fingerprint that it shows and that nobody has confirmed."""


class ControlDomains:
    """Those of one pool.

    Args:
        way: makes the way in, given whom to ask about a key that is seen for the first time.
        pin: remembers a key.
    """

    def __init__(self, way: Callable[[Pin], Way], pin: Pin) -> None:
        self.way = way(self._meet)
        self._pin = pin
        self._strangers: dict[str, str] = {}
        self._said: dict[str, str] = {}

    def _meet(self, address: str, key: str) -> bool:
        self._strangers[address] = key
        return False

    async def knock(self, s: Snapshot, hosts: list[Ref]) -> list[Seen]:
        """Log in to all of these at once, and say how it went."""
        await asyncio.gather(*(self._knock(s, host) for host in hosts))
        return [each for each in self.seen(s) if each.address in {s.host[host].address for host in hosts}]

    async def _knock(self, s: Snapshot, host: Ref) -> None:
        address = s.host[host].address
        self._strangers.pop(address, None)
        try:
            await self.way.reach(thing(s, "host", host), address)
        except (Unreachable, ValueError) as error:
            self._said[address] = str(error)
        else:
            self._said[address] = ""

    def trust(self, address: str, key: str) -> bool:
        """Remember the key that this host has shown; False: it has shown none, or another."""
        if not key or self._strangers.get(address) != key:
            return False
        del self._strangers[address]
        return self._pin(address, key)

    def seen(self, s: Snapshot) -> list[Seen]:
        """Every host's, by name."""
        return [self._of(host.name_label, host.address) for host in order.hosts(s)]

    def _of(self, name: str, address: str) -> Seen:
        return Seen(name, address, address in self._said, self._said.get(address, ""), self._strangers.get(address, ""))


def renamed(plan: Plan, s: Snapshot) -> list[Ref]:
    """The hosts that a plan enters by ssh, as far as they are there."""
    return [found for step in plan.steps if isinstance(step, RenameNics) and (found := find(s, step.host)) in s.host]


def cannot(seen: list[Seen]) -> Mapping[str, str]:
    """Name -> why nobody can log in to that host's dom0."""
    return {
        each.name: f"its key {each.key} is not confirmed yet" if each.key else each.trouble
        for each in seen
        if each.trouble
    }
