"""pool: its licence, its extensions and whether its guests can boot securely."""

from __future__ import annotations

from xenferry.lab.calls.host_extras import EXTENSIONS
from xenferry.lab.context import Context
from xenferry.lab.registry import call

EDITIONS = ("free", "express", "xcp-ng", "standard", "enterprise-per-socket", "premium-per-socket")
"""From the least to the most."""
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
    """Whether every host has it."""
    return name in EXTENSIONS


@call("pool.get_guest_secureboot_readiness")
async def get_guest_secureboot_readiness(ctx: Context, self: str) -> str:
    """XCP-ng 8.3 is installed with the certificates of secure boot."""
    return "ready"
