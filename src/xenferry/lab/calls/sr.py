"""SR: creating, probing, scanning, forgetting and destroying storage repositories."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from functools import partial
from typing import Any

from xenferry.lab.calls import pbd as pbd_calls
from xenferry.lab.context import Context
from xenferry.lab.error import LabError
from xenferry.lab.registry import call
from xenferry.lab.storage import drivers, operations, plug, secrets
from xenferry.lab.storage.job import Job


@call("SR.get_supported_types")
async def get_supported_types(ctx: Context) -> list[str]:
    return [sm["type"] for sm in ctx.db.all("SM").values()]


@call("SR.probe", cancellable=False)
async def probe(ctx: Context, host: str, device_config: dict[str, str], kind: str, sm_config: dict[str, str]) -> str:
    device_config = secrets.moved(ctx.db, device_config)
    plug.check_live(ctx.db, host)
    ctx.forward(host)
    driver = drivers.driver(ctx.db, kind.lower())
    await asyncio.sleep(plug.DRIVER_START_S)
    return await driver.probe(drivers.job(ctx.db, ctx.lab.world, host, "probe", device_config, sm_config))


@call("SR.probe_ext", cancellable=False)
async def probe_ext(
    ctx: Context, host: str, device_config: dict[str, str], kind: str, sm_config: dict[str, str]
) -> list[dict[str, Any]]:
    """Drivers of the older interface fail like SR.probe; what they print on success, XAPI cannot give as records."""
    await probe(ctx, host, device_config, kind, sm_config)
    raise LabError("SR_OPERATION_NOT_SUPPORTED")


@call("SR.introduce")
async def introduce(
    ctx: Context, uuid: str, name: str, description: str, kind: str, content: str, shared: bool,
    sm_config: dict[str, str],
) -> str:  # fmt: skip
    if uuid and ctx.db.find("SR", uuid=uuid):
        raise LabError("SR_UUID_EXISTS", uuid)
    made: str = ctx.db.create(
        "SR", uuid=uuid or ctx.db.new_uuid(), name_label=name, name_description=description, type=kind.lower(),
        content_type=content, shared=shared, sm_config=dict(sm_config), physical_size=-1, physical_utilisation=-1,
    )  # fmt: skip
    return made


@call("SR.create", cancellable=False)
async def create(
    ctx: Context, host: str, device_config: dict[str, str], size: int, name: str, description: str, kind: str,
    content: str, shared: bool, sm_config: dict[str, str],
) -> str:  # fmt: skip
    """Failed plugs are passed over: the call succeeds, and PBD.currently_attached says where the SR is missing.

    A shared SR is made by the coordinator, whatever host is named.
    """
    device_config = secrets.moved(ctx.db, device_config)
    master = ctx.lab.coordinator
    host = master if shared else host
    if host != master:
        plug.check_live(ctx.db, host)
        ctx.forward(host)
        device_config = secrets.moved(ctx.db, device_config)
    if any("rolling_upgrade_in_progress" in pool["other_config"] for pool in ctx.db.all("pool").values()):
        raise LabError("NOT_SUPPORTED_DURING_UPGRADE")
    driver = drivers.driver(ctx.db, kind.lower())
    sr: str = await introduce(ctx, "", name, description, kind, content, shared, sm_config)
    hosts = [host, *(each for each in ctx.db.all("host") if each != host)] if shared else [host]
    pbds = {each: _pbd(ctx, sr, each, device_config) for each in hosts}
    await asyncio.sleep(plug.DRIVER_START_S)
    try:
        await driver.create(_job(ctx, sr, host, device_config))
    except LabError:
        _remove(ctx, sr, list(pbds.values()))
        raise
    _agree(ctx, list(pbds.values()), pbds[host])
    ctx.progress(0.5)
    await _plug_all(ctx, list(pbds.values()))
    return sr


def _agree(ctx: Context, pbds: list[str], first: str) -> None:
    """What the driver was given on the host that made the SR is every PBD's configuration, secrets and all."""
    config = ctx.db.get("PBD", first)["device_config"]
    for pbd in pbds:
        ctx.db.update("PBD", pbd, device_config=dict(config))


async def _plug_all(ctx: Context, pbds: list[str]) -> None:
    """A call of its own for each, side by side, whose failures nobody looks at; their tasks stay."""
    tasks = ctx.lab.tasks
    for pbd in pbds:
        task = ctx.subtask("Async.PBD.plug")
        tasks.forward(task, ctx.db.get("PBD", pbd)["host"])
        tasks.start(task, partial(_plug, ctx, pbd))
        await asyncio.sleep(0)
    await tasks.ended(ctx.db.get("task", ctx.task)["subtasks"] if ctx.task else [])


