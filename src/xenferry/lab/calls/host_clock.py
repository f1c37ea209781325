"""host: its clock, its time zone, and the servers it takes the time from.

Without NTP a host's clock can be set wrong; it then stays as wrong as it is. With NTP it is right at once.
"""

from __future__ import annotations

from datetime import UTC, datetime

from xenferry.lab.context import Context
from xenferry.lab.dom0 import timezones
from xenferry.lab.error import LabError, internal
from xenferry.lab.forwarding import forward
from xenferry.lab.registry import call

FACTORY_SERVERS = tuple(f"{number}.xenserver.pool.ntp.org" for number in range(4))


@call("host.set_servertime")
async def set_servertime(ctx: Context, self: str, value: str) -> None:
    """Raises NOT_ALLOWED_WHEN_NTP_IS_ENABLED [host]."""
    if ctx.db.get("host", self)["ntp_mode"] != "Disabled":
        raise LabError("NOT_ALLOWED_WHEN_NTP_IS_ENABLED", self)
    await forward(ctx, self)
    ctx.db.hidden("host", self)["clock_offset"] = _moment(value) - ctx.lab.now()


def _moment(text: str) -> float:
    """Seconds since 1970 of a XenAPI date; with dashes it is one too."""
    try:
        return datetime.strptime(text.replace("-", ""), "%Y%m%dT%H:%M:%SZ").replace(tzinfo=UTC).timestamp()
    except ValueError:
        raise internal(f'Invalid_argument("date.ml:of_iso8601: {text}")') from None


@call("host.get_ntp_synchronized")
async def get_synchronized(ctx: Context, self: str) -> bool:
    await forward(ctx, self)
    return bool(ctx.db.get("host", self)["ntp_mode"] != "Disabled")


@call("host.get_ntp_servers_status")
async def get_servers_status(ctx: Context, self: str) -> dict[str, str]:
    """The first is the one followed; all of them answer here."""
    await forward(ctx, self)
    record = ctx.db.get("host", self)
    if record["ntp_mode"] == "Disabled":
        return {}
    servers = record["ntp_custom_servers"] if record["ntp_mode"] == "Custom" else FACTORY_SERVERS
    return {server: "combined" if at else "synced" for at, server in enumerate(servers)}


@call("host.set_ntp_mode")
async def set_mode(ctx: Context, self: str, value: str) -> None:
    """Raises INVALID_NTP_CONFIG [why] for Custom without servers."""
    await forward(ctx, self)
    if value == "Custom" and not ctx.db.get("host", self)["ntp_custom_servers"]:
        raise LabError("INVALID_NTP_CONFIG", "Can't set ntp_mode to Custom when ntp_custom_servers is empty")
    if value != "Disabled":
        ctx.db.hidden("host", self).pop("clock_offset", None)
    ctx.db.update("host", self, ntp_mode=value)


@call("host.set_ntp_custom_servers")
async def set_servers(ctx: Context, self: str, value: list[str]) -> None:
    """Raises INVALID_NTP_CONFIG [why] for none while they are in use."""
    await forward(ctx, self)
    if ctx.db.get("host", self)["ntp_mode"] == "Custom" and not value:
        raise LabError("INVALID_NTP_CONFIG", "Can't set ntp_custom_servers empty when ntp_mode is Custom")
    ctx.db.update("host", self, ntp_custom_servers=value)


@call("host.list_timezones")
async def list_timezones(ctx: Context, self: str) -> list[str]:
    await forward(ctx, self)
    return list(timezones.known())


@call("host.set_timezone")
async def set_timezone(ctx: Context, self: str, value: str) -> None:
    """Raises INVALID_VALUE [timezone; name]."""
    await forward(ctx, self)
    if value not in timezones.known():
        raise LabError("INVALID_VALUE", "timezone", value)
    ctx.db.update("host", self, timezone=value)
