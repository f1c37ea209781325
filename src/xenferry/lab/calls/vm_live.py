"""VM: what is changed or asked of a guest while it runs, and calls that XAPI keeps for old clients only."""

from __future__ import annotations

import asyncio
from typing import NoReturn

from xenferry.lab import locks
from xenferry.lab.context import Context
from xenferry.lab.error import LabError
from xenferry.lab.guest.migration import check_forwarding
from xenferry.lab.lifecycle.guest import check_operation
from xenferry.lab.placement import memory
from xenferry.lab.placement.basics import ocaml_float
from xenferry.lab.registry import call

AGENT_PLUGIN = "guest-agent-operation"
MIB = 2**20
MANY_VCPUS = 64
"""What maximise_memory reckons with when an approximate answer will do."""
BALLOON_S = 1.0
PLUGIN_PAUSE_S = 10.0
"""How long a guest's agent is left alone after it was asked for something."""
UNATTEND_MAX = 32 * 2**10


@call("VM.send_sysrq")
async def send_sysrq(ctx: Context, vm: str, key: str) -> None:
    async with locks.guest_operation(ctx, vm, "send_sysrq"):
        _nobody_does(ctx, "send_sysrq")


@call("VM.send_trigger")
async def send_trigger(ctx: Context, vm: str, trigger: str) -> None:
    async with locks.guest_operation(ctx, vm, "send_trigger"):
        _nobody_does(ctx, "send_trigger")


@call("VM.query_services")
async def query_services(ctx: Context, vm: str) -> dict[str, str]:
    async with locks.guest_operation(ctx, vm, "query_services"):
        _nobody_does(ctx, "query_services")


def _nobody_does(ctx: Context, name: str) -> NoReturn:
    """XAPI has the call and no code for it."""
    raise LabError("NOT_IMPLEMENTED", name)


@call("VM.get_cooperative")
async def get_cooperative(ctx: Context, vm: str) -> bool:
    """Every guest is, since nobody measures it any more."""
    return True


@call("VM.set_memory_target_live")
async def set_memory_target_live(ctx: Context, vm: str, target: int) -> None:
    """Does nothing: dynamic ranges have taken its place."""
    async with locks.guest_operation(ctx, vm, "changing_memory_live"):
        check_forwarding(ctx, ctx.db.get("VM", vm)["resident_on"])


@call("VM.wait_memory_target_live")
async def wait_memory_target_live(ctx: Context, vm: str) -> None:
    """Simplification: a guest of the lab is at its target within a second."""
    async with locks.guest_operation(ctx, vm, "awaiting_memory_live"):
        check_forwarding(ctx, ctx.db.get("VM", vm)["resident_on"])
        await asyncio.sleep(BALLOON_S)
        ctx.checkpoint()


@call("VM.set_shadow_multiplier_live")
async def set_shadow_multiplier_live(ctx: Context, vm: str, multiplier: float) -> None:
    """Raises INVALID_VALUE [multiplier; value] below 1."""
    async with locks.guest_operation(ctx, vm, "changing_shadow_memory_live"):
        check_forwarding(ctx, ctx.db.get("VM", vm)["resident_on"])
        if multiplier < 1.0:
            raise LabError("INVALID_VALUE", "multiplier", ocaml_float(multiplier))
        ctx.db.update("VM", vm, HVM_shadow_multiplier=multiplier)
        reckon_overhead(ctx, vm)


def reckon_overhead(ctx: Context, vm: str) -> None:
    """VM.memory_overhead follows from the guest's size."""
    overhead = memory.overhead(ctx.db.get("VM", vm), ctx.lab.hypervisor.facts.xapi)
    ctx.db.update("VM", vm, memory_overhead=overhead)


@call("VM.maximise_memory", cancellable=False)
async def maximise_memory(ctx: Context, vm: str, total: int, approximate: bool) -> int:
    """The most memory in whole MiB with which the guest, overhead included, fits into so many bytes."""
    record = dict(ctx.db.get("VM", vm))
    if approximate:
        record["VCPUs_max"] = MANY_VCPUS
    low, high = 0, max(0, total) // MIB
    while low < high:
        middle = (low + high + 1) // 2
        record["memory_static_max"] = middle * MIB
        fits = memory.required(record, middle * MIB, ctx.lab.hypervisor.facts.xapi) <= total
        low, high = (middle, high) if fits else (low, middle - 1)
    return low * MIB


