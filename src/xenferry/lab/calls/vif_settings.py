"""VIF: which addresses a guest may use, which it is told to use, and VLANs of its own."""

from __future__ import annotations

import ipaddress
from typing import TypeVar

from xenferry.lab.calls.vif import check_licence, check_trunks
from xenferry.lab.context import Context
from xenferry.lab.error import LabError
from xenferry.lab.registry import call

HIGHEST_TAG = 4094
T = TypeVar("T")


def _check_locking_licence(ctx: Context) -> None:
    check_licence(ctx, "vif_locking", "VIF_locking")


def _mode(ctx: Context, vif: str, mode: str) -> str:
    """The locking mode in effect: the network's, unless the VIF has its own."""
    network = ctx.db.get("VIF", vif)["network"]
    return str(ctx.db.get("network", network)["default_locking_mode"]) if mode == "network_default" else mode


@call("VIF.set_locking_mode")
async def set_locking_mode(ctx: Context, vif: str, value: str) -> None:
    """Raises OPERATION_NOT_ALLOWED [why] in a pool with an SDN controller, LICENCE_RESTRICTION."""
    ctx.db.get("VIF", vif)
    if _mode(ctx, vif, value) == "locked":
        if ctx.db.all("SDN_controller"):
            raise LabError("OPERATION_NOT_ALLOWED", "A vswitch controller is active")
        _check_locking_licence(ctx)
    ctx.db.update("VIF", vif, locking_mode=value)


def _once(values: list[T]) -> list[T]:
    """Of equal ones the last stays."""
    return [one for number, one in enumerate(values) if one not in values[number + 1 :]]


def _is_address(text: str, version: int) -> bool:
    """An address of this version, with a prefix length or without."""
    try:
        return ipaddress.ip_interface(text).version == version
    except ValueError:
        return False


def _set_allowed(ctx: Context, vif: str, version: int, value: list[str], *, licence: bool) -> None:
    """Raises LICENCE_RESTRICTION, INVALID_IP_ADDRESS_SPECIFIED ["ipv4_allowed"]."""
    if licence:
        _check_locking_licence(ctx)
    field = f"ipv{version}_allowed"
    for each in value:
        if not _is_address(each, version):
            raise LabError("INVALID_IP_ADDRESS_SPECIFIED", field)
    ctx.db.update("VIF", vif, **{field: _once(value)})


@call("VIF.set_ipv4_allowed")
async def set_ipv4_allowed(ctx: Context, vif: str, value: list[str]) -> None:
    _set_allowed(ctx, vif, 4, value, licence=bool(value))


@call("VIF.set_ipv6_allowed")
async def set_ipv6_allowed(ctx: Context, vif: str, value: list[str]) -> None:
    _set_allowed(ctx, vif, 6, value, licence=bool(value))


@call("VIF.add_ipv4_allowed")
async def add_ipv4_allowed(ctx: Context, vif: str, value: str) -> None:
    _set_allowed(ctx, vif, 4, [value, *ctx.db.get("VIF", vif)["ipv4_allowed"]], licence=True)


@call("VIF.add_ipv6_allowed")
async def add_ipv6_allowed(ctx: Context, vif: str, value: str) -> None:
    _set_allowed(ctx, vif, 6, [value, *ctx.db.get("VIF", vif)["ipv6_allowed"]], licence=True)


@call("VIF.configure_ipv4")
async def configure_ipv4(ctx: Context, vif: str, mode: str, address: str, gateway: str) -> None:
    _configure(ctx, vif, 4, mode, address, gateway)


@call("VIF.configure_ipv6")
async def configure_ipv6(ctx: Context, vif: str, mode: str, address: str, gateway: str) -> None:
    _configure(ctx, vif, 6, mode, address, gateway)


def _configure(ctx: Context, vif: str, version: int, mode: str, address: str, gateway: str) -> None:
    """Raises INVALID_CIDR_ADDRESS_SPECIFIED ["address"], ADDRESS_VIOLATES_LOCKING_CONSTRAINT [address],
    INVALID_IP_ADDRESS_SPECIFIED ["gateway"], VM_LACKS_FEATURE [vm] for a guest whose agent cannot do it.
    """
    record = ctx.db.get("VIF", vif)
    if mode == "Static":
        _check_static(ctx, vif, version, address, gateway)
    metrics = ctx.db.all("VM_guest_metrics").get(ctx.db.get("VM", record["VM"])["guest_metrics"], {})
    if metrics.get("other", {}).get("feature-static-ip-setting") != "1":
        raise LabError("VM_LACKS_FEATURE", record["VM"])
    prefix = f"ipv{version}"
    values = {"configuration_mode": mode, "addresses": [address], "gateway": gateway}
    ctx.db.update("VIF", vif, **{f"{prefix}_{name}": value for name, value in values.items()})


def _check_static(ctx: Context, vif: str, version: int, address: str, gateway: str) -> None:
    check_licence(ctx, "guest_ip_setting", "Guest_ip_setting")
    if "/" not in address or not _is_address(address, version):
        raise LabError("INVALID_CIDR_ADDRESS_SPECIFIED", "address")
    record = ctx.db.get("VIF", vif)
    locked = _mode(ctx, vif, record["locking_mode"]) == "locked"
    if locked and address.partition("/")[0] not in record[f"ipv{version}_allowed"]:
        raise LabError("ADDRESS_VIOLATES_LOCKING_CONSTRAINT", address)
    if gateway and ("/" in gateway or not _is_address(gateway, version)):
        raise LabError("INVALID_IP_ADDRESS_SPECIFIED", "gateway")


def _check_tag(tag: int) -> None:
    if not 0 <= tag <= HIGHEST_TAG:
        raise LabError("VLAN_TAG_INVALID", str(tag))


@call("VIF.add_trunks")
async def add_trunks(ctx: Context, vif: str, value: int) -> None:
    _check_tag(value)
    record = ctx.db.get("VIF", vif)
    check_trunks(ctx, record["network"])
    if value not in record["trunks"]:
        ctx.db.update("VIF", vif, trunks=[value, *record["trunks"]])


@call("VIF.set_trunks")
async def set_trunks(ctx: Context, vif: str, value: list[int]) -> None:
    if value:
        check_trunks(ctx, ctx.db.get("VIF", vif)["network"])
    for each in value:
        _check_tag(each)
    ctx.db.update("VIF", vif, trunks=_once(value))
