"""Host_driver, Driver_variant: which of several versions of a driver a host loads at its next boot."""

from __future__ import annotations

from xenferry.lab.context import Context
from xenferry.lab.datamodel import NULL
from xenferry.lab.error import LabError
from xenferry.lab.forwarding import forward
from xenferry.lab.registry import call


@call("Host_driver.select")
async def select(ctx: Context, self: str, variant: str) -> None:
    """Raises INVALID_VALUE [variant; ref], HOST_DRIVER_NO_HARDWARE [variant]."""
    driver = ctx.db.get("Host_driver", self)
    await forward(ctx, driver["host"])
    if variant not in driver["variants"]:
        raise LabError("INVALID_VALUE", "variant", variant)
    _choose(ctx, self, variant)


@call("Driver_variant.select")
async def select_variant(ctx: Context, self: str) -> None:
    """Raises HOST_DRIVER_NO_HARDWARE [variant]."""
    driver = ctx.db.get("Driver_variant", self)["driver"]
    await forward(ctx, ctx.db.get("Host_driver", driver)["host"])
    _choose(ctx, driver, self)


def _choose(ctx: Context, driver: str, variant: str) -> None:
    if not ctx.db.get("Driver_variant", variant)["hardware_present"]:
        raise LabError("HOST_DRIVER_NO_HARDWARE", variant)
    ctx.db.update("Host_driver", driver, selected_variant=variant)


@call("Host_driver.deselect")
async def deselect(ctx: Context, self: str) -> None:
    await forward(ctx, ctx.db.get("Host_driver", self)["host"])
    ctx.db.update("Host_driver", self, active_variant=NULL)
    ctx.db.update("Host_driver", self, selected_variant=NULL)


@call("Host_driver.rescan")
async def rescan(ctx: Context, host: str) -> None:
    """A host of a lab always finds what it has."""
    await forward(ctx, host)


@call("host.rescan_drivers")
async def rescan_drivers(ctx: Context, self: str) -> None:
    await forward(ctx, self)
