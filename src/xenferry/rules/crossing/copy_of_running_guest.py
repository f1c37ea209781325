"""Only a halted guest is copied to another pool.

A copy of a guest that runs, or of one whose memory was saved, would be of disks that belong to a state of memory.
VM.migrate_send with the option copy therefore asks for a halted guest, unless the option force is set, too.

Cause: a copy was asked for of a guest that is not halted.
Fix: Shut the guest down first, or copy a snapshot of it.

Example:
    # asked for: a copy
    pool east
    host north
    guest mail   # rule: copy-of-running-guest
      disk root
    guest wiki halted
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

where = Place("ask", 55)


def refused(j: Journey) -> bool:
    """A copy, without force, of what is not halted."""
    return j.copy and not j.force and j.vm.power_state != "Halted"


def error(j: Journey) -> Error:
    """XAPI's answer."""
    return ("VM_BAD_POWER_STATE", j.vm.ref, "halted", j.vm.power_state.lower())


def say(j: Journey) -> Words:
    """What it does."""
    name, state = j.vm.name_label, j.vm.power_state.lower()
    seen = f"{name} cannot be copied to {j.target}: it is {state}, and only a halted guest is copied."
    return Words(j.vm.ref, seen, (f"Shut it down first: `xe vm-shutdown uuid={j.vm.uuid}`.",))
