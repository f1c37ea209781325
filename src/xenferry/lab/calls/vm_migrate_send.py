"""VM.migrate_send and the question before it."""

from __future__ import annotations

from xenferry.lab.context import Context
from xenferry.lab.motion import send
from xenferry.lab.placement import arrival
from xenferry.lab.registry import call

Map = dict[str, str]


@call("VM.assert_can_migrate", task=True)
async def assert_can_migrate(
    ctx: Context, vm: str, dest: Map, live: bool, vdi_map: Map, vif_map: Map, options: Map, vgpu_map: Map
) -> None:
    """Blocked operations, and whether the target sees the SRs, are not asked (recorded)."""
    ctx.db.get("VM", vm)
    arrival.check_migrate_send(ctx.lab.hypervisor.facts, vm, send.target_of(ctx, dest), vdi_map, vif_map, options)


@call("VM.migrate_send", task=True)
async def migrate_send(
    ctx: Context, vm: str, dest: Map, live: bool, vdi_map: Map, vif_map: Map, options: Map, vgpu_map: Map,
    vdi_format_map: Map,
) -> str:  # fmt: skip
    return await send.migrate_send(ctx, vm, send.target_of(ctx, dest), vdi_map, vif_map, options)
