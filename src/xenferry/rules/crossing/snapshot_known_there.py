"""The other pool already has a snapshot of this guest.

A guest keeps its UUID when it changes pools, and so do its snapshots. A machine of the same UUID there is replaced only
if it is halted and its records are older.

Cause: an earlier move was interrupted and left its records, or a backup was restored there.
Fix: Make sure which of the two is in use, then remove the other one's records: `xe vm-destroy uuid=...` there.

Example:
    pool east
    host north
    guest mail   # rule: snapshot-known-there
      disk root
      snapshot before
    guest wiki
      disk root

    pool west
    host upper
    sr store nfs default
    # twin: the snapshot `before` is there too
"""

from __future__ import annotations

from xenferry.rules.crossing.guest_known_there import refusal
from xenferry.rules.finding import Error
from xenferry.rules.journey import Journey
from xenferry.rules.place import Place
from xenferry.rules.words import Words

where = Place("import", 6)


def refused(j: Journey) -> bool:
    """A machine of the same UUID is there that will not be replaced."""
    return bool(error(j))


def error(j: Journey) -> Error:
    """XAPI's answer."""
    return next((answer for vm in j.arriving[1:] if (answer := refusal(j, vm))), ())


def say(j: Journey) -> Words:
    """Which snapshot it is."""
    twice = next(vm for vm in j.snapshots if refusal(j, vm))
    seen = f"{j.cannot}: that pool already has its snapshot {twice.name_label}."
    cure = f"Remove it on one of the sides, if it is not needed: `xe snapshot-uninstall uuid={twice.uuid}`."
    return Words(twice.ref, seen, (cure,))
