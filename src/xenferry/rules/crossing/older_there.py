"""The other pool's host is older than the guest's.

Guests go only to hosts that are at least as new: XAPI compares the versions of the platform and, since 25.31, of its
own build and of Xen. Inside a pool this holds for migrations with disks, too.

Cause: the other pool has not been updated as far as this one.
Fix: Update the other pool first.

Cause: the guest need not stay up.
Fix: Move it by export and import (`xe vm-export`, `xe vm-import`) or by a backup that is restored there.

Example:
    pool east
    host north platform=3.4.0
    guest mail   # rule: older-there
      disk root

    pool west
    host upper platform=3.2.1
    sr store nfs default
"""

from __future__ import annotations

from collections.abc import Hashable

from xenferry.pool.records import Host, Ref
from xenferry.pool.snapshot import Snapshot
from xenferry.rules.facts import version
from xenferry.rules.finding import Error
from xenferry.rules.journey import Journey
from xenferry.rules.place import Place
from xenferry.rules.words import Words

where = Place("ask", 40)


def kin(there: Snapshot, host: Host, via: Ref) -> Hashable:
    """Its versions."""
    return tuple(version.of(host, key) for key in version.KEYS)


def refused(j: Journey) -> bool:
    """Older in anything that counts; the guest's host speaks for it, or its coordinator."""
    return bool(j.source and version.is_older(j.here, j.host, j.source))


def error(j: Journey) -> Error:
    """XAPI's answer: the guest first, whatever its documentation says."""
    return ("VM_HOST_INCOMPATIBLE_VERSION_MIGRATE", j.vm.ref, j.host.ref)


def say(j: Journey) -> Words:
    """What differs."""
    source = j.source or j.host
    key = next(each for each in version.migration_keys(j.here) if version.of(j.host, each) < version.of(source, each))
    mine, theirs = source.software_version.get(key, "none"), j.host.software_version.get(key, "none")
    seen = f"{j.cannot}: that host is older than {source.name_label} ({key} {theirs}, here {mine})."
    return Words(j.host.ref, seen, (f"Update pool {j.there.pool.name_label} first.",))
