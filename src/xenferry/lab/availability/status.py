"""What the pool's record says about high availability: how many failures are planned for, and is that enough."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xenferry.lab.placement import ha

if TYPE_CHECKING:
    from xenferry.lab.lab import Lab


def pool_of(lab: Lab) -> str:
    """The reference of the pool's record."""
    return next(iter(lab.db.all("pool")))


def is_on(lab: Lab) -> bool:
    return bool(lab.db.get("pool", pool_of(lab))["ha_enabled"])


def refresh(lab: Lab) -> None:
    """XAPI's update_pool_status: planned for what is wished, or overcommitted and planned for less, with messages."""
    pool = pool_of(lab)
    record, facts = lab.db.get("pool", pool), lab.hypervisor.facts
    wished = record["ha_host_failures_to_tolerate"]
    if ha.plan_exists(facts, ha.Change(), wished):
        lab.db.update("pool", pool, ha_overcommitted=False, ha_plan_exists_for=wished)
    else:
        overcommit(lab)


def overcommit(lab: Lab) -> None:
    """The pool cannot keep its promise; told once, and again whenever the number planned for drops."""
    pool = pool_of(lab)
    record = lab.db.get("pool", pool)
    before, most = record["ha_plan_exists_for"], ha.max_failures(lab.hypervisor.facts)
    if before != most:
        lab.db.update("pool", pool, ha_plan_exists_for=min(record["ha_host_failures_to_tolerate"], most))
    if most < before:
        tell(lab, "HA_POOL_DROP_IN_PLAN_EXISTS_FOR", "Pool", record["uuid"], str(most))
    if not record["ha_overcommitted"]:
        lab.db.update("pool", pool, ha_overcommitted=True)
        text = f"The failover tolerance for pool '{record['name_label']}' has dropped and the initially specified"
        text += " number of host failures to tolerate can no longer be guaranteed"
        tell(lab, "HA_POOL_OVERCOMMITTED", "Pool", record["uuid"], text)


def compute(lab: Lab) -> int:
    """How many hosts may fail; with HA the pool's record is brought up to date."""
    most = ha.max_failures(lab.hypervisor.facts)
    pool = pool_of(lab)
    record = lab.db.get("pool", pool)
    if record["ha_enabled"]:
        wished, before = record["ha_host_failures_to_tolerate"], record["ha_plan_exists_for"]
        lab.db.update("pool", pool, ha_overcommitted=wished > most)
        if before != most:
            lab.db.update("pool", pool, ha_plan_exists_for=min(wished, most))
        if most < before:
            tell(lab, "HA_POOL_DROP_IN_PLAN_EXISTS_FOR", "Pool", record["uuid"], str(most))
    return most


PRIORITY = {"HA_POOL_OVERCOMMITTED": 3, "HA_HOST_FAILED": 3, "HA_PROTECTED_VM_RESTART_FAILED": 2}


def tell(lab: Lab, name: str, cls: str, uuid: str, body: str) -> None:
    """A message about a host, guest or the pool."""
    priority = PRIORITY.get(name, 3)
    lab.db.create("message", name=name, priority=priority, cls=cls, obj_uuid=uuid, body=body, timestamp=lab.date())