@call("VM.copy_bios_strings")
async def copy_bios_strings(ctx: Context, vm: str, host: str) -> None:
    """Also makes the guest prefer the host. Raises VM_BIOS_STRINGS_ALREADY_SET []."""
    if ctx.db.get("VM", vm)["bios_strings"]:
        raise LabError("VM_BIOS_STRINGS_ALREADY_SET")
    ctx.db.update("VM", vm, bios_strings=dict(ctx.db.get("host", host)["bios_strings"]), affinity=host)


@call("VM.call_plugin")
async def call_plugin(ctx: Context, vm: str, plugin: str, fn: str, args: dict[str, str]) -> str:
    """Of plug-ins there is one, the guest's agent. Another operation of the guest is not waited for.

    Raises XENAPI_MISSING_PLUGIN [plugin], VM_CALL_PLUGIN_RATE_LIMIT [vm; seconds between two calls; seconds to wait],
    XENAPI_PLUGIN_FAILURE, FEATURE_RESTRICTED [] for scripts, which are off by default.
    """
    check_operation(ctx.lab.hypervisor.facts, vm, "call_plugin")
    async with locks.guest_operation(ctx, vm, "call_plugin"):
        check_forwarding(ctx, ctx.db.get("VM", vm)["resident_on"])
        if plugin != AGENT_PLUGIN:
            raise LabError("XENAPI_MISSING_PLUGIN", plugin)
        _check_rate(ctx, vm)
        return _ask_agent(ctx, vm, fn)


def _check_rate(ctx: Context, vm: str) -> None:
    now, kept = asyncio.get_running_loop().time(), ctx.db.hidden("VM", vm)
    wait = kept.get("asked_agent", now - PLUGIN_PAUSE_S) + PLUGIN_PAUSE_S - now
    if wait > 0:
        raise LabError("VM_CALL_PLUGIN_RATE_LIMIT", vm, ocaml_float(PLUGIN_PAUSE_S), ocaml_float(wait))
    kept["asked_agent"] = now


def _ask_agent(ctx: Context, vm: str, fn: str) -> str:
    if fn == "run-script":
        raise LabError("FEATURE_RESTRICTED")
    if fn not in ("request-rdp-on", "request-rdp-off"):
        text = f'The requested fn "{fn}" could not be found in plugin "{AGENT_PLUGIN}".'
        raise LabError("XENAPI_PLUGIN_FAILURE", "failed to find fn", text, text)
    if not _can_switch_desktop(ctx, vm):
        asked = f'The requested fn "{fn}" of plugin "{AGENT_PLUGIN}"'
        text = f"{asked} could not be executed for lack of guest agent control feature."
        raise LabError("XENAPI_PLUGIN_FAILURE", "failed to execute fn", text, text)
    return ""


@call("VM.sysprep")
async def sysprep(ctx: Context, self: str, unattend: str, seconds: float) -> None:
    """Raises INVALID_VALUE [timeout; seconds], SYSPREP [uuid; why]. Simplification: no guest of a lab supports it."""
    check_operation(ctx.lab.hypervisor.facts, self, "sysprep")
    async with locks.guest_operation(ctx, self, "sysprep"):
        check_forwarding(ctx, ctx.db.get("VM", self)["resident_on"])
        if seconds < 0:
            raise LabError("INVALID_VALUE", "timeout", ocaml_float(seconds))
        large = len(unattend.encode()) > UNATTEND_MAX
        why = "unattend.xml file too large" if large else "VM driver does not support sysprep"
        raise LabError("SYSPREP", ctx.db.get("VM", self)["uuid"], why)


def _can_switch_desktop(ctx: Context, vm: str) -> bool:
    """Whether the agent says that it can turn the remote desktop on and off."""
    report = ctx.db.all("VM_guest_metrics").get(ctx.db.get("VM", vm)["guest_metrics"])
    return report is not None and report["other"].get("feature-ts2", "0") not in ("", "0")
