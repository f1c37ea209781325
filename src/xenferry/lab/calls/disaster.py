"""DR_task, SR: taking over another pool's guests from copies of its database that lie on storage.

No such copy can be read here: what would have to look into one is not simulated. Drivers that cannot hold one (NFS and
all file based ones cannot) refuse as they do in reality.
"""

from __future__ import annotations

from xenferry.lab.calls.sr_uses import assert_supports_database_replication
from xenferry.lab.calls.vif import check_licence
from xenferry.lab.context import Context
from xenferry.lab.error import LabError
from xenferry.lab.registry import call

FEATURE = "SR_METADATA"


@call("DR_task.create")
async def create(ctx: Context, kind: str, config: dict[str, str], whitelist: list[str]) -> str:
    """Raises LICENCE_RESTRICTION [DR], OPERATION_NOT_ALLOWED [why]."""
    check_licence(ctx, "dr", "DR")
    if not any(FEATURE in sm["features"] for sm in ctx.db.all("SM").values() if sm["type"] == kind):
        raise LabError("OPERATION_NOT_ALLOWED", f"Disaster recovery not supported on SRs of type {kind}")
    raise LabError("NOT_IMPLEMENTED", "DR_task.create")


@call("DR_task.destroy")
async def destroy(ctx: Context, self: str) -> None:
    """The SRs that the task has brought in are unplugged and forgotten."""
    for sr in list(ctx.db.get("DR_task", self)["introduced_SRs"]):
        for pbd in list(ctx.db.get("SR", sr)["PBDs"]):
            await ctx.lab.call_within(ctx.task, "PBD.unplug", pbd)
        await ctx.lab.call_within(ctx.task, "SR.forget", sr)
    ctx.db.destroy("DR_task", self)


@call("SR.enable_database_replication")
async def enable_replication(ctx: Context, sr: str) -> None:
    """Raises LICENCE_RESTRICTION [DR], SR_HAS_NO_PBDS [sr], SR_OPERATION_NOT_SUPPORTED [sr]."""
    check_licence(ctx, "dr", "DR")
    await assert_supports_database_replication(ctx, sr)
    raise LabError("NOT_IMPLEMENTED", "SR.enable_database_replication")


@call("SR.disable_database_replication")
async def disable_replication(ctx: Context, sr: str) -> None:
    """This pool's copies on the SR are deleted."""
    pool = next(iter(ctx.db.all("pool")))
    for vdi in list(ctx.db.get("SR", sr)["VDIs"]):
        record = ctx.db.get("VDI", vdi)
        if record["type"] == "metadata" and record["metadata_of_pool"] == pool:
            for vbd in list(record["VBDs"]):
                ctx.db.destroy("VBD", vbd)
            await ctx.lab.call_within(ctx.task, "VDI.destroy", vdi)
