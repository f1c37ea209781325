"""subject, role, auth, user: who else may log in.

Nobody but root can: no directory service is reachable from a lab, so external authentication is off and stays off.
Roles are those of the pool's tables; a pool made from a scenario has none, a captured one has what was captured.
"""

from __future__ import annotations

from typing import Any, NoReturn

from xenferry.lab.calls.vif import check_licence
from xenferry.lab.context import Context
from xenferry.lab.datamodel import NULL
from xenferry.lab.error import LabError
from xenferry.lab.registry import call


@call("subject.create")
async def create(ctx: Context, record: dict[str, Any]) -> str:
    """Raises LICENCE_RESTRICTION [AD], SUBJECT_ALREADY_EXISTS [], and then what the missing directory service means."""
    if any(host["external_auth_type"] == "AD" for host in ctx.db.all("host").values()):
        check_licence(ctx, "ad", "AD")
    if ctx.db.find("subject", subject_identifier=record["subject_identifier"]):
        raise LabError("SUBJECT_ALREADY_EXISTS")
    _ask_directory(ctx)


@call("subject.destroy")
async def destroy(ctx: Context, self: str) -> None:
    ctx.db.destroy("subject", self)


@call("subject.add_to_roles")
async def add_role(ctx: Context, self: str, role: str) -> None:
    """Raises LICENCE_RESTRICTION [RBAC], ROLE_NOT_FOUND [], ROLE_ALREADY_EXISTS []."""
    check_licence(ctx, "rbac", "RBAC")
    roles = ctx.db.get("subject", self)["roles"]
    if not ctx.db.exists("role", role):
        raise LabError("ROLE_NOT_FOUND")
    if role in roles:
        raise LabError("ROLE_ALREADY_EXISTS")
    ctx.db.update("subject", self, roles=[role, *roles])


@call("subject.remove_from_roles")
async def remove_role(ctx: Context, self: str, role: str) -> None:
    """Raises LICENCE_RESTRICTION [RBAC], ROLE_NOT_FOUND []."""
    check_licence(ctx, "rbac", "RBAC")
    roles = ctx.db.get("subject", self)["roles"]
    if role not in roles:
        raise LabError("ROLE_NOT_FOUND")
    ctx.db.update("subject", self, roles=[one for one in roles if one != role])


@call("subject.get_permissions_name_label")
async def subject_permissions(ctx: Context, self: str) -> list[str]:
    roles = ctx.db.get("subject", self)["roles"]
    found = [name for role in roles for name in await permission_names(ctx, role)]
    return list(dict.fromkeys(found))


@call("role.get_permissions")
async def permissions(ctx: Context, self: str) -> list[str]:
    """The roles without parts that this one comes down to; such a one is its own permission."""
    parts = ctx.db.get("role", self)["subroles"]
    if not parts:
        return [self]
    found = [permission for part in parts for permission in await permissions(ctx, part)]
    return list(dict.fromkeys(found))


@call("role.get_permissions_name_label")
async def permission_names(ctx: Context, self: str) -> list[str]:
    return [ctx.db.get("role", one)["name_label"] for one in await permissions(ctx, self)]


@call("role.get_by_permission")
async def by_permission(ctx: Context, permission: str) -> list[str]:
    """All roles that hold it, not itself."""
    others = [role for role in ctx.db.all("role") if role != permission]
    return [role for role in others if permission in await permissions(ctx, role)]


@call("role.get_by_permission_name_label")
async def by_permission_name(ctx: Context, label: str) -> list[str]:
    named = ctx.db.find("role", name_label=label)
    found: list[str] = await by_permission(ctx, named[0] if named else NULL)
    return found


@call("auth.get_subject_identifier")
async def subject_identifier(ctx: Context, name: str) -> str:
    """Raises AUTH_IS_DISABLED []."""
    _ask_directory(ctx)


@call("auth.get_group_membership")
async def group_membership(ctx: Context, identifier: str) -> list[str]:
    """Raises AUTH_IS_DISABLED []."""
    _ask_directory(ctx)


@call("auth.get_subject_information_from_identifier")
async def subject_information(ctx: Context, identifier: str) -> dict[str, str]:
    """What the pool knows of a subject; of others the directory is asked."""
    known = ctx.db.find("subject", subject_identifier=identifier)
    return dict(ctx.db.get("subject", known[0])["other_config"]) if known else _ask_directory(ctx)


def _ask_directory(ctx: Context) -> NoReturn:
    """Raises AUTH_IS_DISABLED [], or AUTH_SERVICE_ERROR [why] in a pool that was captured with a directory."""
    if ctx.db.get("host", ctx.lab.coordinator)["external_auth_type"]:
        raise LabError("AUTH_SERVICE_ERROR", "the lab has no directory service")
    raise LabError("AUTH_IS_DISABLED")


@call("user.create")
async def user_create(ctx: Context, record: dict[str, Any]) -> str:
    """A record that nothing in XAPI looks at any more."""
    return ctx.db.create("user", record)


@call("user.destroy")
async def user_destroy(ctx: Context, self: str) -> None:
    ctx.db.destroy("user", self)