async def _plug(ctx: Context, pbd: str, task: str) -> str:
    await pbd_calls.plug(replace(ctx, name="PBD.plug", task=task), pbd)
    return "<value></value>"


def _pbd(ctx: Context, sr: str, host: str, config: dict[str, str]) -> str:
    """A PBD for the new SR. A configuration that XAPI refuses here leaves the SR behind without PBDs (recorded)."""
    pbd_calls.check_config(config)
    return ctx.db.create("PBD", host=host, SR=sr, device_config=secrets.copied(ctx.db, config))


def _job(ctx: Context, sr: str, host: str, config: dict[str, str]) -> Job:
    record = ctx.db.get("SR", sr)
    return drivers.job(ctx.db, ctx.lab.world, host, record["uuid"], config, record["sm_config"])


def _remove(ctx: Context, sr: str, pbds: list[str]) -> None:
    """An SR that could not be made leaves nothing behind."""
    ctx.db.destroy("SR", sr)
    for pbd in pbds:
        ctx.db.destroy("PBD", pbd)


@call("SR.scan")
async def scan(ctx: Context, sr: str) -> None:
    async with operations.marked(ctx, sr, "scan"):
        plug.show(ctx.db, sr, *await _look(ctx, sr))
    other = ctx.db.get("SR", sr)["other_config"]
    ctx.db.update("SR", sr, other_config={key: value for key, value in other.items() if key != "dirty"})


@call("SR.update")
async def update(ctx: Context, sr: str) -> None:
    """Only the sizes, whatever else is done with the SR: XAPI takes no lock for it. Of an ISO library nothing."""
    _, found = await _look(ctx, sr)
    if ctx.db.get("SR", sr)["type"] != "iso":
        plug.show_sizes(ctx.db, sr, found)


async def _look(ctx: Context, sr: str) -> tuple[Job, dict[str, Any]]:
    """What the driver sees where the SR is plugged."""
    pbd = operations.forward(ctx, sr, plugged=True)
    driver, job = plug.job_of(ctx.db, ctx.lab.world, pbd)
    await asyncio.sleep(plug.DRIVER_START_S)
    return job, await driver.scan(job)


@call("SR.destroy")
async def destroy(ctx: Context, sr: str) -> None:
    """The driver must attach the SR before it can remove it, so an unreachable server keeps it from being destroyed."""
    async with operations.marked(ctx, sr, "destroy"):
        _check_destroyable(ctx, sr)
        pbd = operations.forward(ctx, sr, plugged=False)
        driver, job = plug.job_of(ctx.db, ctx.lab.world, pbd)
        await asyncio.sleep(plug.DRIVER_START_S)
        await driver.attach(job)
        try:
            await driver.delete(job)
        finally:
            await driver.detach(job)
        secrets.forget(ctx.db, ctx.db.get("SR", sr)["sm_config"])
        _forget(ctx, sr)


def _check_destroyable(ctx: Context, sr: str) -> None:
    """Raises SR_INDESTRUCTIBLE [sr], SR_IS_CACHE_SR [host]."""
    if ctx.db.get("SR", sr)["other_config"].get("indestructible") == "true":
        raise LabError("SR_INDESTRUCTIBLE", sr)
    for host, record in ctx.db.all("host").items():
        if record["local_cache_sr"] == sr:
            raise LabError("SR_IS_CACHE_SR", host)


@call("SR.forget")
async def forget(ctx: Context, sr: str) -> None:
    async with operations.marked(ctx, sr, "forget"):
        _forget(ctx, sr)


def _forget(ctx: Context, sr: str) -> None:
    """PBDs, disks, the SR. Drives of its disks point nowhere until the next sweep."""
    record = ctx.db.get("SR", sr)
    disks = list(record["VDIs"])
    for ref, pbd in operations.pbds(ctx.db, sr):
        ctx.db.destroy("PBD", ref)
        secrets.forget(ctx.db, pbd["device_config"])
    for vdi in disks:
        ctx.db.destroy("VDI", vdi)
    ctx.db.destroy("SR", sr)
    ctx.lab.sweep.soon()


@call("SR.set_shared")
async def set_shared(ctx: Context, sr: str, value: bool) -> None:
    pbds = ctx.db.get("SR", sr)["PBDs"]
    if not value and len(pbds) > 1:
        raise LabError("SR_HAS_MULTIPLE_PBDS", *pbds)
    ctx.db.update("SR", sr, shared=value)
