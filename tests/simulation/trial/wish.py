"""What the administrator wants of the pool: a plan of one of the planners, at random."""

from __future__ import annotations

from collections.abc import Callable, Collection
from random import Random

from trial import storage
from xenferry.plan.back import back
from xenferry.plan.cure import cure
from xenferry.plan.evacuate import evacuate
from xenferry.plan.maintenance import enter, leave
from xenferry.plan.migrate import migrate
from xenferry.plan.rebalance import rebalance
from xenferry.plan.rolling import rolling
from xenferry.plan.steps import Plan, SetTicket
from xenferry.pool.records import Ref
from xenferry.pool.snapshot import Snapshot
from xenferry.rules import judge

STORAGE = ("storage", "carry", "empty", "one disk", "share")
Make = Callable[[Random, Snapshot], Plan]
WISHES = ("evacuate", "enter", "rolling", "rebalance", "migrate", "cold", "cure", *STORAGE)


def plan(chance: Random, snapshot: Snapshot) -> Plan:
    """A plan for the pool as it is. What a planner refuses for this pool is asked of the next one."""
    host = chance.choice([each.ref for each in snapshot.hosts])
    running = [vm.ref for vm in snapshot.guests if vm.power_state == "Running"]
    wish = chance.choice(WISHES)
    if wish == "migrate" and running:
        return migrate(snapshot, chance.sample(running, min(len(running), chance.randint(1, 3))), cold=False)
    if wish in STORAGE:
        return storage.plan(chance, snapshot, wish)
    if wish == "cold" and running:
        return _cold(chance, snapshot, chance.sample(running, min(len(running), chance.randint(1, 3))))
    if wish == "cure":
        return cure(snapshot, judge(snapshot))
    if wish == "rolling":
        immobile = chance.choice(("leave", "shutdown", "suspend"))
        return rolling(snapshot, immobile=immobile, home=chance.random() < 0.4)
    if wish == "rebalance":
        return rebalance(snapshot)
    if wish == "enter":
        stays = {ref: chance.choice(("shutdown", "suspend")) for ref in running if chance.random() < 0.2}
        here = {ref: how for ref, how in stays.items() if snapshot.VM[ref].resident_on == host}
        return enter(snapshot, host, here)
    return evacuate(snapshot, host)


def following(chance: Random, plan: Plan, did: Collection[str]) -> Make | None:
    """What one wishes for after a run was done: a host in maintenance comes back, or all is taken back."""
    uuids = [step.host.uuid for step in plan.steps if isinstance(step, SetTicket)]
    if uuids and chance.random() < 0.6:
        return lambda _, snapshot: leave(snapshot, _host(snapshot, uuids[0]))
    return (lambda _, snapshot: back(plan, did, snapshot)) if chance.random() < 0.3 else None


def _host(snapshot: Snapshot, uuid: str) -> Ref:
    return next(host.ref for host in snapshot.hosts if host.uuid == uuid)


def _cold(chance: Random, snapshot: Snapshot, guests: list[Ref]) -> Plan:
    """Guests are shut down, moved, with their disks or without, and started again."""
    sr = next(sr.ref for sr in snapshot.SR.values() if sr.name_label == "second") if chance.random() < 0.5 else None
    target = chance.choice([None, *(host.ref for host in snapshot.hosts)])
    return migrate(snapshot, guests, target=target, sr=sr, cold=True)
