"""Messages: what XAPI tells the administrator about an object."""

from __future__ import annotations

from typing import Any

from xenferry.lab.context import Context
from xenferry.lab.error import LabError
from xenferry.lab.registry import call


@call("message.create")
async def create(ctx: Context, name: str, priority: int, cls: str, obj_uuid: str, body: str) -> str:
    """Raises UUID_INVALID [class; uuid] when there is no such object."""
    kind = {"SR": "SR", "Host": "host", "Pool": "pool", "VMPP": "VMPP", "VMSS": "VMSS"}.get(cls, cls)
    if kind in ctx.db.tables:
        ctx.db.by_uuid(kind, obj_uuid)
    return ctx.db.create(
        "message", name=name, priority=priority, cls=cls, obj_uuid=obj_uuid, body=body, timestamp=ctx.lab.date()
    )


@call("message.destroy")
async def destroy(ctx: Context, self: str) -> None:
    ctx.db.destroy("message", self)


@call("message.destroy_many")
async def destroy_many(ctx: Context, messages: list[str]) -> None:
    for ref in messages:
        ctx.db.destroy("message", ref)


@call("message.get")
async def get(ctx: Context, cls: str, obj_uuid: str, since: str) -> dict[str, Any]:
    found = ctx.db.find("message", cls=cls, obj_uuid=obj_uuid)
    return {ref: dict(ctx.db.get("message", ref)) for ref in found if ctx.db.get("message", ref)["timestamp"] >= since}


@call("message.get_since")
async def get_since(ctx: Context, since: str) -> dict[str, Any]:
    return {ref: dict(record) for ref, record in ctx.db.all("message").items() if record["timestamp"] >= since}


@call("message.get_by_uuid")
async def get_by_uuid(ctx: Context, uuid: str) -> str:
    found = ctx.db.find("message", uuid=uuid)
    if not found:
        raise LabError("UUID_INVALID", "message", uuid)
    return found[0]
