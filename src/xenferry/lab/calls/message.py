"""Messages: what XAPI tells the administrator about an object."""

from __future__ import annotations

from typing import Any

from xenferry.lab.context import Context
from xenferry.lab.error import LabError
from xenferry.lab.registry import call
from xenferry.lab.sweeping import seconds

TABLES = {"Host": "host", "Pool": "pool"}
"""The classes of messages that are spelled otherwise than the objects'."""


@call("message.create")
async def create(ctx: Context, name: str, priority: int, cls: str, obj_uuid: str, body: str) -> str:
    """Raises UUID_INVALID [class; uuid] when there is no such object, the class spelled as in messages."""
    if not _known(ctx, cls, obj_uuid):
        raise LabError("UUID_INVALID", cls, obj_uuid)
    return ctx.db.create(
        "message", name=name, priority=priority, cls=cls, obj_uuid=obj_uuid, body=body, timestamp=ctx.lab.date()
    )


def _known(ctx: Context, cls: str, uuid: str) -> bool:
    table = TABLES.get(cls, cls)
    return table in ctx.db.tables and bool(ctx.db.find(table, uuid=uuid))


@call("message.destroy")
async def destroy(ctx: Context, self: str) -> None:
    ctx.db.destroy("message", self)


@call("message.destroy_many")
async def destroy_many(ctx: Context, messages: list[str]) -> None:
    for ref in messages:
        ctx.db.destroy("message", ref)


@call("message.get")
async def get(ctx: Context, cls: str, obj_uuid: str, since: str) -> dict[str, Any]:
    """An object's messages that are younger, newest first. Raises UUID_INVALID [] when there is no such object."""
    if not _known(ctx, cls, obj_uuid):
        raise LabError("UUID_INVALID")
    found = ctx.db.find("message", cls=cls, obj_uuid=obj_uuid)
    return {ref: record for ref, record in _newest_first(ctx, found) if seconds(record["timestamp"]) > seconds(since)}


@call("message.get_since")
async def get_since(ctx: Context, since: str) -> dict[str, Any]:
    """XAPI compares fractions of seconds here, so a message of this very second counts as later."""
    every = _newest_first(ctx, list(ctx.db.all("message")))
    return {ref: record for ref, record in every if seconds(record["timestamp"]) >= seconds(since)}


def _newest_first(ctx: Context, refs: list[str]) -> list[tuple[str, dict[str, Any]]]:
    return [(ref, dict(ctx.db.get("message", ref))) for ref in reversed(refs)]


@call("message.get_by_uuid")
async def get_by_uuid(ctx: Context, uuid: str) -> str:
    found = ctx.db.find("message", uuid=uuid)
    if not found:
        raise LabError("UUID_INVALID", "message", uuid)
    return found[0]
