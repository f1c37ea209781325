"""Repository, and which of them a pool uses: where XAPI's updates come from (repository.ml, xapi_pool.ml)."""

from __future__ import annotations

import ipaddress
import re
from typing import Any
from urllib.parse import urlsplit

from xenferry.lab import locks
from xenferry.lab.context import Context
from xenferry.lab.datamodel import NULL
from xenferry.lab.error import LabError
from xenferry.lab.registry import call

EPOCH = "19700101T00:00:00Z"
KEY = re.compile(r"[A-Za-z0-9_-]*")
ENABLED_REPOSITORY = "/repository/enabled"


@call("Repository.introduce")
async def introduce(
    ctx: Context, name: str, description: str, binary_url: str, source_url: str, update: bool, gpgkey_path: str
) -> str:
    """Raises INVALID_BASE_URL [url], INVALID_GPGKEY_PATH [path], REPOSITORY_ALREADY_EXISTS [repository]."""
    for url in (binary_url, source_url):
        _check_url(url)
    _check_key(gpgkey_path)
    _check_new(ctx, name, binary_url)
    return _create(ctx, name, description, binary_url=binary_url, source_url=source_url, update=update,
                   gpgkey_path=gpgkey_path, origin="remote")  # fmt: skip


@call("Repository.introduce_bundle")
async def introduce_bundle(ctx: Context, name: str, description: str) -> str:
    """Raises REPOSITORY_ALREADY_EXISTS [repository], BUNDLE_REPOSITORY_ALREADY_EXISTS [repository]."""
    _check_new(ctx, name, None)
    for ref in ctx.db.find("Repository", origin="bundle"):
        raise LabError("BUNDLE_REPOSITORY_ALREADY_EXISTS", ref)
    return _create(ctx, name, description, update=True, origin="bundle")


@call("Repository.introduce_remote_pool")
async def introduce_remote_pool(ctx: Context, name: str, description: str, url: str, certificate: str) -> str:
    """Raises INVALID_BASE_URL [url] unless it is https://<address of a coordinator>/repository/enabled."""
    parts = urlsplit(url)
    try:
        ipaddress.ip_address(parts.hostname or "")
        good = parts.scheme == "https" and parts.path == ENABLED_REPOSITORY
    except ValueError:
        good = False
    if not good:
        raise LabError("INVALID_BASE_URL", url)
    _check_new(ctx, name, url)
    return _create(ctx, name, description, binary_url=url, update=True, origin="remote_pool", certificate=certificate)


@call("Repository.set_gpgkey_path")
async def set_gpgkey_path(ctx: Context, self: str, value: str) -> None:
    _check_key(value)
    ctx.db.update("Repository", self, gpgkey_path=value)


@call("Repository.forget")
async def forget(ctx: Context, self: str) -> None:
    """Raises REPOSITORY_IS_IN_USE [] while the pool uses it."""
    ctx.db.get("Repository", self)
    if self in _pool(ctx)[1]["repositories"]:
        raise LabError("REPOSITORY_IS_IN_USE")
    ctx.db.destroy("Repository", self)


@call("pool.add_repository")
async def add(ctx: Context, self: str, value: str) -> None:
    async with locks.operation(ctx, ("pool", self, "configure_repositories")):
        known = ctx.db.get("pool", self)["repositories"]
        if value not in known:
            _use(ctx, self, [value, *known])


@call("pool.remove_repository")
async def remove(ctx: Context, self: str, value: str) -> None:
    async with locks.operation(ctx, ("pool", self, "configure_repositories")):
        left = [one for one in ctx.db.get("pool", self)["repositories"] if one != value]
        ctx.db.update("pool", self, repositories=left)
        if not left:
            ctx.db.update("pool", self, last_update_sync=EPOCH)


@call("pool.set_repositories")
async def set_all(ctx: Context, self: str, value: list[str]) -> None:
    """Without any, nothing is known about what hosts lack."""
    async with locks.operation(ctx, ("pool", self, "configure_repositories")):
        _use(ctx, self, value)
        for host in list(ctx.db.all("host")) if not value else ():
            ctx.db.update("host", host, latest_synced_updates_applied="unknown")


