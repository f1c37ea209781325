"""What has changed: `event.from` and the old interface."""

from __future__ import annotations

from typing import Any

from xenferry.lab.context import Context
from xenferry.lab.error import LabError
from xenferry.lab.registry import call


@call("event.from")
async def event_from(ctx: Context, classes: list[str], token: str, timeout: float) -> dict[str, Any]:  # noqa: ASYNC109
    """A local session does not do: it has no place in the tables (recorded)."""
    session = ctx.session or ""
    if ctx.lab.sessions.is_local(session):
        raise LabError("INTERNAL_ERROR", "missing table", "subject", "")
    return await ctx.lab.events.since(session, classes, token, timeout)


@call("event.inject")
async def inject(ctx: Context, cls: str, ref: str) -> str:
    return ctx.lab.events.inject(cls, ref)


@call("event.get_current_id")
async def get_current_id(ctx: Context) -> int:
    return ctx.lab.legacy_events.count


@call("event.register")
async def register(ctx: Context, classes: list[str]) -> None:
    ctx.lab.legacy_events.register(ctx.session or "", classes)


@call("event.unregister")
async def unregister(ctx: Context, classes: list[str]) -> None:
    ctx.lab.legacy_events.unregister(ctx.session or "", classes)


@call("event.next")
async def event_next(ctx: Context) -> list[dict[str, Any]]:
    return await ctx.lab.legacy_events.next(ctx.session or "")
