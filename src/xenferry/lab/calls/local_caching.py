"""host, pool: an SR of the host's own disk that keeps copies of what guests read (IntelliCache).

Simplification: nothing gets any faster by it.
"""

from __future__ import annotations

from xenferry.lab.context import Context
from xenferry.lab.datamodel import NULL
from xenferry.lab.error import LabError
from xenferry.lab.forwarding import forward
from xenferry.lab.registry import call

FEATURE = "SR_SUPPORTS_LOCAL_CACHING"


@call("host.enable_local_storage_caching")
async def enable(ctx: Context, host: str, sr: str) -> None:
    """The host must be disabled and empty.

    Raises HOST_NOT_DISABLED [], HOST_IN_USE [host; vm or vbd; ref], SR_OPERATION_NOT_SUPPORTED [],
    HOST_CANNOT_SEE_SR [host; sr].
    """
    await forward(ctx, host)
    _check_idle(ctx, host)
    if not _suitable(ctx, sr):
        raise LabError("SR_OPERATION_NOT_SUPPORTED")
    if ctx.db.get("PBD", ctx.db.get("SR", sr)["PBDs"][0])["host"] != host:
        raise LabError("HOST_CANNOT_SEE_SR", host, sr)
    _mark(ctx, ctx.db.get("host", host)["local_cache_sr"], enabled=False)
    ctx.db.update("host", host, local_cache_sr=sr)
    _mark(ctx, sr, enabled=True)


@call("host.disable_local_storage_caching")
async def disable(ctx: Context, host: str) -> None:
    """Raises HOST_NOT_DISABLED [], HOST_IN_USE [host; vm or vbd; ref]."""
    await forward(ctx, host)
    _check_idle(ctx, host)
    sr = ctx.db.get("host", host)["local_cache_sr"]
    ctx.db.update("host", host, local_cache_sr=NULL)
    _mark(ctx, sr, enabled=False)


def _mark(ctx: Context, sr: str, *, enabled: bool) -> None:
    if ctx.db.exists("SR", sr):
        ctx.db.update("SR", sr, local_cache_enabled=enabled)


def _suitable(ctx: Context, sr: str) -> bool:
    record = ctx.db.get("SR", sr)
    able = any(FEATURE in each["features"] for each in ctx.db.all("SM").values() if each["type"] == record["type"])
    return not record["shared"] and len(record["PBDs"]) == 1 and able


def _check_idle(ctx: Context, host: str) -> None:
    if ctx.db.get("host", host)["enabled"]:
        raise LabError("HOST_NOT_DISABLED")
    here = [(vm, record) for vm, record in ctx.db.all("VM").items() if record["resident_on"] == host]
    for vm, record in here:
        if record["power_state"] == "Running" and not record["is_control_domain"]:
            raise LabError("HOST_IN_USE", host, "vm", vm)
    for vbd in [vbd for _, record in here if record["is_control_domain"] for vbd in record["VBDs"]]:
        if ctx.db.get("VBD", vbd)["currently_attached"]:
            raise LabError("HOST_IN_USE", host, "vbd", vbd)


@call("pool.enable_local_storage_caching")
async def pool_enable(ctx: Context, self: str) -> None:
    """On every host with the SR that suits. Raises HOSTS_FAILED_TO_ENABLE_CACHING [host ...]."""
    failed = []
    for host in list(ctx.db.all("host")):
        own = [ctx.db.get("PBD", pbd)["SR"] for pbd in ctx.db.get("host", host)["PBDs"]]
        done = [await _works(ctx, "host.enable_local_storage_caching", host, sr) for sr in own if _suitable(ctx, sr)]
        if not any(done):
            failed.append(host)
    if failed:
        raise LabError("HOSTS_FAILED_TO_ENABLE_CACHING", *failed)


@call("pool.disable_local_storage_caching")
async def pool_disable(ctx: Context, self: str) -> None:
    """Raises HOSTS_FAILED_TO_DISABLE_CACHING [host ...]."""
    hosts = list(ctx.db.all("host"))
    failed = [host for host in hosts if not await _works(ctx, "host.disable_local_storage_caching", host)]
    if failed:
        raise LabError("HOSTS_FAILED_TO_DISABLE_CACHING", *failed)


async def _works(ctx: Context, name: str, *params: str) -> bool:
    try:
        await ctx.lab.call_within(ctx.task, name, *params)
    except LabError:
        return False
    return True
