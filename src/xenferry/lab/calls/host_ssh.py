"""host, pool: whether dom0 lets anybody in over ssh, and for how long.

Simplification: the lab's ssh servers answer all the same.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from xenferry.lab.context import Context
from xenferry.lab.error import LabError
from xenferry.lab.forwarding import forward
from xenferry.lab.registry import call

if TYPE_CHECKING:
    from xenferry.lab.lab import Lab

LONGEST_S = 172_800
EPOCH = "19700101T00:00:00Z"


@call("host.enable_ssh")
async def enable(ctx: Context, self: str) -> None:
    """By hand, which ends the automatic mode; for as long as ssh_enabled_timeout says, 0 for good."""
    await forward(ctx, self)
    automatic = bool(ctx.db.get("host", self)["ssh_auto_mode"])
    ctx.db.update("host", self, ssh_auto_mode=False)
    _limit(ctx, self, ctx.db.get("host", self)["ssh_enabled_timeout"], automatic=automatic)
    ctx.db.update("host", self, ssh_enabled=True)


@call("host.disable_ssh")
async def disable(ctx: Context, self: str) -> None:
    await forward(ctx, self)
    ctx.db.hidden("host", self).pop("ssh_until", None)
    ctx.db.update("host", self, ssh_enabled=False)
    ctx.db.update("host", self, ssh_expiry=ctx.lab.date())


@call("host.set_ssh_enabled_timeout")
async def set_timeout(ctx: Context, self: str, value: int) -> None:
    """Seconds, two days at most. Raises INVALID_VALUE [ssh_enabled_timeout; seconds]."""
    await forward(ctx, self)
    if not 0 <= value <= LONGEST_S:
        raise LabError("INVALID_VALUE", "ssh_enabled_timeout", str(value))
    ctx.db.update("host", self, ssh_enabled_timeout=value)
    if ctx.db.get("host", self)["ssh_enabled"]:
        _limit(ctx, self, value, automatic=False)


def _limit(ctx: Context, host: str, seconds: int, *, automatic: bool) -> None:
    hidden = ctx.db.hidden("host", host)
    if seconds == 0:
        hidden.pop("ssh_until", None)
        ctx.db.update("host", host, ssh_expiry=EPOCH)
        return
    hidden["ssh_until"] = until = ctx.lab.now() + seconds
    ctx.db.update("host", host, ssh_expiry=ctx.lab.date(seconds))
    ctx.lab.spawn(_end(ctx.lab, host, until, seconds, automatic=automatic))


async def _end(lab: Lab, host: str, until: float, seconds: int, *, automatic: bool) -> None:
    """The time is over, unless somebody has set another since."""
    await asyncio.sleep(seconds)
    if lab.db.exists("host", host) and lab.db.hidden("host", host).get("ssh_until") == until:
        lab.db.update("host", host, ssh_enabled=False)
        if automatic:
            lab.db.update("host", host, ssh_auto_mode=True)


@call("host.set_ssh_auto_mode")
async def set_automatic(ctx: Context, self: str, value: bool) -> None:
    await forward(ctx, self)
    ctx.db.update("host", self, ssh_auto_mode=value)


@call("host.set_console_idle_timeout")
async def set_idle(ctx: Context, self: str, value: int) -> None:
    """Raises INVALID_VALUE [console_timeout; seconds]."""
    await forward(ctx, self)
    if value < 0:
        raise LabError("INVALID_VALUE", "console_timeout", str(value))
    ctx.db.update("host", self, console_idle_timeout=value)


@call("pool.enable_ssh")
async def pool_enable(ctx: Context, self: str) -> None:
    """Raises ENABLE_SSH_PARTIALLY_FAILED [host ...], as the others here with their codes."""
    await _everywhere(ctx, "host.enable_ssh", "ENABLE_SSH_PARTIALLY_FAILED")


@call("pool.disable_ssh")
async def pool_disable(ctx: Context, self: str) -> None:
    await _everywhere(ctx, "host.disable_ssh", "DISABLE_SSH_PARTIALLY_FAILED")


@call("pool.set_ssh_enabled_timeout")
async def pool_timeout(ctx: Context, self: str, value: int) -> None:
    await _everywhere(ctx, "host.set_ssh_enabled_timeout", "SET_SSH_TIMEOUT_PARTIALLY_FAILED", value)


@call("pool.set_ssh_auto_mode")
async def pool_automatic(ctx: Context, self: str, value: bool) -> None:
    await _everywhere(ctx, "host.set_ssh_auto_mode", "SET_SSH_AUTO_MODE_PARTIALLY_FAILED", value)


@call("pool.set_console_idle_timeout")
async def pool_idle(ctx: Context, self: str, value: int) -> None:
    await _everywhere(ctx, "host.set_console_idle_timeout", "SET_CONSOLE_TIMEOUT_PARTIALLY_FAILED", value)


async def _everywhere(ctx: Context, name: str, code: str, *params: Any) -> None:
    """On every host, whatever the others say. The host that failed last is named first."""
    failed: list[str] = []
    for host in list(ctx.db.all("host")):
        try:
            await ctx.lab.call_within(ctx.task, name, host, *params)
        except LabError:
            failed.insert(0, host)
    if failed:
        raise LabError(code, *failed)
