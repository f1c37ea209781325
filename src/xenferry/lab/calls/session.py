"""Logging in and out."""

from __future__ import annotations

from xenferry.lab.context import Context
from xenferry.lab.registry import call


@call("session.login_with_password")
async def login_with_password(ctx: Context, uname: str, pwd: str, version: str, originator: str) -> str:
    return await ctx.lab.sessions.login(uname, pwd, originator, ctx.host)


@call("session.slave_local_login_with_password")
async def slave_local_login_with_password(ctx: Context, uname: str, pwd: str) -> str:
    return await ctx.lab.sessions.login_local(uname, pwd, ctx.host)


@call("session.logout")
async def logout(ctx: Context) -> None:
    ctx.lab.sessions.close(ctx.session or "")


@call("session.local_logout", anywhere=True)
async def local_logout(ctx: Context) -> None:
    ctx.lab.sessions.close(ctx.session or "")


@call("session.change_password")
async def change_password(ctx: Context, old_pwd: str, new_pwd: str) -> None:
    """A superuser need not know the old password (recorded)."""
    ctx.lab.sessions.change_password(new_pwd)


@call("session.get_all_subject_identifiers")
async def get_all_subject_identifiers(ctx: Context) -> list[str]:
    """Only users of an external directory are listed; the lab has none."""
    return []


@call("session.logout_subject_identifier")
async def logout_subject_identifier(ctx: Context, subject_identifier: str) -> None:
    """Nobody is logged in by an external directory, so there is nobody to log out."""
