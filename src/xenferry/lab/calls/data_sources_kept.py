"""VM, host, SR: which measurements are kept, and those of storage.

All measurements of a lab are kept from the start. The drivers that the lab has measure nothing of their SRs: what a
host measures of an SR is among the host's data sources.
"""

from __future__ import annotations

from typing import Any

from xenferry.lab import locks
from xenferry.lab.calls.data_sources import of_guest
from xenferry.lab.context import Context
from xenferry.lab.error import LabError, internal
from xenferry.lab.metrics import sources
from xenferry.lab.metrics.gauge import Gauge
from xenferry.lab.registry import call
from xenferry.lab.storage import operations
from xenferry.lab.storage.plug import check_live


@call("VM.record_data_source")
async def vm_record(ctx: Context, self: str, name: str) -> None:
    """Raises INTERNAL_ERROR with the daemon's error for a source that it does not measure."""
    async with locks.guest_operation(ctx, self, "data_source_op"):
        _record(ctx, "VM", self, of_guest(ctx, self), name)


@call("VM.forget_data_source_archives")
async def vm_forget(ctx: Context, self: str, name: str) -> None:
    async with locks.guest_operation(ctx, self, "data_source_op"):
        _forget(ctx, "VM", self, of_guest(ctx, self), name)


@call("host.record_data_source")
async def host_record(ctx: Context, host: str, name: str) -> None:
    check_live(ctx.db, host)
    _record(ctx, "host", host, sources.of_host(ctx.lab, host), name)


@call("host.forget_data_source_archives")
async def host_forget(ctx: Context, host: str, name: str) -> None:
    check_live(ctx.db, host)
    _forget(ctx, "host", host, sources.of_host(ctx.lab, host), name)


@call("SR.get_data_sources")
async def sr_sources(ctx: Context, sr: str) -> list[dict[str, Any]]:
    operations.forward(ctx, sr, plugged=True)
    return []


@call("SR.query_data_source")
async def sr_query(ctx: Context, sr: str, name: str) -> float:
    operations.forward(ctx, sr, plugged=True)
    raise missing(f"SR: {ctx.db.get('SR', sr)['uuid']}")


@call("SR.record_data_source")
async def sr_record(ctx: Context, sr: str, name: str) -> None:
    operations.forward(ctx, sr, plugged=True)
    raise missing(f"SR: {ctx.db.get('SR', sr)['uuid']}")


@call("SR.forget_data_source_archives")
async def sr_forget(ctx: Context, sr: str, name: str) -> None:
    operations.forward(ctx, sr, plugged=True)


@call("host.backup_rrds")
async def backup(ctx: Context, host: str, delay: float) -> None:
    """The performance data of a lab follow from the moment; there is nothing to save."""
    check_live(ctx.db, host)


def missing(name: str) -> LabError:
    """What xcp-rrdd says of a source it does not have."""
    return internal(f'Rrd_interface.Rrdd_error(Datasource_missing("{name}"))')


def _record(ctx: Context, cls: str, ref: str, gauges: list[Gauge], name: str) -> None:
    if name not in {gauge.name for gauge in gauges}:
        raise missing(name)
    ctx.db.hidden(cls, ref).setdefault("not_kept", set()).discard(name)


def _forget(ctx: Context, cls: str, ref: str, gauges: list[Gauge], name: str) -> None:
    if name not in {gauge.name for gauge in gauges} - ctx.db.hidden(cls, ref).setdefault("not_kept", set()):
        raise internal(f'Rrd_interface.Rrdd_error(Rrdd_internal_error("Rrd.Invalid_data_source(\\"{name}\\")"))')
    ctx.db.hidden(cls, ref)["not_kept"].add(name)
