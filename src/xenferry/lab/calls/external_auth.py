"""host, pool: who else than root may log in, by a directory service.

PAM, which needs no other machine, can be switched on; the lab's own log-in knows root alone all the same. A domain
(AD) would have to be joined, and there is none.
"""

from __future__ import annotations

from xenferry.lab.context import Context
from xenferry.lab.error import LabError
from xenferry.lab.forwarding import forward
from xenferry.lab.registry import call

PAM, DOMAIN = "PAM", "AD"


@call("host.enable_external_auth")
async def enable(ctx: Context, host: str, config: dict[str, str], service: str, kind: str) -> None:
    """Raises AUTH_ALREADY_ENABLED [type; service], AUTH_UNKNOWN_TYPE [type]."""
    await forward(ctx, host)
    record = ctx.db.get("host", host)
    if record["external_auth_type"]:
        raise LabError("AUTH_ALREADY_ENABLED", record["external_auth_type"], record["external_auth_service_name"])
    if kind == DOMAIN:
        raise LabError("NOT_IMPLEMENTED", "host.enable_external_auth of type AD")
    if kind != PAM:
        raise LabError("AUTH_UNKNOWN_TYPE", kind)
    ctx.db.update("host", host, external_auth_service_name=service)
    ctx.db.update("host", host, external_auth_type=kind)


@call("host.disable_external_auth")
async def disable(ctx: Context, host: str, config: dict[str, str], force: bool) -> None:
    """Switching off what is off succeeds."""
    await forward(ctx, host)
    ctx.db.update("host", host, external_auth_type="")
    ctx.db.update("host", host, external_auth_service_name="")


@call("pool.enable_external_auth")
async def pool_enable(ctx: Context, pool: str, config: dict[str, str], service: str, kind: str) -> None:
    """On all hosts or none. Raises POOL_AUTH_ALREADY_ENABLED [host], AUTH_UNKNOWN_TYPE [type],
    POOL_AUTH_ENABLE_FAILED_DUPLICATE_HOSTNAME [host; why], POOL_AUTH_ENABLE_FAILED [host; why].
    """
    hosts = list(ctx.db.all("host"))
    for host in hosts:
        if ctx.db.get("host", host)["external_auth_type"]:
            raise LabError("POOL_AUTH_ALREADY_ENABLED", host)
    if len({ctx.db.get("host", host)["hostname"] for host in hosts}) < len(hosts):
        text = "At least two hosts in the pool have the same hostname"
        raise LabError("POOL_AUTH_ENABLE_FAILED_DUPLICATE_HOSTNAME", hosts[0], text)
    for host in hosts:
        await _enable_or_undo(ctx, hosts, host, config, service, kind)


async def _enable_or_undo(
    ctx: Context, hosts: list[str], host: str, config: dict[str, str], service: str, kind: str
) -> None:
    try:
        await ctx.lab.call_within(ctx.task, "host.enable_external_auth", host, config, service, kind)
    except LabError as error:
        for done in hosts[: hosts.index(host)]:
            await ctx.lab.call_within(ctx.task, "host.disable_external_auth", done, config, False)
        if error.code in ("AUTH_UNKNOWN_TYPE", "NOT_IMPLEMENTED"):
            raise
        raise LabError("POOL_AUTH_ENABLE_FAILED", host, str(error)) from None


@call("pool.disable_external_auth")
async def pool_disable(ctx: Context, pool: str, config: dict[str, str]) -> None:
    """On every host, whatever others say. Raises POOL_AUTH_DISABLE_FAILED [host; why] of the first that could not."""
    failed: list[tuple[str, str]] = []
    for host in list(ctx.db.all("host")):
        try:
            await ctx.lab.call_within(ctx.task, "host.disable_external_auth", host, config, False)
        except LabError as error:
            failed.append((host, f"{ctx.db.get('host', host)['name_label']}: {error}"))
    if failed:
        raise LabError("POOL_AUTH_DISABLE_FAILED", *failed[0])


@call("pool.detect_nonhomogeneous_external_auth")
async def detect(ctx: Context, pool: str) -> None:
    """XAPI compares its hosts in the background and leaves a message when they differ; here they never do."""
