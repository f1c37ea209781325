"""A paused guest goes to no other pool.

XAPI sends guests that run, are suspended or are halted.

Cause: somebody paused the guest, or it was started paused.
Fix: Let it run: `xe vm-unpause uuid=...`.

Example:
    pool east
    host north
    guest mail paused   # rule: guest-paused
      disk root
    guest wiki suspended
      disk root

    pool west
    host upper
    sr store nfs default
"""

from __future__ import annotations

from xenferry.rules.finding import Error
from xenferry.rules.journey import Journey
from xenferry.rules.place import Place
from xenferry.rules.words import Words

where = Place("lifecycle", 2)


def refused(j: Journey) -> bool:
    """Neither running, suspended nor halted."""
    return j.vm.power_state == "Paused"


def error(j: Journey) -> Error:
    """XAPI's answer."""
    return ("VM_BAD_POWER_STATE", j.vm.ref, "halted, suspended, running", "paused")


def say(j: Journey) -> Words:
    """That it is paused."""
    return Words(j.vm.ref, f"{j.cannot}: it is paused.", (f"Let it run again: `xe vm-unpause uuid={j.vm.uuid}`.",))
