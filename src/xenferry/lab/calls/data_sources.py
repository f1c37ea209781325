"""VM, host: what is measured of an object, and the value of one measurement."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from xenferry.lab import locks
from xenferry.lab.context import Context
from xenferry.lab.error import LabError, internal
from xenferry.lab.forwarding import forward
from xenferry.lab.metrics import sources
from xenferry.lab.metrics.gauge import Gauge
from xenferry.lab.registry import call


@call("host.get_data_sources")
async def host_get_data_sources(ctx: Context, host: str) -> list[dict[str, Any]]:
    await forward(ctx, host)
    return _listed(ctx, "host", host, sources.of_host(ctx.lab, host))


@call("host.query_data_source")
async def host_query_data_source(ctx: Context, host: str, data_source: str) -> float:
    await forward(ctx, host)
    return _value(ctx, sources.of_host(ctx.lab, host), data_source)


@call("VM.get_data_sources")
async def vm_get_data_sources(ctx: Context, self: str) -> list[dict[str, Any]]:
    async with locks.guest_operation(ctx, self, "data_source_op"):
        return _listed(ctx, "VM", self, of_guest(ctx, self))


@call("VM.query_data_source")
async def vm_query_data_source(ctx: Context, self: str, data_source: str) -> float:
    """Whatever else goes on with the guest. Raises VM_BAD_POWER_STATE [vm; running;paused; its state]."""
    state = ctx.db.get("VM", self)["power_state"]
    if state not in ("Running", "Paused"):
        raise LabError("VM_BAD_POWER_STATE", self, "running;paused", state.lower())
    return _value(ctx, of_guest(ctx, self), data_source)


def of_guest(ctx: Context, vm: str) -> list[Gauge]:
    """Nothing is measured of a guest that does not run."""
    return sources.of_guest(ctx.lab, vm) if ctx.db.get("VM", vm)["power_state"] in ("Running", "Paused") else []


def _listed(ctx: Context, cls: str, ref: str, gauges: Sequence[Gauge]) -> list[dict[str, Any]]:
    """XAPI lists the value as 0: it has to be asked for. What was told to be forgotten is not enabled."""
    forgotten = ctx.db.hidden(cls, ref).get("not_kept", ())
    return [
        {
            "name_label": gauge.name, "name_description": gauge.description, "enabled": gauge.name not in forgotten,
            "standard": True, "units": gauge.units, "min": 0.0, "max": float("inf"), "value": 0.0,
        }
        for gauge in gauges
    ]  # fmt: skip


def _value(ctx: Context, gauges: Sequence[Gauge], name: str) -> float:
    """Raises INTERNAL_ERROR when there is no such measurement."""
    for gauge in gauges:
        if gauge.name == name:
            return gauge.at(ctx.lab.now())
    raise internal(f'Rrd_interface.Rrdd_error(Rrdd_internal_error("Rrd.Invalid_data_source(\\"{name}\\")"))')
