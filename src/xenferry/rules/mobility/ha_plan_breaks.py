"""With the guest there, HA could no longer restart all protected guests after a failure.

Where HA is on, does not allow overcommitment, and has a plan for all protected guests, XAPI refuses a move that would
leave it without one. A migrating guest counts on both hosts.

Cause: the host is too full for what HA keeps free.
Fix:
- Move the guest to a host with more free memory.
- Protect fewer guests, or tolerate fewer failures: `xe pool-param-set uuid=... ha-host-failures-to-tolerate=...`.

Example:
    pool p ha
      set ha_plan_exists_for=1
    host xcp1 memory=16GiB
    host xcp2 memory=16GiB
    sr nfs nfs
    guest db on=xcp1 memory=8GiB ha=restart   # rule: ha-plan-breaks
      disk root sr=nfs
    guest web on=xcp1 memory=6GiB ha=best-effort   # rule: ha-plan-breaks
      disk www sr=nfs
"""

from __future__ import annotations

from collections.abc import Sequence

from xenferry.pool.records import VM, Host, Ref
from xenferry.pool.snapshot import Snapshot
from xenferry.rules.facts import ha
from xenferry.rules.finding import Error
from xenferry.rules.place import Place
from xenferry.rules.words import Words, cannot_go, count

where = (Place("ha", 1),)


def refused(s: Snapshot, guests: Sequence[VM]) -> dict[Ref, int]:
    """Hosts that would leave HA without a plan; guests that make no difference to it are judged together."""
    if not ha.matters(s):
        return {}
    known, found = dict[tuple[object, ...], int](), dict[Ref, int]()
    for vm in guests:
        same = ha.identity(s, vm)
        if same not in known:
            known[same] = sum(1 << at for at, host in enumerate(s.hosts) if not ha.holds(s, vm, host))
        if known[same]:
            found[vm.ref] = known[same]
    return found


def error(s: Snapshot, vm: VM, host: Host) -> Error:
    """XAPI's answer."""
    return ("HA_OPERATION_WOULD_BREAK_FAILOVER_PLAN",)


def say(s: Snapshot, vm: VM, hosts: Sequence[Host]) -> Words:
    """How many failures the plan is for."""
    failures = count(s.pool.ha_plan_exists_for, "host failure")
    seen = f"{cannot_go(vm, hosts)}: HA could then no longer restart all protected guests after {failures}."
    return Words(vm.ref, seen, ("Use a host with more free memory, or let HA tolerate fewer failures.",))
