"""What a guest's tags say about how it leaves a host, so that nobody has to answer for it each time.

A tag `xenferry:shutdown` (or suspend, eject, leave, move, ask) on a guest; what a person chooses on the command line
comes before it. `ask` leaves the guest until somebody chose; with any tag but `move` and `eject` it is not moved aside
either when others need its place.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Literal, get_args

from msgspec import Struct

from xenferry.pool import records as r
from xenferry.pool.hostset import HostSet
from xenferry.pool.records import Ref
from xenferry.pool.snapshot import Snapshot

Choice = Literal["move", "shutdown", "suspend", "eject", "leave"]
CHOICES: tuple[Choice, ...] = get_args(Choice)
"""What a person may choose for a guest: `eject` takes CDs out first and then moves it."""
PREFIX = "xenferry:"
ASK = "ask"


class Targets(Struct, frozen=True, kw_only=True):
    """Where guests shall rather go, and where they shall not."""

    avoid: frozenset[Ref] = frozenset()
    """Hosts that take no guest of this plan."""
    prefer: frozenset[Ref] = frozenset()
    """Hosts that are filled first."""


ANYWHERE = Targets()


def tagged(vm: r.VM) -> str:
    """The choice that the guest's tags make: one of `CHOICES`, `ask`, or empty."""
    named = [tag.removeprefix(PREFIX) for tag in vm.tags if tag.startswith(PREFIX)]
    return next((name for name in named if name in (*CHOICES, ASK)), "")


def by_tags(guests: Iterable[r.VM], chosen: Mapping[Ref, Choice]) -> dict[Ref, Choice]:
    """What was chosen, and for all other guests what their tags say."""
    said = {vm.ref: tagged(vm) for vm in guests}
    return {ref: choice for ref, choice in said.items() if choice in CHOICES} | dict(chosen)


def stays(vm: r.VM) -> bool:
    """Is the guest never to be moved aside for others?"""
    return tagged(vm) in ("leave", "shutdown", "suspend", ASK)


def ways_off(wish: str) -> tuple[str, ...]:
    """What a person may do about a guest that can go nowhere; `wish`: what was chosen for it and XAPI cannot do now."""
    if wish == "shutdown":
        return ("shut it down from inside, then plan anew: XAPI cannot do so cleanly now; its guest tools may not run",)
    if wish == "suspend":
        return ("shut it down, then plan anew: XAPI cannot suspend it now",)
    return ("shut such guests down meanwhile: --immobile shutdown", "tag it xenferry:shutdown or xenferry:suspend")


def positions(snapshot: Snapshot, hosts: Iterable[Ref]) -> HostSet:
    """Hosts as a set."""
    return HostSet.of(snapshot.place[host] for host in hosts)
