"""What the administrator wants of the pool: a plan of one of the planners, at random."""

from __future__ import annotations

from random import Random

from xenferry.plan.evacuate import evacuate
from xenferry.plan.maintenance import enter
from xenferry.plan.migrate import migrate
from xenferry.plan.rebalance import rebalance
from xenferry.plan.rolling import rolling
from xenferry.plan.steps import Plan
from xenferry.pool.snapshot import Snapshot

WISHES = ("evacuate", "enter", "rolling", "rebalance", "migrate")


def plan(chance: Random, snapshot: Snapshot) -> Plan:
    """A plan for the pool as it is. What a planner refuses for this pool is asked of the next one."""
    host = chance.choice([each.ref for each in snapshot.hosts])
    running = [vm.ref for vm in snapshot.guests if vm.power_state == "Running"]
    wish = chance.choice(WISHES)
    if wish == "migrate" and running:
        return migrate(snapshot, chance.sample(running, min(len(running), chance.randint(1, 3))), cold=False)
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
