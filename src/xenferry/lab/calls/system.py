"""Calls about the server itself: its clock, its certificate, and what XAPI only pretends to have."""

from __future__ import annotations

from xenferry.lab.context import Context
from xenferry.lab.dom0 import timezones
from xenferry.lab.error import LabError, internal
from xenferry.lab.forwarding import forward
from xenferry.lab.registry import call


@call("host.get_servertime")
async def get_servertime(ctx: Context, host: str) -> str:
    """The lab's time: all hosts agree unless a clock was set wrong, and never drift apart (a simplification)."""
    await _ask(ctx, host)
    return ctx.lab.date(_offset(ctx, host))


@call("host.get_server_localtime")
async def get_server_localtime(ctx: Context, host: str) -> str:
    """The same in the host's time zone."""
    await _ask(ctx, host)
    local = timezones.local(ctx.lab.now() + _offset(ctx, host), ctx.db.get("host", host)["timezone"])
    return local.strftime("%Y%m%dT%H:%M:%S")


def _offset(ctx: Context, host: str) -> float:
    return float(ctx.db.hidden("host", host).get("clock_offset", 0.0))


async def _ask(ctx: Context, host: str) -> None:
    """The host itself answers. Raises HOST_OFFLINE [host], also for one that does not exist, CANNOT_CONTACT_HOST."""
    await forward(ctx, host)


@call("host.get_server_certificate")
async def get_server_certificate(ctx: Context, host: str) -> str:
    """The PEM text of the certificate a host serves with; a member tells its own, whatever host is named (recorded)."""
    if ctx.host != ctx.lab.coordinator:
        return ctx.lab.certificate(ctx.host).pem
    await _ask(ctx, host)
    return ctx.lab.certificate(host).pem


@call("host.list_methods")
async def list_methods(ctx: Context) -> None:
    """XAPI never implemented it and names it wrongly (recorded)."""
    raise LabError("NOT_IMPLEMENTED", "list_method")


@call("session.create_from_db_file")
async def create_from_db_file(ctx: Context, filename: str) -> str:
    """A lab has no database files."""
    raise internal(f'Sys_error("{filename}: No such file or directory")')
