"""VM: power, and the questions where a guest may be."""

from __future__ import annotations

from xenferry.lab.context import Context
from xenferry.lab.guest import migration, power, sleep
from xenferry.lab.lifecycle import guest
from xenferry.lab.placement import agile, core, memory
from xenferry.lab.registry import call


@call("VM.start")
async def start(ctx: Context, vm: str, start_paused: bool, force: bool) -> None:
    await power.start(ctx, vm, paused=start_paused, force=force)


@call("VM.start_on")
async def start_on(ctx: Context, vm: str, host: str, start_paused: bool, force: bool) -> None:
    await power.start_on(ctx, vm, host, paused=start_paused, force=force)


@call("VM.clean_shutdown")
async def clean_shutdown(ctx: Context, vm: str) -> None:
    await power.clean_shutdown(ctx, vm)


@call("VM.hard_shutdown")
async def hard_shutdown(ctx: Context, vm: str) -> None:
    await power.hard_shutdown(ctx, vm)


@call("VM.shutdown")
async def shutdown(ctx: Context, vm: str) -> None:
    await power.shutdown(ctx, vm)


@call("VM.clean_reboot")
async def clean_reboot(ctx: Context, vm: str) -> None:
    await power.clean_reboot(ctx, vm)


@call("VM.hard_reboot")
async def hard_reboot(ctx: Context, vm: str) -> None:
    await power.hard_reboot(ctx, vm)


@call("VM.pause")
async def pause(ctx: Context, vm: str) -> None:
    await power.pause(ctx, vm)


@call("VM.unpause")
async def unpause(ctx: Context, vm: str) -> None:
    await power.unpause(ctx, vm)


@call("VM.power_state_reset")
async def power_state_reset(ctx: Context, vm: str) -> None:
    await power.power_state_reset(ctx, vm)


@call("VM.suspend")
async def suspend(ctx: Context, vm: str) -> None:
    await sleep.suspend(ctx, vm)


@call("VM.resume")
async def resume(ctx: Context, vm: str, start_paused: bool, force: bool) -> None:
    await sleep.resume(ctx, vm, paused=start_paused)


@call("VM.resume_on")
async def resume_on(ctx: Context, vm: str, host: str, start_paused: bool, force: bool) -> None:
    await sleep.resume_on(ctx, vm, host, paused=start_paused, force=force)


@call("VM.pool_migrate")
async def pool_migrate(ctx: Context, vm: str, host: str, options: dict[str, str]) -> None:
    await migration.pool_migrate(ctx, vm, host, options)


@call("VM.assert_can_boot_here")
async def assert_can_boot_here(ctx: Context, vm: str, host: str) -> None:
    core.boot_here(ctx.lab.hypervisor.facts, vm, host)


@call("VM.assert_agile")
async def assert_agile(ctx: Context, vm: str) -> None:
    agile.check(ctx.lab.hypervisor.facts, vm)


@call("VM.get_possible_hosts")
async def get_possible_hosts(ctx: Context, vm: str) -> list[str]:
    return core.possible_hosts(ctx.lab.hypervisor.facts, vm)


@call("VM.assert_operation_valid")
async def assert_operation_valid(ctx: Context, vm: str, operation: str) -> None:
    guest.check_operation(ctx.lab.hypervisor.facts, vm, operation)


@call("VM.update_allowed_operations")
async def update_allowed_operations(ctx: Context, vm: str) -> None:
    ctx.db.get("VM", vm)
    ctx.lab.menus.touch("VM", vm)


@call("VM.compute_memory_overhead")
async def compute_memory_overhead(ctx: Context, vm: str) -> int:
    return memory.overhead(ctx.db.get("VM", vm), ctx.lab.hypervisor.facts.xapi)
