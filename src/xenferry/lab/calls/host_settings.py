"""host: settings of the machine and of dom0, and what the hypervisor tells."""

from __future__ import annotations

import asyncio

from xenferry.lab.context import Context
from xenferry.lab.datamodel import NULL
from xenferry.lab.error import LabError
from xenferry.lab.forwarding import forward
from xenferry.lab.registry import call
from xenferry.lab.storage import secrets

DISPLAY = {
    ("enabled", True): "enabled", ("disable_on_reboot", True): "enabled", ("disabled", True): "enable_on_reboot",
    ("enable_on_reboot", True): "enable_on_reboot", ("enabled", False): "disable_on_reboot",
    ("disable_on_reboot", False): "disable_on_reboot", ("disabled", False): "disabled",
    ("enable_on_reboot", False): "disabled",
}  # fmt: skip
"""host.display, by what it was and whether the host's screen is wanted."""
C_STATES = ("", "0", "1")
SHUTDOWN_AGENT_S = 1.0


@call("host.dmesg")
async def dmesg(ctx: Context, host: str) -> str:
    """The first lines that Xen prints when it boots; the lab's Xen says nothing more."""
    await forward(ctx, host)
    record = ctx.db.get("host", host)
    total = ctx.db.get("host_metrics", record["metrics"])["memory_total"] if record["metrics"] != NULL else 0
    lines = [
        f"Xen version {record['software_version'].get('xen', '')}",
        f"System RAM: {total // 2**20}MB ({total // 2**10}kB)",
        f"Brought up {record['cpu_info'].get('cpu_count', '')} CPUs",
        f"I/O virtualisation {'enabled' if record['chipset_info'].get('iommu') == 'true' else 'disabled'}",
    ]
    return "".join(f"(XEN) {line}\n" for line in lines)


@call("host.dmesg_clear")
async def dmesg_clear(ctx: Context, host: str) -> str:
    """XAPI declares the call and refuses it."""
    await forward(ctx, host)
    raise LabError("NOT_IMPLEMENTED", "dmesg_clear")


@call("host.send_debug_keys")
async def send_debug_keys(ctx: Context, host: str, keys: str) -> None:
    """Xen would print something on its console."""
    await forward(ctx, host)


@call("host.syslog_reconfigure")
async def syslog_reconfigure(ctx: Context, host: str) -> None:
    """dom0 sends its log where host.logging says; nobody listens in a lab."""
    await forward(ctx, host)


@call("host.sync_data")
async def sync_data(ctx: Context, host: str) -> None:
    """Files of dom0 that the pool shares; a lab has none."""
    await forward(ctx, host)


@call("host.refresh_pack_info")
async def refresh_pack_info(ctx: Context, host: str) -> None:
    """Reads anew which versions are installed, and finds the ones it knows."""
    await forward(ctx, host)


@call("host.enable_display")
async def enable_display(ctx: Context, host: str) -> str:
    return await _display(ctx, host, wanted=True)


@call("host.disable_display")
async def disable_display(ctx: Context, host: str) -> str:
    """Raises FEATURE_RESTRICTED []."""
    if not ctx.lab.hypervisor.facts.licensed("integrated_gpu_passthrough"):
        raise LabError("FEATURE_RESTRICTED")
    return await _display(ctx, host, wanted=False)


async def _display(ctx: Context, host: str, *, wanted: bool) -> str:
    await forward(ctx, host)
    new = DISPLAY[ctx.db.get("host", host)["display"], wanted]
    ctx.db.update("host", host, display=new)
    return new


@call("host.set_power_on_mode")
async def set_power_on_mode(ctx: Context, self: str, mode: str, config: dict[str, str]) -> None:
    """How host.power_on wakes the machine. Secrets of the old way are forgotten."""
    old = ctx.db.get("host", self)["power_on_config"]
    ctx.db.update("host", self, power_on_mode=mode)
    ctx.db.update("host", self, power_on_config=config)
    secrets.forget(ctx.db, old)


@call("host.set_multipathing")
async def set_multipathing(ctx: Context, host: str, value: bool) -> None:
    """The record and the older key in other_config say the same."""
    await forward(ctx, host)
    _mirror(ctx, host, "multipathing", str(value).lower())
    ctx.db.update("host", host, multipathing=value)


@call("host.set_iscsi_iqn")
async def set_iscsi_iqn(ctx: Context, host: str, value: str) -> None:
    """Raises INVALID_VALUE [value; text] for an empty one."""
    await forward(ctx, host)
    if not value:
        raise LabError("INVALID_VALUE", "value", value)
    _mirror(ctx, host, "iscsi_iqn", value)
    ctx.db.update("host", host, iscsi_iqn=value)


def _mirror(ctx: Context, host: str, key: str, value: str) -> None:
    other = {name: text for name, text in ctx.db.get("host", host)["other_config"].items() if name != key}
    ctx.db.update("host", host, other_config={key: value, **other})


@call("host.set_max_cstate")
async def set_max_cstate(ctx: Context, self: str, value: str) -> None:
    """Raises INVALID_VALUE [max_cstate; text], VALUE_NOT_SUPPORTED [max_cstate; text; why]."""
    await forward(ctx, self)
    parts = value.split(",")
    if value and not (len(parts) <= 2 and all(part.isdecimal() for part in parts)):
        raise LabError("INVALID_VALUE", "max_cstate", value)
    if parts[0] not in C_STATES:
        why = "Only C0, C1 and unlimited are supported for max-cstate"
        raise LabError("VALUE_NOT_SUPPORTED", "max_cstate", value, why)
    ctx.db.update("host", self, max_cstate=value)


@call("host.set_numa_affinity_policy")
async def set_numa_affinity_policy(ctx: Context, self: str, value: str) -> None:
    await forward(ctx, self)
    ctx.db.update("host", self, numa_affinity_policy=value)


@call("host.set_https_only")
async def set_https_only(ctx: Context, self: str, value: bool) -> None:
    await forward(ctx, self)
    ctx.db.update("host", self, https_only=value)


@call("pool.set_https_only")
async def pool_https_only(ctx: Context, self: str, value: bool) -> None:
    for host in list(ctx.db.all("host")):
        await ctx.lab.call_within(ctx.task, "host.set_https_only", host, value)


@call("host.shutdown_agent", anywhere=True)
async def shutdown_agent(ctx: Context) -> None:
    """The toolstack of the host that is asked ends a second later and does not start again by itself."""
    host = ctx.host

    async def end() -> None:
        await asyncio.sleep(SHUTDOWN_AGENT_S)
        await ctx.lab.toolstacks.stop(host)

    ctx.lab.spawn(end())


@call("host.local_management_reconfigure", anywhere=True)
async def local_management_reconfigure(ctx: Context, interface: str) -> None:
    """For a member that has lost its coordinator; no host of a lab is ever in that state.

    Raises POOL_NOT_IN_EMERGENCY_MODE [].
    """
    raise LabError("POOL_NOT_IN_EMERGENCY_MODE")
