"""SDN_controller: who tells the pool's virtual switches what to do. A lab's switches do not ask.

A pool has one at most (xapi_sdn_controller.ml).
"""

from __future__ import annotations

import ipaddress

from xenferry.lab.context import Context
from xenferry.lab.error import LabError
from xenferry.lab.registry import call

PORT = 6632
PORT_MAX = 65535


@call("SDN_controller.introduce")
async def introduce(ctx: Context, protocol: str, address: str, port: int) -> str:
    """`ssl` needs an address, `pssl` (the switch waits for it) none.

    Raises OPERATION_NOT_ALLOWED [why], INVALID_VALUE [address or port; value], INVALID_IP_ADDRESS_SPECIFIED [address],
    VALUE_NOT_SUPPORTED [port; number; why].
    """
    _check_switch(ctx)
    if ctx.db.all("SDN_controller"):
        raise LabError("OPERATION_NOT_ALLOWED", "SDN controller has been configured. Please forget it first.")
    if protocol == "pssl" and (address or port):
        raise LabError("INVALID_VALUE", *(("address", address) if address else ("port", str(port))))
    if protocol == "ssl":
        _check_address(address)
    if port and not 0 < port <= PORT_MAX:
        raise LabError("VALUE_NOT_SUPPORTED", "port", str(port), "Port out of range")
    return ctx.db.create("SDN_controller", protocol=protocol, address=address, port=_port(protocol, port))


def _port(protocol: str, port: int) -> int:
    return PORT if protocol == "ssl" and not port else port


@call("SDN_controller.forget")
async def forget(ctx: Context, self: str) -> None:
    ctx.db.destroy("SDN_controller", self)


@call("pool.set_vswitch_controller")
async def set_controller(ctx: Context, address: str) -> None:
    """The old way to name it; an empty address takes it away. Raises as introduce does."""
    _check_switch(ctx)
    pool = next(iter(ctx.db.all("pool")))
    if ctx.db.get("pool", pool)["vswitch_controller"] == address:
        return
    if address:
        _check_address(address)
    ctx.db.update("pool", pool, vswitch_controller=address)
    for controller in list(ctx.db.all("SDN_controller"))[:1]:
        ctx.db.destroy("SDN_controller", controller)
    if address:
        ctx.db.create("SDN_controller", protocol="ssl", address=address, port=PORT)


def _check_switch(ctx: Context) -> None:
    """The coordinator's networks must be Open vSwitch's."""
    if ctx.db.get("host", ctx.lab.coordinator)["software_version"].get("network_backend") != "openvswitch":
        raise LabError("OPERATION_NOT_ALLOWED", "host not configured for vswitch operation")


def _check_address(address: str) -> None:
    if not address:
        raise LabError("INVALID_VALUE", "address", address)
    try:
        ipaddress.IPv4Address(address)
    except ValueError:
        raise LabError("INVALID_IP_ADDRESS_SPECIFIED", "address") from None
