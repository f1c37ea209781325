"""The guest's own pool may not send guests with their disks.

XAPI asks the receiving pool first, then the sending one.

Cause: the pool's licence or edition restricts storage motion (`restrict_storage_xen_motion`).
Fix: Give the pool's hosts a licence that includes it; XCP-ng has no such restriction.

Cause: moving with disks is not what is needed: the guest may be off for a while.
Fix: Export it and import it there: `xe vm-export`, then `xe vm-import`.

Example:
    pool east restrict=storage_xen_motion
    host north
    guest mail   # rule: sending-not-licensed
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

where = Place("ask", 20)


def refused(j: Journey) -> bool:
    """The guest's own pool is restricted."""
    return j.here.pool.restrictions.get("restrict_storage_xen_motion") == "true"


def error(j: Journey) -> Error:
    """XAPI's answer."""
    return ("LICENCE_RESTRICTION", "Storage_motion")


def say(j: Journey) -> Words:
    """Which pool it is."""
    name = j.here.pool.name_label
    seen = f"{j.cannot}: the edition of its own pool {name} may not send guests with their disks."
    return Words(j.here.pool.ref, seen, (f"License the hosts of pool {name} for storage motion.",))
