"""Where a check stands in XAPI's order, and which checks a call makes.

From xapi/message_forwarding.ml and xapi/xapi_vm_helpers.ml: within a phase the smaller number is asked first.
"""

from __future__ import annotations

from typing import NamedTuple


class Place(NamedTuple):
    """A phase of XAPI's checking and the number of the check in it."""

    phase: str
    number: int


_CORE = "core core-sr core-memory"
_COORDINATOR = (f"{_CORE}", "ha", "host-op", "reserve", "source")

KINDS: dict[str, tuple[str, ...]] = {
    "migrate": ("cpu", "lifecycle lifecycle-strict", "versions", *_COORDINATOR, "execute"),
    "forward": ("cpu", "lifecycle lifecycle-strict", "versions", *_COORDINATOR),
    "forward-force": ("lifecycle", "versions", *_COORDINATOR),
    "boot": ("licence", "boot-versions", f"{_CORE} core-cpu"),
    "core": (f"{_CORE} core-cpu",),
    "core-without-cpu": (_CORE,),
    "core-without-memory": ("core core-sr core-cpu",),
    "core-without-sr": ("core core-memory core-cpu",),
    "cpu": ("cpu",),
    "lifecycle": ("lifecycle lifecycle-strict",),
}
"""What is asked -> its phases in order; phases in one text are asked together, by number.

`migrate` is VM.pool_migrate, `forward` the part of it that the coordinator decides before the source host acts,
`forward-force` the same with the option force, `boot` VM.assert_can_boot_here, `core` XAPI's inner check of a guest on
a host, `lifecycle` the operation pool_migrate without any host.
"""


def rank(kind: str, places: tuple[Place, ...]) -> tuple[int, int] | None:
    """Where a rule with these places comes first in what is asked; None if it is not asked."""
    phases = [phase.split() for phase in KINDS[kind]]
    found = [(at, place.number) for place in places for at, names in enumerate(phases) if place.phase in names]
    return min(found, default=None)


def kind_of(power_state: str) -> str:
    """The question that fits a guest as it is: a halted or suspended one may start somewhere, any other must move."""
    return "boot" if power_state in ("Halted", "Suspended") else "migrate"
