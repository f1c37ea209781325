"""pool: its licence, its extensions and whether its guests can boot securely."""

from __future__ import annotations

import re

from xenferry.lab.context import Context
from xenferry.lab.error import LabError
from xenferry.lab.implicit import add_to_map
from xenferry.lab.registry import call

EDITIONS = ("free", "express", "xcp-ng", "standard", "enterprise-per-socket", "premium-per-socket")
"""From the least to the most."""
AGENT_KEYS = {
    "auto_update_enabled": re.compile("true|false"),
    "auto_update_url": re.compile("https?:.*", re.DOTALL),
}
NEVER = ("never", "21000101T00:00:00Z")
Map = dict[str, str]


@call("pool.get_license_state")
async def get_license_state(ctx: Context, self: str) -> Map:
    """The lowest edition of any host, and the first date at which a licence of that edition ends."""
    hosts = ctx.db.all("host").values()
    known = [host["edition"] for host in hosts if host["edition"] in EDITIONS]
    edition = min(known, key=EDITIONS.index, default="")
    dates = [host["license_params"].get("expiry", "never") for host in hosts if host["edition"] == edition]
    return {"edition": edition, "expiry": min((date for date in dates if date not in NEVER), default="never")}


@call("pool.has_extension")
async def has_extension(ctx: Context, self: str, name: str) -> bool:
    """Whether every host has it; they are asked one after the other, until one has not."""
    for host in list(ctx.db.all("host")):
        if not await ctx.lab.call_within(ctx.task, "host.has_extension", host, name):
            return False
    return True


@call("pool.add_to_guest_agent_config")
async def add_to_guest_agent_config(ctx: Context, self: str, key: str, value: str) -> None:
    """Raises INVALID_VALUE ["guest_agent_config"; text] for another key, or a value that it cannot have."""
    if key not in AGENT_KEYS or not AGENT_KEYS[key].fullmatch(value):
        raise LabError("INVALID_VALUE", "guest_agent_config", f"{key} = {value}")
    await add_to_map("pool", "guest_agent_config", ctx, self, key, value)


@call("pool.get_guest_secureboot_readiness")
async def get_guest_secureboot_readiness(ctx: Context, self: str) -> str:
    """XCP-ng 8.3 is installed with the certificates of secure boot."""
    return "ready"
