"""pool, VM: workload balancing. There is no such server in a lab, so that nothing can be asked of it."""

from __future__ import annotations

from typing import NoReturn

from xenferry.lab.calls.vif import check_licence
from xenferry.lab.context import Context
from xenferry.lab.datamodel import NULL
from xenferry.lab.error import LabError
from xenferry.lab.registry import call


@call("pool.initialize_wlb")
async def initialize(ctx: Context, url: str, user: str, password: str, xen_user: str, xen_password: str) -> None:
    """Raises LICENCE_RESTRICTION [WLB], WLB_CONNECTION_REFUSED []: nothing listens anywhere."""
    check_licence(ctx, "wlb", "WLB")
    raise LabError("WLB_CONNECTION_REFUSED")


@call("pool.deconfigure_wlb")
async def deconfigure(ctx: Context) -> None:
    """A pool that was captured with one forgets it, whatever the server says. Raises WLB_NOT_INITIALIZED []."""
    pool, record = next(iter(ctx.db.all("pool").items()))
    if not record["wlb_url"]:
        raise LabError("WLB_NOT_INITIALIZED")
    ctx.db.update("pool", pool, wlb_username="")
    ctx.db.update("pool", pool, wlb_url="")
    ctx.db.update("pool", pool, wlb_enabled=False)


@call("pool.send_wlb_configuration")
async def send_configuration(ctx: Context, config: dict[str, str]) -> None:
    _ask(ctx)


@call("pool.retrieve_wlb_configuration")
async def retrieve_configuration(ctx: Context) -> dict[str, str]:
    _ask(ctx)


@call("pool.retrieve_wlb_recommendations")
async def retrieve_recommendations(ctx: Context) -> dict[str, list[str]]:
    _ask(ctx)


@call("VM.retrieve_wlb_recommendations")
async def of_guest(ctx: Context, vm: str) -> dict[str, list[str]]:
    ctx.db.get("VM", vm)
    _ask(ctx)


def _ask(ctx: Context) -> NoReturn:
    """Raises LICENCE_RESTRICTION [WLB], WLB_NOT_INITIALIZED [], WLB_DISABLED [], WLB_CONNECTION_REFUSED []."""
    check_licence(ctx, "wlb", "WLB")
    pool = next(iter(ctx.db.all("pool").values()))
    if pool["wlb_url"] in ("", NULL):
        raise LabError("WLB_NOT_INITIALIZED")
    raise LabError("WLB_CONNECTION_REFUSED" if pool["wlb_enabled"] else "WLB_DISABLED")
