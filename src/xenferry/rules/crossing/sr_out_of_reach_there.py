"""The receiving host has no connection to the SR that the disks would go to.

XAPI does not ask. It plugs an unplugged connection by itself, but it creates none: the disks are copied, and then the
guest cannot be attached to them.

Cause: the SR is local to another host of that pool.
Fix: Name a shared SR, or one of the receiving host, with `--sr`.

Cause: the SR's connection (PBD) to that host is missing.
Fix: Connect it: `xe pbd-create sr-uuid=... host-uuid=... device-config:...`.

Example:
    pool east
    host north
    guest mail   # rule: sr-out-of-reach-there
      disk root

    pool west
    host upper
    host lower
    sr local lvm on=lower default
"""

from __future__ import annotations

from xenferry.pool.records import Ref
from xenferry.rules.finding import Error
from xenferry.rules.journey import Journey
from xenferry.rules.place import Place
from xenferry.rules.words import Words

where = Place("way", 1)


def hosts(j: Journey) -> int:
    """All hosts that lack a connection to one of the SRs."""
    reached = int(j.there.everywhere)
    for sr in set(j.disks.values()):
        reached &= j.there.with_pbd.get(sr, 0)
    return 0 if "PBD" in j.there.not_read else j.there.everywhere & ~reached


def refused(j: Journey) -> bool:
    """No connection at all, plugged or not; nothing is said where connections were not read."""
    return "PBD" not in j.there.not_read and bool(_beyond(j))


def _beyond(j: Journey) -> list[Ref]:
    bit = 1 << j.there.place[j.host.ref]
    return [sr for sr in dict.fromkeys(j.disks.values()) if not j.there.with_pbd.get(sr, 0) & bit]


def error(j: Journey) -> Error:
    """XAPI does not ask."""
    return ()


def say(j: Journey) -> Words:
    """Which SR."""
    ref = _beyond(j)[0]
    seen = f"{j.cannot}: its disks would go to SR {j.there.name(ref)!r}, to which that host has no connection."
    return Words(ref, seen, ("Name an SR that it reaches with `--sr`.",))
