"""VTPM: a guest's virtual TPM, made and removed while the guest does not run.

What is inside a TPM is no part of the lab.
"""

from __future__ import annotations

from xenferry.lab import locks
from xenferry.lab.context import Context
from xenferry.lab.error import LabError
from xenferry.lab.registry import call


@call("VTPM.create")
async def create(ctx: Context, vm: str, is_unique: bool) -> str:
    """A guest has one at most. Raises FEATURE_RESTRICTED [restrict_vtpm], VTPM_MAX_AMOUNT_REACHED [how many it has].

    A pool that says nothing about this feature does not have it (xapi_vtpm.ml).
    """
    async with locks.guest_operation(ctx, vm, "create_vtpm"):
        if ctx.lab.hypervisor.facts.pool["restrictions"].get("restrict_vtpm") != "false":
            raise LabError("FEATURE_RESTRICTED", "restrict_vtpm")
        present = ctx.db.get("VM", vm)["VTPMs"]
        if present:
            raise LabError("VTPM_MAX_AMOUNT_REACHED", str(len(present)))
        return ctx.db.create("VTPM", VM=vm, is_unique=is_unique, persistence_backend="xapi")


@call("VTPM.destroy")
async def destroy(ctx: Context, self: str) -> None:
    """Raises VM_BAD_POWER_STATE [vm; halted;suspended; its state], with a semicolon unlike everywhere else."""
    vm = ctx.db.get("VTPM", self)["VM"]
    state = ctx.db.get("VM", vm)["power_state"]
    if state not in ("Halted", "Suspended"):
        raise LabError("VM_BAD_POWER_STATE", vm, "halted;suspended", state.lower())
    ctx.db.destroy("VTPM", self)
