"""blob: pieces of data that clients keep with an object. Their contents go by HTTP, which the lab does not take."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from xenferry.lab.context import Context
from xenferry.lab.error import internal
from xenferry.lab.registry import call

KINDS = ("pool", "VM", "host", "network", "SR")
"""Classes whose objects keep blobs by name."""
ANYTHING = "application/octet-stream"


@call("blob.create")
async def create(ctx: Context, mime_type: str, public: bool) -> str:
    return ctx.db.create("blob", mime_type=mime_type or ANYTHING, public=public)


@call("blob.destroy")
async def destroy(ctx: Context, self: str) -> None:
    """A guest forgets it; other objects keep a reference to nothing, as in XAPI."""
    ctx.db.get("blob", self)
    for vm, record in list(ctx.db.all("VM").items()):
        if self in record["blobs"].values():
            ctx.db.update("VM", vm, blobs={name: blob for name, blob in record["blobs"].items() if blob != self})
    ctx.db.destroy("blob", self)


def _keeping(cls: str) -> Callable[[Context, str, str, str, bool], Awaitable[str]]:
    async def create_new(ctx: Context, ref: str, name: str, mime_type: str, public: bool) -> str:
        """Raises INTERNAL_ERROR for a name that the object has already."""
        blobs = ctx.db.get(cls, ref)["blobs"]
        blob = await create(ctx, mime_type, public)
        if name in blobs:
            raise internal(f'Db_exn.Duplicate_key("{cls}", "blobs", "{ref}", "{name}")')
        ctx.db.update(cls, ref, blobs={name: blob, **blobs})
        return str(blob)

    return create_new


for kind in KINDS:
    call(f"{kind}.create_new_blob")(_keeping(kind))
