"""pool.enable_ha and pool.disable_ha: what must be true of the pool, the state file, and the time it takes."""

from __future__ import annotations

import asyncio

from xenferry.lab import locks
from xenferry.lab.availability import failover, statefile, status
from xenferry.lab.context import Context
from xenferry.lab.datamodel import NULL
from xenferry.lab.error import LabError
from xenferry.lab.placement.facts import Facts

STEP_S = 1.0
"""Each host is configured, joins and copies the database: three steps of about a second."""
DISABLE_S = 5.0
STACK = "xhad"
ANOMALY = "A possible network anomaly was found. The following hosts possibly have storage PIFs that are not dedicated:"


async def enable(ctx: Context, srs: list[str], configuration: dict[str, str]) -> None:
    """Raises HA_IS_ENABLED, NOT_SUPPORTED_DURING_UPGRADE, LICENCE_RESTRICTION ["XHA"], REQUIRED_PIF_IS_UNPLUGGED
    [PIFs], HOST_OFFLINE [host], CANNOT_CREATE_STATE_FILE, and what makes a given SR unsuitable.
    """
    lab, pool = ctx.lab, status.pool_of(ctx.lab)
    async with locks.operation(ctx, ("pool", pool, "ha_enable")):
        _check(lab.hypervisor.facts)
        _warn_of_plain_interfaces(ctx, pool)
        _check_live(lab.hypervisor.facts)
        ctx.db.update("pool", pool, ha_cluster_stack=STACK)
        sr = _state_sr(lab.hypervisor.facts, srs)
        file = await statefile.heartbeat_disk(ctx, sr)
        await statefile.database_disk(ctx, sr)
        ctx.db.update("pool", pool, ha_statefiles=[file], ha_configuration=configuration, ha_plan_exists_for=0)
        status.refresh(lab)
        await _arm(ctx, pool, file)
    lab.spawn(failover.restart(lab, list(ctx.db.all("VM"))))


async def _arm(ctx: Context, pool: str, file: str) -> None:
    """Every host takes the state file, then joins; from then on HA is on, and every host gets the database."""
    hosts = list(ctx.db.all("host"))
    peers = [str(ctx.db.get("host", host)["uuid"]) for host in hosts]
    steps = [(step, host) for step in ("configure", "join", "copy") for host in hosts]
    for done, (step, host) in enumerate(steps, start=1):
        await asyncio.sleep(STEP_S)
        if step == "configure":
            ctx.db.update("host", host, ha_statefiles=[file])
        ctx.progress(done / len(steps))
        if (step, host) == ("join", hosts[-1]):
            for each in hosts:
                ctx.db.hidden("host", each)["ha_armed"] = True
            ctx.db.update("pool", pool, ha_enabled=True)
    for host in hosts:
        ctx.db.update("host", host, ha_network_peers=peers)


def _check(facts: Facts) -> None:
    versions = {host["software_version"].get("platform_version") for host in facts.all("host").values()}
    if len(versions) > 1:
        raise LabError("NOT_SUPPORTED_DURING_UPGRADE")
    if facts.pool["restrictions"].get("enable_xha", "true") != "true":
        raise LabError("LICENCE_RESTRICTION", "XHA")
    pifs = facts.all("PIF").items()
    unplugged = [ref for ref, pif in pifs if pif["disallow_unplug"] and not pif["currently_attached"]]
    if unplugged:
        raise LabError("REQUIRED_PIF_IS_UNPLUGGED", *unplugged)


def _warn_of_plain_interfaces(ctx: Context, pool: str) -> None:
    """A message about PIFs with an address that may be unplugged: storage may be behind them."""
    pifs = [pif for pif in ctx.db.all("PIF").values() if pif["ip_configuration_mode"] != "None"]
    guarded = ("disallow_unplug", "management")
    plain = [pif for pif in pifs if not any(pif[name] for name in guarded) and pif["bond_slave_of"] == NULL]
    if not plain:
        return
    named = [(ctx.db.get("host", pif["host"])["name_label"], pif["device"], pif["uuid"]) for pif in plain]
    lines = [ANOMALY, *(f"{host}: {device} (uuid: {uuid})" for host, device, uuid in named)]
    ctx.db.create(
        "message", name="IP_CONFIGURED_PIF_CAN_UNPLUG", priority=3, cls="Pool", body="\n".join(lines),
        obj_uuid=ctx.db.get("pool", pool)["uuid"], timestamp=ctx.lab.date(),
    )  # fmt: skip


def _check_live(facts: Facts) -> None:
    for host in facts.all("host"):
        if not facts.live(host):
            raise LabError("HOST_OFFLINE", host)


def _state_sr(facts: Facts, srs: list[str]) -> str:
    """The first that is wished for, whatever is wrong with it then; without a wish the first suitable one."""
    sr = next((sr for sr in srs or facts.all("SR") if srs or statefile.suits(facts, sr)), "")
    if not sr:
        raise LabError("CANNOT_CREATE_STATE_FILE")
    return sr


async def disable(ctx: Context) -> None:
    """The guests' priorities stay, and so do both disks and what the hosts' records say. Raises HA_NOT_ENABLED."""
    pool = status.pool_of(ctx.lab)
    async with locks.operation(ctx, ("pool", pool, "ha_disable")):
        ctx.db.update("pool", pool, ha_plan_exists_for=0, ha_enabled=False)
        await asyncio.sleep(DISABLE_S)
        for host in ctx.db.all("host"):
            ctx.db.hidden("host", host)["ha_armed"] = False


def disarm(ctx: Context, *, soft: bool) -> None:
    """On the host that is asked only, whatever the pool says. Raises HA_NOT_ENABLED unless `soft`."""
    hidden = ctx.db.hidden("host", ctx.host)
    if not hidden.get("ha_armed", status.is_on(ctx.lab)):
        if not soft:
            raise LabError("HA_NOT_ENABLED")
    elif not soft:
        hidden["ha_armed"] = False
