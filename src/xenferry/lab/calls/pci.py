"""PCI: taking a card from dom0, so that a guest can have it, and giving it back; both take a reboot.

Simplification: no card is the one that dom0 boots from.
"""

from __future__ import annotations

from xenferry.lab.context import Context
from xenferry.lab.error import LabError
from xenferry.lab.forwarding import forward
from xenferry.lab.registry import call
from xenferry.lab.updates import dom0_access


@call("PCI.get_dom0_access_status")
async def status(ctx: Context, self: str) -> str:
    await forward(ctx, ctx.db.get("PCI", self)["host"])
    return dom0_access.status(ctx.db, self)


@call("PCI.disable_dom0_access")
async def hide(ctx: Context, self: str) -> str:
    """Answers disable_on_reboot."""
    return await _change(ctx, self, hidden=True)


@call("PCI.enable_dom0_access")
async def unhide(ctx: Context, self: str) -> str:
    return await _change(ctx, self, hidden=False)


@call("PGPU.disable_dom0_access")
async def hide_gpu(ctx: Context, self: str) -> str:
    """Raises FEATURE_RESTRICTED []."""
    if not ctx.lab.hypervisor.facts.licensed("integrated_gpu_passthrough"):
        raise LabError("FEATURE_RESTRICTED")
    return await _change(ctx, ctx.db.get("PGPU", self)["PCI"], hidden=True)


@call("PGPU.enable_dom0_access")
async def unhide_gpu(ctx: Context, self: str) -> str:
    return await _change(ctx, ctx.db.get("PGPU", self)["PCI"], hidden=False)


async def _change(ctx: Context, pci: str, *, hidden: bool) -> str:
    await forward(ctx, ctx.db.get("PCI", pci)["host"])
    return dom0_access.change(ctx.db, pci, hidden=hidden)
