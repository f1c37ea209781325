"""Not all that matters of both pools was read, so this judgement is incomplete.

What a capture or an account does not show is not taken for fine.

Cause: the capture was made by an account that may not read everything, or by another program.
Fix: Capture both pools anew with an administrator's account: `xenferry capture FILE`.

Cause: the pool's XAPI is so old that it does not have such objects.
Fix: Ask the pool itself by a move of a guest that may fail.

Example:
    pool east
    host north
    guest mail   # rule: pools-not-read
      disk root

    pool west
    host upper
    sr store nfs default
    # twin: the drivers of storage there were not read
"""

from __future__ import annotations

from collections.abc import Hashable

from xenferry.pool.records import Host, Ref
from xenferry.pool.snapshot import Snapshot
from xenferry.rules.finding import Error, Severity
from xenferry.rules.journey import Journey
from xenferry.rules.place import Place
from xenferry.rules.words import Words, listed

where = Place("way", 9)
severity = Severity.UNKNOWN
NEEDED = frozenset(
    {"VM", "VM_metrics", "VBD", "VDI", "VIF", "SR", "SM", "PBD", "PIF", "host", "host_metrics", "network"}
)
"""Classes without which some rule about two pools cannot speak."""


def kin(there: Snapshot, host: Host, via: Ref) -> Hashable:
    """Was its memory read?"""
    return host.metrics in there.host_metrics


def refused(j: Journey) -> bool:
    """A class is missing on one of the sides, or the receiving host's memory is not known."""
    return bool(_missing(j))


def _missing(j: Journey) -> list[str]:
    classes = sorted(NEEDED & (j.here.not_read | j.there.not_read))
    return classes or ([] if j.host.metrics in j.there.host_metrics else ["host_metrics"])


def error(j: Journey) -> Error:
    """XAPI is not asked."""
    return ()


def say(j: Journey) -> Words:
    """Which classes."""
    seen = f"Whether {j.vm.name_label} may go to {j.target} is not fully known: {listed(_missing(j))} was not read."
    return Words(j.vm.ref, seen, ("Capture both pools anew with an administrator's account.",))
