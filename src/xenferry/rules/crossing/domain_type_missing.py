"""XAPI does not know how the guest was virtualised when it started, and asks before it moves.

The type of its domain (HVM, PV, PVH) is written when a guest starts. Without it XAPI cannot compare CPUs and answers
with an internal error.

Cause: the guest's records came from a restored or an old database.
Fix: Shut the guest down and start it again; or move it cold.

Example:
    pool east
    host north
    guest mail   # rule: domain-type-missing
      disk root
      set metrics.current_domain_type=unspecified
    guest wiki
      disk root

    pool west
    host upper
    sr store nfs default
"""

from __future__ import annotations

from xenferry.rules.facts.guest import UNKNOWN_TYPE, UNKNOWN_TYPE_ERROR
from xenferry.rules.finding import Error
from xenferry.rules.journey import Journey
from xenferry.rules.place import Place
from xenferry.rules.words import Words

where = Place("import", 5)
before = (23, 17), Place("ask", 75)


def refused(j: Journey) -> bool:
    """Of a halted guest it is not asked, nor with force."""
    booted = None if j.force else j.here.VM_metrics.get(j.vm.metrics)
    return j.vm.power_state != "Halted" and booted is not None and booted.current_domain_type == UNKNOWN_TYPE


def error(j: Journey) -> Error:
    """XAPI's answer."""
    return UNKNOWN_TYPE_ERROR


def say(j: Journey) -> Words:
    """That it is not known."""
    seen = f"{j.cannot}: XAPI does not know how it was virtualised when it started."
    return Words(j.vm.ref, seen, (f"Shut {j.vm.name_label} down and start it again, or move it cold.",))
