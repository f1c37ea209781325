"""The other pool's edition may not receive guests with their disks.

XAPI asks the receiving pool first (host.migrate_receive), then the sending one.

Cause: the other pool's licence or edition restricts storage motion (`restrict_storage_xen_motion`).
Fix: Give that pool's hosts a licence that includes it; XCP-ng has no such restriction.

Cause: moving with disks is not what is needed: the guest may be off for a while.
Fix: Export it and import it there: `xe vm-export`, then `xe vm-import`.

Example:
    pool east
    host north
    guest mail   # rule: receiving-not-licensed
      disk root

    pool west restrict=storage_xen_motion
    host upper
    sr store nfs default
"""

from __future__ import annotations

from xenferry.rules.finding import Error
from xenferry.rules.journey import Journey
from xenferry.rules.place import Place
from xenferry.rules.words import Words

where = Place("receive", 1)


def refused(j: Journey) -> bool:
    """The pool that would receive it is restricted."""
    return j.there.pool.restrictions.get("restrict_storage_xen_motion") == "true"


def error(j: Journey) -> Error:
    """XAPI's answer."""
    return ("LICENCE_RESTRICTION", "Storage_motion")


def say(j: Journey) -> Words:
    """Which pool it is."""
    name = j.there.pool.name_label
    seen = f"{j.cannot}: the edition of pool {name} may not receive guests with their disks."
    return Words(j.there.pool.ref, seen, (f"License the hosts of pool {name} for storage motion.",))
