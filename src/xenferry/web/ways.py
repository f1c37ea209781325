"""Which page does what a cure's command does, so that whoever reads a cure in a browser need not leave it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from msgspec import Struct

COMMAND = re.compile(r"`xenferry ([a-z]+)(?: ([a-z]+))?")


class Way(Struct, frozen=True):
    """A page of the pool."""

    path: str
    """Below the pool's own."""
    title: str


WIRING = Way("/nics", "Line up the NICs")
SHARE = Way("/storage", "Give all hosts a shared SR")
PLACES: Mapping[str, Way] = {
    "nics plan": WIRING,
    "nics show": WIRING,
    "nics apply": WIRING,
    "storage add": SHARE,
    "storage probe": SHARE,
    "storage move": Way("/plan#w-disks", "Move disks"),
    "migrate": Way("/plan#w-migrate", "Migrate guests"),
    "evacuate": Way("/plan#w-evacuate", "Evacuate a host"),
    "maintenance enter": Way("/plan#w-enter", "Enter maintenance"),
    "maintenance leave": Way("/plan#w-leave", "Leave maintenance"),
    "rolling": Way("/plan#w-rolling", "Rolling reboot"),
}
"""Command -> where its like is."""


def ways(cures: Iterable[str]) -> tuple[Way, ...]:
    """The pages that these cures lead to, each once, in the order of the cures."""
    commands = (found.groups(default="") for cure in cures for found in COMMAND.finditer(cure))
    found = (PLACES.get(f"{first} {second}") or PLACES.get(first) for first, second in commands)
    return tuple(dict.fromkeys(way for way in found if way is not None))
