"""The coordinator has lost contact with the host.

XAPI places nothing on a host that it takes for dead. After a crash without HA it notices only after about ten minutes.

Cause: the host is down, or its network or toolstack is.
Fix:
- Look at its console; start it, or restart its toolstack: `xe-toolstack-restart`.
- If it is gone for good and its guests are certainly not running: `xe host-declare-dead uuid=...`.

Example:
    pool p
    host xcp1
    host xcp2 dead   # rule: host-not-live
    guest web on=xcp1
"""

from __future__ import annotations

from collections.abc import Sequence

from xenferry.pool.records import VM, Host, Ref
from xenferry.pool.snapshot import Snapshot
from xenferry.rules.facts.agility import live
from xenferry.rules.finding import Error
from xenferry.rules.place import Place
from xenferry.rules.words import Words, cannot_go, of

where = (Place("core", 6),)
about = "host"


def refused(s: Snapshot, guests: Sequence[VM]) -> dict[Ref, int]:
    """Every guest, on hosts whose metrics say that they are not live, or that have none."""
    dead = int(s.everywhere) & ~live(s) if s.host_metrics else 0
    return {vm.ref: dead for vm in guests} if dead else {}


def unknown(s: Snapshot, guests: Sequence[VM]) -> dict[Ref, int]:
    """Every host, if the snapshot holds no host's metrics."""
    return {} if s.host_metrics else {vm.ref: int(s.everywhere) for vm in guests}


def error(s: Snapshot, vm: VM, host: Host) -> Error:
    """XAPI's answer."""
    return ("HOST_NOT_LIVE",)


def say(s: Snapshot, vm: VM, hosts: Sequence[Host]) -> Words:
    """That it is not live."""
    if not s.host_metrics:
        seen = f"Whether {of(hosts)} is alive is not in this snapshot."
        return Words(hosts[0].ref, seen, ("Collect the hosts' metrics: `xenferry capture FILE`.",))
    cure = f"Look at the console of {hosts[0].name_label}: start it, or restart its toolstack."
    return Words(hosts[0].ref, f"{cannot_go(vm, hosts)}: the coordinator has no contact with it.", (cure,))
