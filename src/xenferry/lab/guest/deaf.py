"""Guests that do not react when they are asked to shut down or to get ready for being suspended or moved."""

from __future__ import annotations

import asyncio

from xenferry.lab.context import Context
from xenferry.lab.error import LabError

ACKNOWLEDGE_S = 30.0
"""How long xenopsd waits for the guest to acknowledge."""
ERRORS = {"shutdown": "VM_FAILED_SHUTDOWN_ACKNOWLEDGMENT", "suspend": "VM_FAILED_SUSPEND_ACKNOWLEDGMENT"}


async def refuse(ctx: Context, vm: str, what: str) -> None:
    """Raises VM_FAILED_SHUTDOWN_ACKNOWLEDGMENT or VM_FAILED_SUSPEND_ACKNOWLEDGMENT [vm] if the guest is deaf to that.

    The guest goes on where it is. While XAPI waits the call can be cancelled.
    """
    if what not in ctx.lab.world.deaf.get(vm, ()):
        return
    for _ in range(int(ACKNOWLEDGE_S)):
        await asyncio.sleep(1.0)
        ctx.checkpoint()
    raise LabError(ERRORS[what], vm)
