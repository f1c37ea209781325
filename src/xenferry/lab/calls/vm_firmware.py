"""VM: its firmware's mode and certificates, restarting its device model, and what old clients call.

Simplification: a guest's EFI variables are not looked into; a mode that was set is remembered and told.
"""

from __future__ import annotations

from xenferry.lab import locks
from xenferry.lab.calls.host_extras import call_plugin
from xenferry.lab.context import Context
from xenferry.lab.error import LabError
from xenferry.lab.guest.migration import check_forwarding
from xenferry.lab.lifecycle.guest import check_operation
from xenferry.lab.registry import call

VARIABLES = "EFI-variables"
NEXT_STATE = {
    (True, "update_available"): "update_on_boot",
    (True, "update_on_boot"): "update_on_boot",
    (False, "update_on_boot"): "update_available",
    (False, "update_available"): "update_available",
}
"""Of VM.secureboot_certificates_state, by what is wanted."""


@call("VM.set_uefi_mode")
async def set_uefi_mode(ctx: Context, self: str, mode: str) -> str:
    """`setup` empties the guest's platform key, `user` enrols the pool's keys. Answers what the script printed."""
    record = ctx.db.get("VM", self)
    ctx.db.hidden("VM", self)["uefi_mode"] = mode
    if mode == "user" and VARIABLES not in record["NVRAM"]:
        ctx.db.update("VM", self, NVRAM={**record["NVRAM"], VARIABLES: ""})
    return ""


@call("VM.update_secureboot_certificates_on_boot")
async def update_certificates_on_boot(ctx: Context, self: str, mark: bool) -> None:
    """Raises OPERATION_NOT_ALLOWED [why] when there is nothing to update."""
    state = ctx.db.get("VM", self)["secureboot_certificates_state"]
    if (mark, state) not in NEXT_STATE:
        what = "set" if mark else "clear"
        text = f"Cannot {what} update_on_boot: VM.secureboot_certificates_state is not in a valid state"
        raise LabError("OPERATION_NOT_ALLOWED", text)
    ctx.db.update("VM", self, secureboot_certificates_state=NEXT_STATE[mark, state])


@call("VM.restart_device_models")
async def restart_device_models(ctx: Context, self: str) -> None:
    """A live migration to the host where the guest is. Raises VM_BAD_POWER_STATE [vm; Running; state], capitalised."""
    _check_running(ctx, self)
    host = ctx.db.get("VM", self)["resident_on"]
    await ctx.lab.call_within(ctx.task, "VM.pool_migrate", self, host, {"live": "true"})


@call("VM.call_host_plugin")
async def call_host_plugin(ctx: Context, vm: str, plugin: str, fn: str, args: dict[str, str]) -> str:
    """A plugin of the host that the guest runs on. Another operation of the guest is not waited for.

    Raises VM_BAD_POWER_STATE [vm; Running; state], capitalised.
    """
    _check_running(ctx, vm)
    check_operation(ctx.lab.hypervisor.facts, vm, "call_plugin")
    async with locks.guest_operation(ctx, vm, "call_plugin"):
        return str(await call_plugin(ctx, ctx.db.get("VM", vm)["resident_on"], plugin, fn, args))


@call("VM.add_to_VCPUs_params_live")
async def add_to_vcpus_params_live(ctx: Context, vm: str, key: str, value: str) -> None:
    """XAPI checks that it could be done and then has no code for it."""
    async with locks.guest_operation(ctx, vm, "changing_VCPUs_live"):
        check_forwarding(ctx, ctx.db.get("VM", vm)["resident_on"])
        raise LabError("NOT_IMPLEMENTED", "add_to_VCPUs_params_live")


def _check_running(ctx: Context, vm: str) -> None:
    state = ctx.db.get("VM", vm)["power_state"]
    if state != "Running":
        raise LabError("VM_BAD_POWER_STATE", vm, "Running", state)
