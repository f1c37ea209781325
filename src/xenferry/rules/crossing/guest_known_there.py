"""The other pool already has this guest.

A guest keeps its UUID when it changes pools, and so do its snapshots. A machine of the same UUID there is replaced only
if it is halted and its records are older.

Cause: an earlier move was interrupted and left its records, or a backup was restored there.
Fix: Make sure which of the two is in use, then remove the other one's records: `xe vm-destroy uuid=...` there.

Example:
    pool east
    host north
    guest mail   # rule: guest-known-there
      set uuid=00000000-0000-4000-8000-00000000aaaa
      disk root
    guest wiki
      disk root

    pool west
    host upper
    sr store nfs default
    guest mail-too
      set uuid=00000000-0000-4000-8000-00000000aaaa
"""

from __future__ import annotations

from xenferry.pool.records import VM
from xenferry.rules.facts import namesakes
from xenferry.rules.finding import Error
from xenferry.rules.journey import Journey
from xenferry.rules.place import Place
from xenferry.rules.words import Words

where = Place("import", 3)


def refused(j: Journey) -> bool:
    """A machine of the same UUID is there that will not be replaced."""
    return bool(error(j))


def error(j: Journey) -> Error:
    """XAPI's answer; a copy gets a UUID of its own."""
    return () if j.copy else refusal(j, j.vm)


def refusal(j: Journey, vm: VM) -> Error:
    """XAPI's answer for one machine, of its namesake there: the power states are written with capitals here."""
    known = namesakes.by_uuid(j.there).get(vm.uuid)
    if known is None:
        return ()
    if known.power_state != "Halted":
        return ("VM_BAD_POWER_STATE", known.ref, "Halted", known.power_state)
    if known.version >= vm.version:
        return ("VM_TO_IMPORT_IS_NOT_NEWER_VERSION", known.ref, str(known.version), str(vm.version))
    return ()


def say(j: Journey) -> Words:
    """What the other one is called, and what it does."""
    known = namesakes.by_uuid(j.there)[j.vm.uuid]
    seen = f"{j.cannot}: {known.name_label} there ({known.power_state.lower()}) has the same UUID."
    cure = f"Make sure that it is not in use, then remove its records there: `xe vm-destroy uuid={known.uuid}`."
    return Words(j.vm.ref, seen, (cure,))
