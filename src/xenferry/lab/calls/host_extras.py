"""host: what runs in dom0 beside XAPI - plugins and extensions - and what a host says of itself."""

from __future__ import annotations

import json
import re

from xenferry.lab.context import Context
from xenferry.lab.dom0 import plugins, storage_plugins, updater
from xenferry.lab.error import LabError, internal
from xenferry.lab.registry import call
from xenferry.lab.storage.plug import check_live

EXTENSIONS = frozenset({"Test.test", "pool_update.apply", "pool_update.precheck"})
"""The scripts in /etc/xapi.d/extensions of a fresh host. None is simulated."""
ACTIVE = {"updater.py": updater.FUNCTIONS, **storage_plugins.PLUGINS}
"""Plugins that look at the pool, or change it, by name and function."""
CAPABILITIES = (
    ("host-crashdump-logs", "application/data", "no"),
    ("network-status", "text/plain", "yes"),
    ("system-logs", "text/plain", "yes"),
    ("tapdisk-logs", "text/plain", "no"),
    ("xenserver-config", "text/plain", "yes"),
    ("xenserver-databases", "text/plain", "yes"),
)
"""Key, type and default of some of the parts that a status report can have; a real host lists about thirty."""


@call("host.call_plugin")
async def call_plugin(ctx: Context, host: str, plugin: str, fn: str, args: dict[str, str]) -> str:
    """Raises XENAPI_MISSING_PLUGIN [plugin], UNKNOWN_XENAPI_PLUGIN_FUNCTION [function], and the plugin's errors."""
    check_live(ctx.db, host)
    ctx.forward(host)
    if plugin in ACTIVE:
        if fn not in ACTIVE[plugin]:
            raise LabError("UNKNOWN_XENAPI_PLUGIN_FUNCTION", fn)
        return await ACTIVE[plugin][fn](ctx, host, args)
    return plugins.run(ctx.db.get("host", host), plugin, fn, args)


@call("host.has_extension")
async def has_extension(ctx: Context, host: str, name: str) -> bool:
    check_live(ctx.db, host)
    return name in EXTENSIONS


@call("host.call_extension")
async def call_extension(ctx: Context, host: str, call: str) -> str:
    """The call is JSON-RPC in a string. Raises MESSAGE_METHOD_UNKNOWN [name]."""
    check_live(ctx.db, host)
    try:
        name = json.loads(call)["method"]
    except (ValueError, LookupError, TypeError):
        raise internal('Jsonrpc.Malformed_method_request("{}")') from None
    raise LabError("NOT_IMPLEMENTED" if name in EXTENSIONS else "MESSAGE_METHOD_UNKNOWN", str(name))


@call("host.get_log")
async def get_log(ctx: Context, host: str) -> str:
    """XAPI declares the call and refuses it."""
    check_live(ctx.db, host)
    raise LabError("NOT_IMPLEMENTED", "get_log")


@call("host.get_sched_gran")
async def get_sched_gran(ctx: Context, self: str) -> str:
    """What Xen's command line says, thus what holds after the next boot."""
    check_live(ctx.db, self)
    return str(ctx.db.hidden("host", self).get("sched_gran", "cpu"))


@call("host.set_sched_gran")
async def set_sched_gran(ctx: Context, self: str, value: str) -> None:
    check_live(ctx.db, self)
    ctx.db.hidden("host", self)["sched_gran"] = value


@call("host.get_system_status_capabilities")
async def get_system_status_capabilities(ctx: Context, host: str) -> str:
    check_live(ctx.db, host)
    lines = [
        f'<capability content-type="{kind}" default-checked="{default}" key="{key}" max-size="-1" max-time="-1" '
        'min-size="-1" min-time="-1" pii="maybe"/>'
        for key, kind, default in CAPABILITIES
    ]
    return f'<?xml version="1.0" ?><system-status-capabilities>{"".join(lines)}</system-status-capabilities>'


@call("host.set_hostname_live")
async def set_hostname_live(ctx: Context, host: str, hostname: str) -> None:
    """dom0's name, and what the control domain is called after it. Raises HOST_NAME_INVALID [why]."""
    check_live(ctx.db, host)
    ctx.forward(host)
    _check_hostname(hostname)
    ctx.db.update("host", host, hostname=hostname)
    for vm in ctx.db.find("VM", is_control_domain=True, resident_on=host):
        ctx.db.update("VM", vm, name_label=f"Control domain on host: {hostname}")


def _check_hostname(hostname: str) -> None:
    if not hostname:
        raise LabError("HOST_NAME_INVALID", "hostname empty")
    if len(hostname) > 255:
        raise LabError("HOST_NAME_INVALID", "hostname is too long")
    if not re.fullmatch(r"[A-Za-z0-9.](?:[A-Za-z0-9.-]*[A-Za-z0-9.])?", hostname):
        raise LabError("HOST_NAME_INVALID", "hostname contains invalid characters")
