"""HA keeps no room on any host of the guest's own pool from which it could be sent.

A guest that is halted or suspended is sent by a host that could start it, and XAPI keeps room for it there. Where HA is
on, does not allow overcommitment and has a plan for all protected guests, it refuses to when the plan would be lost.

Simplification: XAPI chooses one of the hosts that could start the guest, sometimes by chance; spoken of here is only
what holds on all of them.

Cause: the hosts are too full for what HA keeps free.
Fix:
- Tolerate fewer failures for the time of the move: `xe pool-param-set uuid=... ha-host-failures-to-tolerate=...`.
- Protect fewer guests.

Example:
    pool east ha
      set ha_plan_exists_for=1
    host north memory=16GiB
    host south memory=16GiB
    sr disks nfs
    guest db on=north memory=7GiB ha=restart
      disk data sr=disks
    guest mail halted memory=7GiB   # rule: ha-forbids-sending
      disk root sr=disks
    guest wiki halted memory=1GiB
      disk text sr=disks

    pool west
    host upper
    sr store nfs default
"""

from __future__ import annotations

from xenferry.rules.catalogue import mobility
from xenferry.rules.facts import ha
from xenferry.rules.finding import Error
from xenferry.rules.journey import Journey
from xenferry.rules.matrix import whole
from xenferry.rules.place import Place
from xenferry.rules.words import Words, count

where = Place("send", 0)


def refused(j: Journey) -> bool:
    """A running or paused guest keeps the room that it has."""
    if j.vm.power_state in ("Running", "Paused") or not ha.matters(j.here):
        return False
    able = _able(j)
    breaking = next(rule for rule in mobility() if rule.code == "ha-plan-breaks")
    return bool(able) and not able & ~whole(j.here).refused_by(breaking).get(j.vm.ref, 0)


def _able(j: Journey) -> int:
    """The hosts that could start it; where none has the memory, those that could if they had."""
    judged, emptied = whole(j.here), 0
    for at, host in enumerate(j.here.hosts):
        emptied |= ("evacuate" in host.current_operations.values()) << at
    for kind in ("core", "core-without-memory"):
        able = int(j.here.everywhere) & ~judged.refused(j.vm, kind) & ~emptied
        if able:
            return able
    return 0


def error(j: Journey) -> Error:
    """XAPI's answer."""
    return ("HA_OPERATION_WOULD_BREAK_FAILOVER_PLAN",)


def say(j: Journey) -> Words:
    """How many failures the plan is for."""
    pool = j.here.pool
    failures = count(pool.ha_plan_exists_for, "host failure")
    seen = f"{j.cannot}: while it is sent, HA could no longer restart all protected guests after {failures}."
    fewer = f"xe pool-param-set uuid={pool.uuid} ha-host-failures-to-tolerate={max(0, pool.ha_plan_exists_for - 1)}"
    return Words(j.vm.ref, seen, (f"Let HA of pool {pool.name_label} tolerate one failure less meanwhile: `{fewer}`.",))
