"""network: what it may be used for besides guests: reading disks over NBD, encrypted or not, never both in a pool."""

from __future__ import annotations

from xenferry.lab.context import Context
from xenferry.lab.error import LabError
from xenferry.lab.network import checks
from xenferry.lab.registry import call

AGAINST = {"nbd": "insecure_nbd", "insecure_nbd": "nbd"}


@call("network.add_purpose")
async def add(ctx: Context, self: str, value: str) -> None:
    """Raises NETWORK_UNMANAGED [network], NETWORK_INCOMPATIBLE_PURPOSES [new; present]."""
    checks.managed_network(ctx.db, self)
    current = ctx.db.get("network", self)["purpose"]
    if value in current:
        return
    for network in ctx.db.all("network").values():
        if AGAINST.get(value) in network["purpose"]:
            raise LabError("NETWORK_INCOMPATIBLE_PURPOSES", value, AGAINST[value])
    ctx.db.update("network", self, purpose=[value, *current])


@call("network.remove_purpose")
async def remove(ctx: Context, self: str, value: str) -> None:
    current = ctx.db.get("network", self)["purpose"]
    ctx.db.update("network", self, purpose=[one for one in current if one != value])
