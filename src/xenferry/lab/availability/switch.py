"""pool.enable_ha and pool.disable_ha: what must be true of the pool, the state file, and the time it takes."""

from __future__ import annotations

import asyncio

from xenferry.lab import locks
from xenferry.lab.availability import failover, status
from xenferry.lab.context import Context
from xenferry.lab.datamodel import NULL
from xenferry.lab.error import LabError
from xenferry.lab.placement.facts import Facts

STEP_S = 1.0
"""Each host is configured, joins and copies the database: three steps of about a second."""
DISABLE_S = 5.0
STATE_FILE, METADATA = 4 * 2**20, 951 * 4 * 2**20
"""Sizes of the two disks HA makes: together 4 GB, so that it is easy to say how much room HA needs."""
SUITABLE = ("VDI_GENERATE_CONFIG", "VDI_ATTACH_OFFLINE")
"""One of these a driver must have."""
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
        sr = _state_sr(lab.hypervisor.facts, srs)
        files = [_disk(ctx, sr, *each) for each in FILES]
        ctx.db.update("pool", pool, ha_statefiles=files[:1], ha_configuration=configuration, ha_plan_exists_for=0)
        status.refresh(lab)
        await _arm(ctx, files[0])
        ctx.db.update("pool", pool, ha_enabled=True)
    lab.spawn(failover.restart(lab, list(ctx.db.all("VM"))))


async def _arm(ctx: Context, file: str) -> None:
    """Every host takes the state file and learns of the others."""
    hosts = list(ctx.db.all("host"))
    for done in range(3 * len(hosts)):
        await asyncio.sleep(STEP_S)
        ctx.progress((done + 1) / (3 * len(hosts)))
    peers = [str(ctx.db.get("host", host)["uuid"]) for host in hosts]
    for host in hosts:
        ctx.db.hidden("host", host)["ha_armed"] = True
        ctx.db.update("host", host, ha_statefiles=[file], ha_network_peers=peers)


FILES = (
    ("Statefile for HA", "Used for storage heartbeating", STATE_FILE, "ha_statefile"),
    ("Metadata for HA", "Used for master failover", METADATA, "redo_log"),
)


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
    if srs:
        unsuitable = _unsuitable(facts, srs[0])
        if unsuitable is not None:
            raise unsuitable
        return srs[0]
    for sr in facts.all("SR"):
        if _unsuitable(facts, sr) is None:
            return sr
    raise LabError("CANNOT_CREATE_STATE_FILE")


def _unsuitable(facts: Facts, sr: str) -> LabError | None:
    """Every host must have it plugged, its driver must attach disks without XAPI, and there must be room."""
    record = facts.get("SR", sr)
    pbds = [facts.get("PBD", ref) for ref in record["PBDs"]]
    if {pbd["host"] for pbd in pbds} != facts.all("host").keys() or not all(pbd["currently_attached"] for pbd in pbds):
        return LabError("SR_HAS_NO_PBDS", sr)
    drivers = [driver for driver in facts.all("SM").values() if driver["type"] == record["type"]]
    if not drivers or not any(feature in drivers[0]["features"] for feature in SUITABLE):
        return LabError("SR_OPERATION_NOT_SUPPORTED", sr)
    if record["physical_size"] - record["physical_utilisation"] < STATE_FILE + METADATA:
        return LabError("SR_SOURCE_SPACE_INSUFFICIENT", sr)
    return None


def _disk(ctx: Context, sr: str, label: str, description: str, size: int, kind: str) -> str:
    """The disk of this kind there, left from before or made anew."""
    for vdi in ctx.db.get("SR", sr)["VDIs"]:
        if ctx.db.get("VDI", vdi)["type"] == kind:
            return str(vdi)
    uuid = ctx.db.new_uuid()
    return ctx.db.create(
        "VDI", SR=sr, name_label=label, name_description=description, virtual_size=size, type=kind, sharable=True,
        managed=True, location=uuid, uuid=uuid, sm_config={"type": "raw"},
    )  # fmt: skip


async def disable(ctx: Context) -> None:
    """The guests' priorities stay, and so do both disks, for the next time. Raises HA_NOT_ENABLED."""
    pool = status.pool_of(ctx.lab)
    async with locks.operation(ctx, ("pool", pool, "ha_disable")):
        ctx.db.update("pool", pool, ha_plan_exists_for=0, ha_enabled=False)
        await asyncio.sleep(DISABLE_S)
        for host in ctx.db.all("host"):
            ctx.db.hidden("host", host)["ha_armed"] = False
            ctx.db.update("host", host, ha_statefiles=[], ha_network_peers=[])


def disarm(ctx: Context, *, soft: bool) -> None:
    """On the host that is asked only, whatever the pool says. Raises HA_NOT_ENABLED unless `soft`."""
    hidden = ctx.db.hidden("host", ctx.host)
    if not hidden.get("ha_armed", status.is_on(ctx.lab)):
        if not soft:
            raise LabError("HA_NOT_ENABLED")
    elif not soft:
        hidden["ha_armed"] = False