def _use(ctx: Context, pool: str, wanted: list[str]) -> None:
    """Raises REPO_SHOULD_BE_SINGLE_ONE_ENABLED [] for a bundle or another pool beside any other repository."""
    origins = [ctx.db.get("Repository", repository)["origin"] for repository in wanted]
    if len(wanted) > 1 and set(origins) - {"remote"}:
        raise LabError("REPO_SHOULD_BE_SINGLE_ONE_ENABLED")
    new = [one for one in wanted if one not in ctx.db.get("pool", pool)["repositories"]]
    for repository in new:
        ctx.db.update("Repository", repository, hash="")
    forgotten = {"last_update_sync": EPOCH} if new or not wanted else {}
    unsupported: dict[str, Any] = {"update_sync_enabled": False} if set(origins) - {"remote"} else {}
    ctx.db.update("pool", pool, repositories=wanted, **forgotten, **unsupported)


@call("pool.configure_repository_proxy")
async def configure_proxy(ctx: Context, self: str, url: str, username: str, password: str) -> None:
    """Raises INVALID_REPOSITORY_PROXY_URL [url], INVALID_REPOSITORY_PROXY_CREDENTIAL [] for one without the other."""
    if urlsplit(url).scheme not in ("http", "https"):
        raise LabError("INVALID_REPOSITORY_PROXY_URL", url)
    if bool(username) != bool(password) or "\n" in username + password:
        raise LabError("INVALID_REPOSITORY_PROXY_CREDENTIAL")
    secret = ctx.db.create("secret", value=password) if password else NULL
    _set_proxy(ctx, self, url, username, secret)


@call("pool.disable_repository_proxy")
async def disable_proxy(ctx: Context, self: str) -> None:
    _set_proxy(ctx, self, "", "", NULL)


def _set_proxy(ctx: Context, pool: str, url: str, username: str, secret: str) -> None:
    old = ctx.db.get("pool", pool)["repository_proxy_password"]
    ctx.db.update("pool", pool, repository_proxy_url=url)
    ctx.db.update("pool", pool, repository_proxy_username=username)
    ctx.db.update("pool", pool, repository_proxy_password=secret)
    if ctx.db.exists("secret", old):
        ctx.db.destroy("secret", old)


@call("pool.configure_update_sync")
async def configure_sync(ctx: Context, self: str, frequency: str, day: int) -> None:
    """The day counts from Sunday. Raises INVALID_UPDATE_SYNC_DAY [day]. Nothing is fetched by itself in a lab."""
    if frequency == "weekly" and not 0 <= day <= 6:
        raise LabError("INVALID_UPDATE_SYNC_DAY", str(day))
    ctx.db.update("pool", self, update_sync_frequency=frequency)
    ctx.db.update("pool", self, update_sync_day=day if frequency == "weekly" else 0)


@call("pool.set_update_sync_enabled")
async def set_sync_enabled(ctx: Context, self: str, value: bool) -> None:
    """Raises NO_REPOSITORIES_CONFIGURED [], CAN_NOT_PERIODIC_SYNC_UPDATES [] for anything but a remote one."""
    repositories = ctx.db.get("pool", self)["repositories"]
    if value and not repositories:
        raise LabError("NO_REPOSITORIES_CONFIGURED")
    if value and any(ctx.db.get("Repository", one)["origin"] != "remote" for one in repositories):
        raise LabError("CAN_NOT_PERIODIC_SYNC_UPDATES")
    ctx.db.update("pool", self, update_sync_enabled=value)


def _check_url(url: str) -> None:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise LabError("INVALID_BASE_URL", url)


def _check_key(path: str) -> None:
    if not KEY.fullmatch(path):
        raise LabError("INVALID_GPGKEY_PATH", path)


def _check_new(ctx: Context, name: str, url: str | None) -> None:
    for ref, record in ctx.db.all("Repository").items():
        if name == record["name_label"] or url == record["binary_url"]:
            raise LabError("REPOSITORY_ALREADY_EXISTS", ref)


def _create(ctx: Context, name: str, description: str, **fields: Any) -> str:
    return ctx.db.create("Repository", fields, name_label=name, name_description=description)


def _pool(ctx: Context) -> tuple[str, Any]:
    return next(iter(ctx.db.all("pool").items()))
