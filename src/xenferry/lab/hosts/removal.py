"""Hosts that are gone for good: host.declare_dead and host.destroy.

Simplification: XAPI's database collects what belonged to a destroyed host within half a minute; here it goes at once.
"""

from __future__ import annotations

from dataclasses import replace

from xenferry.lab.context import Context
from xenferry.lab.db import Database
from xenferry.lab.error import LabError
from xenferry.lab.guest import power
from xenferry.lab.hosts.outage import guests
from xenferry.lab.joining import level

BELONGINGS = ("PBD", "VLAN", "Bond", "PIF", "PGPU", "PCI", "PUSB", "host_cpu", "host_crashdump", "Certificate")
"""Classes whose objects belong to one host."""


async def declare_dead(ctx: Context, host: str) -> None:
    """Only what XAPI believes changes: the guests are Halted, the host is disabled. Raises HOST_IS_LIVE [host].

    Whoever says so of a host that is merely cut off starts its guests twice.
    """
    check_dead(ctx, host)
    for vm in guests(ctx.lab, host):
        task = ctx.subtask("VM.power_state_reset")
        try:
            await power.power_state_reset(replace(ctx, task=task), vm)
        finally:
            ctx.lab.tasks.forget(task)
    ctx.db.update("host", host, enabled=False)


async def destroy(ctx: Context, host: str) -> None:
    """Raises HOST_IS_LIVE [host], HA_IS_ENABLED, HOST_HAS_RESIDENT_VMS [host]."""
    check_dead(ctx, host)
    if ctx.lab.hypervisor.facts.pool["ha_enabled"]:
        raise LabError("HA_IS_ENABLED")
    if guests(ctx.lab, host):
        raise LabError("HOST_HAS_RESIDENT_VMS", host)
    control = list(ctx.db.get("host", host)["resident_VMs"])
    remove(ctx.db, host)
    for vm in control:
        ctx.db.destroy("VM", vm)
    ctx.lab.world.dom0.pop(host, None)


def check_dead(ctx: Context, host: str) -> None:
    """A host that XAPI believes alive is asked; the coordinator is always alive."""
    ctx.db.get("host", host)
    alive = ctx.lab.hypervisor.facts.live(host) and ctx.lab.toolstacks.answers(host)
    if alive or host == ctx.lab.coordinator:
        raise LabError("HOST_IS_LIVE", host)


def remove(db: Database, host: str) -> None:
    """The host's record and all that belongs to it go; the pool's CPU level is that of the hosts that remain."""
    mine = {ref for ref, pif in db.all("PIF").items() if pif["host"] == host}
    metrics = db.get("host", host)["metrics"]
    for cls in BELONGINGS:
        for ref, record in list(db.all(cls).items()):
            owner = record.get("host") or record.get("untagged_PIF") or record.get("master")
            if owner == host or owner in mine:
                db.destroy(cls, ref)
    db.destroy("host", host)
    if db.exists("host_metrics", metrics):
        db.destroy("host_metrics", metrics)
    level.show(db)
