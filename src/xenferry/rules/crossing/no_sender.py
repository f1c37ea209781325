"""No host of the guest's own pool can send it: none reaches all its disks.

A running guest is sent by the host it is on. For one that is halted or suspended XAPI chooses a host that could start
it, else any live host that reaches all its disks, its CD and the image of its memory.

Cause: a connection (PBD) to one of its SRs is unplugged everywhere.
Fix: Plug it: `xe pbd-plug uuid=...`.

Cause: two of its disks are local to different hosts.
Fix: Move one of them to an SR that both hosts reach: `xe vdi-copy`.

Cause: the host with its local disk is down.
Fix: Start that host.

Example:
    pool east
    host north
    host south
    guest mail halted   # rule: no-sender
      disk a sr=one
      disk b sr=two
    guest wiki halted
      disk a sr=one
    sr one lvm on=north
    sr two lvm on=south

    pool west
    host upper
    sr store nfs default
"""

from __future__ import annotations

from xenferry.pool.snapshot import Snapshot
from xenferry.rules.facts import storage
from xenferry.rules.finding import Error
from xenferry.rules.journey import Journey
from xenferry.rules.once import once_of
from xenferry.rules.place import Place
from xenferry.rules.words import Words, listed

where = Place("send", 0)


def refused(j: Journey) -> bool:
    """A running or paused guest is sent by its own host."""
    return j.vm.power_state not in ("Running", "Paused") and not _seeing(j)


def _seeing(j: Journey) -> int:
    hosts = _alive(j.here)
    for need in storage.needs(j.here, j.vm):
        hosts &= storage.hosts_of(j.here, need)
    return hosts


@once_of("host", "host_metrics")
def _alive(s: Snapshot) -> int:
    """The hosts that are not known to be down."""
    hosts = 0
    for at, host in enumerate(s.hosts):
        metrics = s.host_metrics.get(host.metrics)
        hosts |= (metrics is None or metrics.live) << at
    return hosts


def error(j: Journey) -> Error:
    """XAPI's answer."""
    return ("NO_HOSTS_AVAILABLE",)


def say(j: Journey) -> Words:
    """Which SRs they would have to reach."""
    srs = listed(repr(j.here.name(need.disk.SR)) for need in storage.needs(j.here, j.vm) if need.disk)
    seen = f"{j.cannot}: no live host of its own pool reaches all its storage ({srs})."
    return Words(j.vm.ref, seen, ("Plug the missing connections: `xenferry check` names them.",))
