"""host, pool: the licence. XCP-ng has one edition and no licence files; other products' licences are not simulated."""

from __future__ import annotations

import base64
import binascii

from xenferry.lab.context import Context
from xenferry.lab.error import LabError
from xenferry.lab.forwarding import forward
from xenferry.lab.registry import call

FREE = "XCP-ng"
EDITION = "xcp-ng"


@call("host.apply_edition")
async def apply(ctx: Context, host: str, edition: str, force: bool) -> None:
    """Raises INVALID_EDITION [name]."""
    await forward(ctx, host)
    _check_product(ctx, host, "host.apply_edition")
    if edition not in ("", EDITION):
        raise LabError("INVALID_EDITION", edition)
    ctx.db.update("host", host, edition=EDITION)


@call("pool.apply_edition")
async def apply_to_pool(ctx: Context, self: str, edition: str) -> None:
    """The first host that refuses ends it, and the others go back."""
    before = {host: record["edition"] for host, record in ctx.db.all("host").items()}
    done: list[str] = []
    try:
        for host in before:
            await ctx.lab.call_within(ctx.task, "host.apply_edition", host, edition, False)
            done.insert(0, host)
    except LabError:
        for host in done:
            ctx.db.update("host", host, edition=before[host])
        raise


@call("host.license_add")
async def license_add(ctx: Context, host: str, contents: str) -> None:
    """Raises LICENSE_PROCESSING_ERROR [] for what is no base64; XCP-ng looks no further."""
    await forward(ctx, host)
    _check_product(ctx, host, "host.license_add")
    try:
        base64.b64decode(contents, validate=True)
    except binascii.Error:
        raise LabError("LICENSE_PROCESSING_ERROR") from None


@call("host.license_remove")
async def license_remove(ctx: Context, host: str) -> None:
    await forward(ctx, host)
    _check_product(ctx, host, "host.license_remove")


def _check_product(ctx: Context, host: str, name: str) -> None:
    if ctx.db.get("host", host)["software_version"].get("product_brand") != FREE:
        raise LabError("NOT_IMPLEMENTED", name)
