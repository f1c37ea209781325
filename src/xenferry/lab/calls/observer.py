"""Observer: what is traced, and where the traces go. A lab keeps the wish and traces nothing."""

from __future__ import annotations

from typing import Any

from xenferry.lab.context import Context
from xenferry.lab.error import LabError
from xenferry.lab.registry import call

COMPONENTS = ("xapi", "xenopsd", "xapi-clusterd", "smapi")
LOCAL = "bugtool"
"""The endpoint that stands for files in dom0. Addresses are refused unless xapi.conf says otherwise."""


@call("Observer.create")
async def create(ctx: Context, record: dict[str, Any]) -> str:
    """Raises INVALID_VALUE [component, endpoint or host; value]."""
    _check_components(record["components"])
    _check_endpoints(record["endpoints"])
    _check_hosts(ctx, record["hosts"])
    return ctx.db.create("Observer", record)


@call("Observer.destroy")
async def destroy(ctx: Context, self: str) -> None:
    ctx.db.destroy("Observer", self)


@call("Observer.set_components")
async def set_components(ctx: Context, self: str, value: list[str]) -> None:
    _check_components(value)
    ctx.db.update("Observer", self, components=value)


@call("Observer.set_endpoints")
async def set_endpoints(ctx: Context, self: str, value: list[str]) -> None:
    _check_endpoints(value)
    ctx.db.update("Observer", self, endpoints=value)


@call("Observer.set_hosts")
async def set_hosts(ctx: Context, self: str, value: list[str]) -> None:
    _check_hosts(ctx, value)
    ctx.db.update("Observer", self, hosts=value)


def _check_components(names: list[str]) -> None:
    for name in names:
        if name not in COMPONENTS:
            raise LabError("INVALID_VALUE", "component", name)


def _check_endpoints(urls: list[str]) -> None:
    for url in urls:
        if url != LOCAL:
            raise LabError("INVALID_VALUE", "endpoint", url)


def _check_hosts(ctx: Context, hosts: list[str]) -> None:
    for host in hosts:
        if not ctx.db.exists("host", host):
            raise LabError("INVALID_VALUE", "host", host)
