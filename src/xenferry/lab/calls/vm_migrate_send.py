"""VM.migrate_send and the question before it."""

from __future__ import annotations

from xenferry.lab.context import Context
from xenferry.lab.motion import send
from xenferry.lab.placement.leaving import Wish
from xenferry.lab.registry import call

Map = dict[str, str]


@call("VM.assert_can_migrate")
async def assert_can_migrate(
    ctx: Context, vm: str, dest: Map, live: bool, vdi_map: Map, vif_map: Map, options: Map, vgpu_map: Map
) -> None:
    """`live` is not looked at; blocked operations, and whether the target sees the SRs, are not asked (recorded)."""
    await send.assert_can_migrate(ctx, vm, dest, Wish(vdi_map, vif_map, options, vgpu_map))


@call("VM.migrate_send")
async def migrate_send(
    ctx: Context, vm: str, dest: Map, live: bool, vdi_map: Map, vif_map: Map, options: Map, vgpu_map: Map,
    vdi_format_map: Map,
) -> str:  # fmt: skip
    """The guest's reference, a new one when it has gone to another pool. `live` is not looked at."""
    return await send.migrate_send(ctx, vm, dest, Wish(vdi_map, vif_map, options, vgpu_map, vdi_format_map))
