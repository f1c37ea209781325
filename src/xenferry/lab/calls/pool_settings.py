"""pool: settings that XAPI checks, and small calls that change a field or two."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

from xenferry.lab.calls.vif import check_licence
from xenferry.lab.context import Context
from xenferry.lab.datamodel import NULL
from xenferry.lab.error import LabError, internal
from xenferry.lab.registry import call

TELEMETRY_DAYS = {"daily": 2, "weekly": 14, "monthly": 62}
ROTATION_S = 5.0


@call("pool.reset_telemetry_uuid")
async def reset_telemetry_uuid(ctx: Context, self: str) -> None:
    old = ctx.db.get("pool", self)["telemetry_uuid"]
    ctx.db.update("pool", self, telemetry_uuid=ctx.db.create("secret", value=ctx.db.new_uuid()))
    if ctx.db.exists("secret", old):
        ctx.db.destroy("secret", old)


@call("pool.set_telemetry_next_collection")
async def set_next_collection(ctx: Context, self: str, value: str) -> None:
    """Raises TELEMETRY_NEXT_COLLECTION_TOO_LATE [date] after twice the frequency."""
    days = TELEMETRY_DAYS[ctx.db.get("pool", self)["telemetry_frequency"]]
    latest = datetime.fromtimestamp(ctx.lab.now(), UTC) + timedelta(days=days)
    if value.replace("-", "") > latest.strftime("%Y%m%dT%H:%M:%SZ"):
        raise LabError("TELEMETRY_NEXT_COLLECTION_TOO_LATE", value)
    ctx.db.update("pool", self, telemetry_next_collection=value)


@call("pool.enable_client_certificate_auth")
async def enable_client_certificates(ctx: Context, self: str, name: str) -> None:
    """Simplification: clients of a lab log in by password alone."""
    ctx.db.update("pool", self, client_certificate_auth_enabled=True)
    ctx.db.update("pool", self, client_certificate_auth_name=name)


@call("pool.disable_client_certificate_auth")
async def disable_client_certificates(ctx: Context, self: str) -> None:
    ctx.db.update("pool", self, client_certificate_auth_enabled=False)
    ctx.db.update("pool", self, client_certificate_auth_name="")


@call("pool.disable_ssl_legacy")
async def disable_ssl_legacy(ctx: Context, self: str) -> None:
    """There has not been any for years; XAPI does nothing."""


@call("host.set_ssl_legacy")
async def set_ssl_legacy(ctx: Context, self: str, value: bool) -> None:
    """Raises VALUE_NOT_SUPPORTED [value; true; why]."""
    if value:
        raise LabError("VALUE_NOT_SUPPORTED", "value", "true", "Legacy SSL support has been removed")


@call("pool.set_uefi_certificates")
async def set_uefi_certificates(ctx: Context, self: str, value: str) -> None:
    text = "Setting UEFI certificates is deprecated, please use `set_custom_uefi_certificates`"
    raise LabError("OPERATION_NOT_ALLOWED", text)


@call("host.set_uefi_certificates")
async def host_uefi_certificates(ctx: Context, host: str, value: str) -> None:
    raise LabError("OPERATION_NOT_ALLOWED", "To set UEFI certificates use: `Pool.set_custom_uefi_certificates`")


@call("pool.set_local_auth_max_threads")
async def set_local_auth_threads(ctx: Context, self: str, value: int) -> None:
    _check_threads("Internal", value)


@call("pool.set_ext_auth_max_threads")
async def set_ext_auth_threads(ctx: Context, self: str, value: int) -> None:
    _check_threads("External", value)


def _check_threads(kind: str, value: int) -> None:
    """XAPI obeys until its next start and does not write it down. Raises INTERNAL_ERROR for less than one."""
    if value < 1:
        text = f"The semaphore '{kind} auth' must have at least 1 resource available, requested: {value}"
        raise internal(f'Invalid_argument("{text}")')


@call("pool.set_ext_auth_cache_size")
async def set_cache_size(ctx: Context, self: str, value: int) -> None:
    if value < 0:
        raise LabError("INVALID_VALUE", "size", str(value))
    ctx.db.update("pool", self, ext_auth_cache_size=value)


@call("pool.set_ext_auth_cache_expiry")
async def set_cache_expiry(ctx: Context, self: str, value: int) -> None:
    if value <= 0:
        raise LabError("INVALID_VALUE", "expiry", str(value))
    ctx.db.update("pool", self, ext_auth_cache_expiry=value)


@call("pool.set_igmp_snooping_enabled")
async def set_igmp_snooping(ctx: Context, self: str, value: bool) -> None:
    """Raises LICENCE_RESTRICTION [IGMP_snooping], OPENVSWITCH_NOT_ACTIVE []."""
    if value:
        check_licence(ctx, "igmp_snooping", "IGMP_snooping")
    backends = [host["software_version"].get("network_backend") for host in ctx.db.all("host").values()]
    if any(backend != "openvswitch" for backend in backends):
        raise LabError("OPENVSWITCH_NOT_ACTIVE")
    ctx.db.update("pool", self, igmp_snooping_enabled=value)
    state = "enabled" if value else "disabled"
    for pif, record in list(ctx.db.all("PIF").items()):
        plain = record["VLAN"] == -1 and record["bond_slave_of"] == NULL and record["managed"]
        if plain and record["currently_attached"]:
            ctx.db.update("PIF", pif, igmp_snooping_status=state)


@call("pool.rotate_secret")
async def rotate_secret(ctx: Context) -> None:
    """The secret that hosts know each other by; nothing else may go on in the pool meanwhile.

    Raises LICENCE_RESTRICTION [Pool_secret_rotation], CANNOT_CONTACT_HOST [host], HA_IS_ENABLED [],
    NOT_SUPPORTED_DURING_UPGRADE [], OTHER_OPERATION_IN_PROGRESS.
    """
    facts, (pool, record) = ctx.lab.hypervisor.facts, next(iter(ctx.db.all("pool").items()))
    check_licence(ctx, "pool_secret_rotation", "Pool_secret_rotation")
    for host in sorted(host for host in ctx.db.all("host") if not facts.live(host)):
        raise LabError("CANNOT_CONTACT_HOST", host)
    if facts.pool["ha_enabled"]:
        raise LabError("HA_IS_ENABLED")
    if facts.upgrading:
        raise LabError("NOT_SUPPORTED_DURING_UPGRADE")
    for task, name in record["current_operations"].items():
        raise LabError("OTHER_OPERATION_IN_PROGRESS", "pool", pool, name, task)
    ctx.db.update("pool", pool, is_psr_pending=True)
    await asyncio.sleep(ROTATION_S)
    ctx.db.update("pool", pool, is_psr_pending=False)
