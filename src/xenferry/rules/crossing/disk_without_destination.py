"""A disk of the guest has no SR to go to.

Between pools every disk needs a place in the other pool: the SR that was named, else the default SR there. XAPI looks
at no other.

Cause: the other pool has no default SR, and none was named.
Fix: Name one with `--sr`, or set a default: `xe pool-param-set uuid=... default-SR=...`.

Example:
    pool east
    host north
    guest mail   # rule: disk-without-destination
      disk root
    guest diskless

    pool west
    host upper
"""

from __future__ import annotations

from xenferry.rules.finding import Error
from xenferry.rules.journey import Journey, disk, unmapped_disk
from xenferry.rules.place import Place
from xenferry.rules.words import Words

where = Place("ask", 30)


def refused(j: Journey) -> bool:
    """A disk that is not in the map; CDs need no place."""
    return unmapped_disk(j) is not None


def error(j: Journey) -> Error:
    """XAPI's answer."""
    return ("VDI_NOT_IN_MAP", unmapped_disk(j) or "")


def say(j: Journey) -> Words:
    """Which disk."""
    ref = unmapped_disk(j) or j.vm.ref
    name = j.there.pool.name_label
    seen = f"{j.cannot}: no SR was named for its disk {disk(j, ref)}, and pool {name} has no default SR."
    default = f"xe pool-param-set uuid={j.there.pool.uuid} default-SR=..."
    return Words(ref, seen, ("Name an SR of that pool with `--sr`.", f"Set a default SR there: `{default}`."))
