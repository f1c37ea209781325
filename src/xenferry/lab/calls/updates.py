"""Updates from a repository: what is new (pool.sync_updates), and installing it (host.apply_updates).

Simplification: the lab's repositories all offer what the scenario's `update` lines say, and live patches do not exist.
"""

from __future__ import annotations

import asyncio

from xenferry.lab import locks
from xenferry.lab.context import Context
from xenferry.lab.error import LabError
from xenferry.lab.evacuation import plan
from xenferry.lab.registry import call
from xenferry.lab.updates import available, guidance

SYNC_S = 20.0
INSTALL_S = 90.0
"""How long both take (invented; a real one depends on the line)."""


@call("pool.sync_updates")
async def sync(ctx: Context, self: str, force: bool, token: str, token_id: str, user: str, password: str) -> str:
    """The repository's hash, which host.apply_updates wants to see again.

    Raises LICENCE_RESTRICTION [Updates], NO_REPOSITORY_ENABLED [], CAN_NOT_SYNC_UPDATES [] for a bundle.
    """
    _check_licence(ctx)
    async with locks.operation(ctx, ("pool", self, "sync_updates")):
        used = ctx.db.get("pool", self)["repositories"]
        if any(ctx.db.get("Repository", one)["origin"] == "bundle" for one in used):
            raise LabError("CAN_NOT_SYNC_UPDATES")
        await asyncio.sleep(SYNC_S if used else 0)
        repository = _update_repository(ctx, self)
        for host in list(ctx.db.all("host")):
            waits = bool(available.of_host(ctx.db, host))
            ctx.db.update("host", host, latest_synced_updates_applied="no" if waits else "yes")
        ctx.db.update("Repository", repository, hash=available.checksum(ctx.db))
        ctx.db.update("pool", self, last_update_sync=ctx.lab.date())
        return str(ctx.db.get("Repository", repository)["hash"])


def _update_repository(ctx: Context, pool: str) -> str:
    """Raises NO_REPOSITORY_ENABLED [], MULTIPLE_UPDATE_REPOSITORIES_ENABLED []."""
    used = ctx.db.get("pool", pool)["repositories"]
    found = [one for one in used if ctx.db.get("Repository", one)["update"]]
    if len(found) != 1:
        raise LabError("MULTIPLE_UPDATE_REPOSITORIES_ENABLED" if found else "NO_REPOSITORY_ENABLED")
    return str(found[0])


def _check_licence(ctx: Context) -> None:
    if not ctx.lab.hypervisor.facts.licensed("updates"):
        raise LabError("LICENCE_RESTRICTION", "Updates")


@call("pool.check_update_readiness")
async def check_readiness(ctx: Context, self: str, requires_reboot: bool) -> list[list[str]]:
    """What stands against updating the pool, as error codes with their parameters."""
    _check_licence(ctx)
    facts = ctx.lab.hypervisor.facts
    found = [["HA_IS_ENABLED"]] if facts.pool["ha_enabled"] else []
    for host in ctx.db.all("host"):
        if not facts.live(host):
            found.append(["HOST_OFFLINE", host])
        elif requires_reboot:
            errors = plan.errors(plan.make(facts, host, ignore_ha=True)).values()
            found += [error.description for error in errors]
    return found


@call("host.apply_updates")
async def apply(ctx: Context, self: str, checksum: str) -> list[list[str]]:
    """Installs all that waits on the host, which stays disabled afterwards; answers warnings (never any here).

    Raises LICENCE_RESTRICTION [Updates], HA_IS_ENABLED [], HOST_PENDING_MANDATORY_GUIDANCE_NOT_EMPTY [host],
    UPDATEINFO_HASH_MISMATCH [], HOST_EVACUATION_IS_REQUIRED [host].
    """
    _check_licence(ctx)
    ctx.db.get("host", self)
    pool = next(iter(ctx.db.all("pool")))
    async with locks.operation(ctx, ("pool", pool, "apply_updates")):
        if ctx.db.get("pool", pool)["ha_enabled"]:
            raise LabError("HA_IS_ENABLED")
        ctx.db.update("host", self, enabled=False)
        async with locks.host_operation(ctx, self, "apply_updates"):
            await _install(ctx, pool, self, checksum)
    ctx.db.update("host", self, last_software_update=ctx.lab.date())
    ctx.db.update("host", self, latest_synced_updates_applied="yes")
    ctx.db.update("host", self, last_update_hash=checksum)
    return []


async def _install(ctx: Context, pool: str, host: str, checksum: str) -> None:
    if ctx.db.get("host", host)["pending_guidances"]:
        raise LabError("HOST_PENDING_MANDATORY_GUIDANCE_NOT_EMPTY", host)
    repository = ctx.db.get("Repository", _update_repository(ctx, pool))
    if not checksum or checksum != repository["hash"]:
        raise LabError("UPDATEINFO_HASH_MISMATCH")
    updates = dict(available.of_host(ctx.db, host))
    if updates:
        _check_empty(ctx, host, available.asked(updates, "mandatory"))
        await asyncio.sleep(INSTALL_S)
        for kind in available.KINDS:
            guidance.add(ctx.db, host, kind, available.asked(updates, kind))
    if host == ctx.lab.coordinator:
        guidance.add_restarts(ctx.db)
    available.take(ctx.db, host)


def _check_empty(ctx: Context, host: str, mandatory: list[str]) -> None:
    guests = [vm for vm in ctx.db.get("host", host)["resident_VMs"] if not ctx.db.get("VM", vm)["is_control_domain"]]
    if guests and {"RebootHost", "EvacuateHost"} & set(mandatory):
        raise LabError("HOST_EVACUATION_IS_REQUIRED", host)


@call("host.emergency_clear_mandatory_guidance", anywhere=True)
async def emergency_clear(ctx: Context) -> None:
    """Of the host that is asked."""
    ctx.db.update("host", ctx.host, pending_guidances=[])
