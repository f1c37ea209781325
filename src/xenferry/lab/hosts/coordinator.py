"""Another host becomes the pool's coordinator: by agreement, in an emergency, or because HA elects it.

Every toolstack concerned restarts ten seconds after the call has succeeded, so sessions, tasks and event streams die.
In an emergency the other members go on following the old coordinator until somebody tells them otherwise; XAPI cannot
reach them as long, and believes them dead after ten minutes.

Simplifications: there is one database. An old coordinator that still runs, or comes back, is a member at once; in
reality there are two coordinators then until it is told.
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from typing import TYPE_CHECKING

from xenferry.lab import locks
from xenferry.lab.context import Context
from xenferry.lab.error import LabError
from xenferry.lab.forwarding import forward
from xenferry.lab.hosts import outage

if TYPE_CHECKING:
    from xenferry.lab.lab import Lab

FUSE_S = 10.0
"""From the end of the call until the toolstack restarts (xapi's fuse_time)."""
START_S = 3.0
"""A toolstack's start, as recorded for a restart."""
FOLLOW_S = 2.5
"""How much later than the coordinator its members are back."""
PREPARE_S = 1.0


async def designate(ctx: Context, host: str) -> None:
    """By agreement. Raises HOST_OFFLINE [host], HA_IS_ENABLED, CANNOT_CONTACT_HOST [a host that does not agree].

    Simplification: XAPI reports a host that does not answer in the words of its network library.
    """
    lab = ctx.lab
    (pool,) = ctx.db.all("pool")
    async with locks.operation(ctx, ("pool", pool, "designate_new_master")):
        await forward(ctx, host)
        if host == lab.coordinator:
            return
        if ctx.db.get("pool", pool)["ha_enabled"]:
            raise LabError("HA_IS_ENABLED")
        ctx.db.update("pool", pool, last_update_sync="19700101T00:00:00Z")
        for other in ctx.db.all("host"):
            if not lab.toolstacks.answers(other):
                raise LabError("CANNOT_CONTACT_HOST", other)
        await asyncio.sleep(PREPARE_S)
    lab.spawn(take_over(lab, host, tuple(ctx.db.all("host"))))


def transition(lab: Lab, host: str) -> None:
    """In an emergency the host that is asked makes itself the coordinator. Raises HA_IS_ENABLED."""
    refuse_ha(lab, host)
    if host == lab.coordinator:
        return
    old = lab.coordinator
    for other in lab.db.all("host"):
        if other not in (host, old):
            _stray(lab, other, lab.address(old))
    lab.spawn(take_over(lab, host, (host, old)))


def reset(lab: Lab, host: str, address: str) -> bool:
    """The member that is asked follows this address from now on; False when it does already. Raises HA_IS_ENABLED."""
    refuse_ha(lab, host)
    known = lab.db.hidden("host", host).get("follows") or lab.address(lab.coordinator)
    if known == address:
        return False
    lab.spawn(_follow(lab, host, address))
    return True


def recover(lab: Lab) -> list[str]:
    """The coordinator tells all members that it is the one; those that answered, the last first."""
    told = [host for host in lab.db.all("host") if host != lab.coordinator and lab.toolstacks.answers(host)]
    for host in told:
        reset(lab, host, lab.address(lab.coordinator))
    return told[::-1]


def refuse_ha(lab: Lab, host: str) -> None:
    """Emergency calls are not for hosts that HA guards."""
    if lab.hypervisor.facts.pool["ha_enabled"] and lab.db.hidden("host", host).get("ha_armed", True):
        raise LabError("HA_IS_ENABLED")


def is_astray(lab: Lab, host: str) -> bool:
    """Whether a member follows another address than its coordinator's."""
    return lab.db.hidden("host", host).get("follows") not in (None, lab.address(lab.coordinator))


async def take_over(lab: Lab, host: str, restarting: Collection[str], *, fuse: float = FUSE_S) -> None:
    """The toolstacks restart, the new coordinator's first; those of dead machines stay as they are."""
    await asyncio.sleep(fuse)
    restarting = [each for each in restarting if lab.toolstacks.answers(each)]
    for each in sorted(restarting, key=lambda each: each == lab.coordinator):
        await lab.toolstacks.stop(each)
    await lab.tasks.drop(None)
    for session in list(lab.db.all("session")):
        lab.sessions.close(session)
    await asyncio.sleep(START_S)
    (pool,) = lab.db.all("pool")
    lab.db.update("pool", pool, master=host)
    lab.db.hidden("host", host).pop("follows", None)
    lab.toolstacks.start(host)
    uuid = lab.db.get("host", host)["uuid"]
    lab.db.create("message", name="POOL_MASTER_TRANSITION", priority=4, cls="Host", obj_uuid=uuid, timestamp=lab.date())
    await asyncio.sleep(FOLLOW_S)
    for each in restarting:
        if each != host and not lab.toolstacks.answers(each):
            lab.db.hidden("host", each).pop("follows", None)
            lab.toolstacks.start(each)


def _stray(lab: Lab, host: str, address: str) -> None:
    lab.db.hidden("host", host)["follows"] = address
    lab.spawn(_miss(lab, host))


async def _miss(lab: Lab, host: str) -> None:
    await asyncio.sleep(outage.ASSUMED_DEAD_S)
    if lab.db.exists("host", host) and is_astray(lab, host):
        outage.set_live(lab, host, live=False)


async def _follow(lab: Lab, host: str, address: str) -> None:
    await asyncio.sleep(FUSE_S)
    await lab.toolstacks.stop(host)
    await asyncio.sleep(FOLLOW_S)
    own = address == lab.address(lab.coordinator)
    lab.db.hidden("host", host)["follows"] = None if own else address
    lab.toolstacks.start(host)
    if not own:
        outage.set_live(lab, host, live=False)
