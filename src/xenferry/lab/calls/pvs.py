"""PVS_site and its like: caching what Citrix Provisioning streams to guests.

Simplification: no proxy ever runs, so that guests with one behave as guests without.
"""

from __future__ import annotations

import ipaddress
from typing import Any

from xenferry.lab.calls.vif import check_licence
from xenferry.lab.context import Context
from xenferry.lab.error import LabError
from xenferry.lab.registry import call

CACHE = "PVS cache VDI"
PORT_MAX = 65535


@call("PVS_site.introduce")
async def introduce_site(ctx: Context, name: str, description: str, uuid: str) -> str:
    """Raises LICENCE_RESTRICTION [PVS_proxy], OPENVSWITCH_NOT_ACTIVE []."""
    _check_possible(ctx)
    return ctx.db.create("PVS_site", name_label=name, name_description=description, PVS_uuid=uuid)


@call("PVS_site.forget")
async def forget_site(ctx: Context, self: str) -> None:
    """Raises PVS_SITE_CONTAINS_RUNNING_PROXIES [..], PVS_SITE_CONTAINS_SERVERS [..]; its caches go with it."""
    _check_idle(ctx, self)
    site = ctx.db.get("PVS_site", self)
    if site["servers"]:
        raise LabError("PVS_SITE_CONTAINS_SERVERS", *site["servers"])
    for cache in list(site["cache_storage"]):
        await ctx.lab.call_within(ctx.task, "PVS_cache_storage.destroy", cache)
    ctx.db.destroy("PVS_site", self)


@call("PVS_site.set_PVS_uuid")
async def set_site_uuid(ctx: Context, self: str, value: str) -> None:
    _check_idle(ctx, self)
    ctx.db.update("PVS_site", self, PVS_uuid=value)


def _check_idle(ctx: Context, site: str) -> None:
    running = ctx.db.find("PVS_proxy", site=site, currently_attached=True)
    if running:
        raise LabError("PVS_SITE_CONTAINS_RUNNING_PROXIES", *running)


@call("PVS_server.introduce")
async def introduce_server(ctx: Context, addresses: list[str], first: int, last: int, site: str) -> str:
    """Raises INVALID_IP_ADDRESS_SPECIFIED [addresses], PVS_SERVER_ADDRESS_IN_USE [..], VALUE_NOT_SUPPORTED [port; ..],
    INVALID_VALUE [site; ref].
    """
    _check_possible(ctx)
    for address in addresses:
        _check_address(address)
    known = [address for server in ctx.db.all("PVS_server").values() for address in server["addresses"]]
    used = [address for address in addresses if address in known]
    if used:
        raise LabError("PVS_SERVER_ADDRESS_IN_USE", *used)
    _check_ports(first, last)
    _check_ref(ctx, "PVS_site", "site", site)
    return ctx.db.create(
        "PVS_server", addresses=list(dict.fromkeys(addresses)), first_port=first, last_port=last, site=site
    )


def _check_address(address: str) -> None:
    try:
        ipaddress.ip_address(address)
    except ValueError:
        raise LabError("INVALID_IP_ADDRESS_SPECIFIED", "addresses") from None


def _check_ports(first: int, last: int) -> None:
    for name, port in (("first_port", first), ("last_port", last)):
        if not 0 < port <= PORT_MAX:
            raise LabError("VALUE_NOT_SUPPORTED", name, str(port), "Port out of range")
    if last < first:
        raise LabError("VALUE_NOT_SUPPORTED", "last_port", str(last), "last_port smaller than first_port")


@call("PVS_server.forget")
async def forget_server(ctx: Context, self: str) -> None:
    ctx.db.destroy("PVS_server", self)


@call("PVS_proxy.create")
async def create_proxy(ctx: Context, site: str, vif: str) -> str:
    """Raises PVS_PROXY_ALREADY_PRESENT [..], INVALID_VALUE [site or VIF; ref], PVS_VIF_MUST_BE_FIRST_DEVICE []."""
    _check_possible(ctx)
    present = ctx.db.find("PVS_proxy", VIF=vif)
    if present:
        raise LabError("PVS_PROXY_ALREADY_PRESENT", *present)
    _check_ref(ctx, "PVS_site", "site", site)
    _check_ref(ctx, "VIF", "VIF", vif)
    record = ctx.db.get("VIF", vif)
    numbers = [int(ctx.db.get("VIF", other)["device"]) for other in ctx.db.get("VM", record["VM"])["VIFs"]]
    if int(record["device"]) != min(numbers):
        raise LabError("PVS_VIF_MUST_BE_FIRST_DEVICE")
    return ctx.db.create("PVS_proxy", site=site, VIF=vif, currently_attached=False, status="stopped")


@call("PVS_proxy.destroy")
async def destroy_proxy(ctx: Context, self: str) -> None:
    ctx.db.destroy("PVS_proxy", self)


@call("PVS_cache_storage.create")
async def create_cache(ctx: Context, record: dict[str, Any]) -> str:
    """With its disk. Raises INVALID_VALUE [host, SR or site; ref], PVS_CACHE_STORAGE_ALREADY_PRESENT [site; host]."""
    for cls, name in (("host", "host"), ("SR", "SR"), ("PVS_site", "site")):
        _check_ref(ctx, cls, name, record[name])
    if ctx.db.find("PVS_cache_storage", site=record["site"], host=record["host"]):
        raise LabError("PVS_CACHE_STORAGE_ALREADY_PRESENT", record["site"], record["host"])
    disk = {
        "name_label": CACHE, "name_description": CACHE, "SR": record["SR"], "virtual_size": record["size"],
        "type": "pvs_cache", "sharable": False, "read_only": False, "other_config": {},
    }  # fmt: skip
    vdi = await ctx.lab.call_within(ctx.task, "VDI.create", disk)
    return ctx.db.create("PVS_cache_storage", record, VDI=vdi)


@call("PVS_cache_storage.destroy")
async def destroy_cache(ctx: Context, self: str) -> None:
    """Raises PVS_CACHE_STORAGE_IS_IN_USE [cache] while a proxy of its site runs on its host."""
    cache = ctx.db.get("PVS_cache_storage", self)
    for proxy in ctx.db.find("PVS_proxy", site=cache["site"], currently_attached=True):
        guest = ctx.db.get("VIF", ctx.db.get("PVS_proxy", proxy)["VIF"])["VM"]
        if ctx.db.get("VM", guest)["resident_on"] == cache["host"]:
            raise LabError("PVS_CACHE_STORAGE_IS_IN_USE", self)
    if ctx.db.exists("VDI", cache["VDI"]):
        await ctx.lab.call_within(ctx.task, "VDI.destroy", cache["VDI"])
    ctx.db.destroy("PVS_cache_storage", self)


def _check_possible(ctx: Context) -> None:
    """Raises LICENCE_RESTRICTION [PVS_proxy], OPENVSWITCH_NOT_ACTIVE []."""
    check_licence(ctx, "pvs_proxy", "PVS_proxy")
    versions = [host["software_version"] for host in ctx.db.all("host").values()]
    if any(version.get("network_backend") != "openvswitch" for version in versions):
        raise LabError("OPENVSWITCH_NOT_ACTIVE")


def _check_ref(ctx: Context, cls: str, name: str, ref: str) -> None:
    if not ctx.db.exists(cls, ref):
        raise LabError("INVALID_VALUE", name, ref)
