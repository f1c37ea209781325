"""VTPM: a guest's virtual TPM, made and removed while the guest does not run.

What is inside a TPM is no part of the lab: it keeps what a client puts there (Xen Orchestra, when it restores a guest).
"""

from __future__ import annotations

import base64
import binascii

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


@call("VTPM.get_contents")
async def get_contents(ctx: Context, self: str) -> str:
    return str(ctx.db.hidden("VTPM", self).get("contents", ""))


@call("VTPM.set_contents")
async def set_contents(ctx: Context, self: str, contents: str) -> None:
    """Raises INTERNAL_ERROR when the contents are not Base64."""
    try:
        base64.b64decode(contents, validate=True)
    except binascii.Error as error:
        raise LabError("INTERNAL_ERROR", "Wrong padding" if "padding" in str(error) else "Malformed input") from error
    ctx.db.hidden("VTPM", self)["contents"] = contents
