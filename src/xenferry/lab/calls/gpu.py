"""PGPU and GPU_group: which vGPUs a card gives away, and which cards stand for each other."""

from __future__ import annotations

from xenferry.lab.context import Context
from xenferry.lab.error import LabError
from xenferry.lab.gpu import offer, room
from xenferry.lab.registry import call


@call("PGPU.get_remaining_capacity")
async def card_capacity(ctx: Context, self: str, kind: str) -> int:
    return room.on_card(ctx.lab.hypervisor.facts, self, kind)


@call("PGPU.add_enabled_VGPU_types")
async def add_enabled(ctx: Context, self: str, kind: str) -> None:
    room.check_supported(ctx.lab.hypervisor.facts, self, kind)
    await set_enabled(ctx, self, [*dict.fromkeys([kind, *ctx.db.get("PGPU", self)["enabled_VGPU_types"]])])


@call("PGPU.remove_enabled_VGPU_types")
async def remove_enabled(ctx: Context, self: str, kind: str) -> None:
    room.check_unused(ctx.lab.hypervisor.facts, self, kind)
    await set_enabled(ctx, self, [one for one in ctx.db.get("PGPU", self)["enabled_VGPU_types"] if one != kind])


@call("PGPU.set_enabled_VGPU_types")
async def set_enabled(ctx: Context, self: str, kinds: list[str]) -> None:
    """Raises VGPU_TYPE_NOT_SUPPORTED for a new one, PGPU_IN_USE_BY_VM for one that is left out."""
    record = ctx.db.get("PGPU", self)
    for kind in [one for one in kinds if one not in record["enabled_VGPU_types"]]:
        room.check_supported(ctx.lab.hypervisor.facts, self, kind)
    for kind in [one for one in record["enabled_VGPU_types"] if one not in kinds]:
        room.check_unused(ctx.lab.hypervisor.facts, self, kind)
    ctx.db.update("PGPU", self, enabled_VGPU_types=kinds)
    offer.renew(ctx.db, record["GPU_group"], ("enabled_VGPU_types",))


@call("PGPU.set_GPU_group")
async def set_group(ctx: Context, self: str, group: str) -> None:
    """Raises PGPU_IN_USE_BY_VM [vm ...], PGPU_NOT_COMPATIBLE_WITH_GPU_GROUP [card's type; the group's]."""
    record = ctx.db.get("PGPU", self)
    if record["resident_VGPUs"]:
        raise LabError("PGPU_IN_USE_BY_VM", *(ctx.db.get("VGPU", vgpu)["VM"] for vgpu in record["resident_VGPUs"]))
    kind, kinds = offer.kind_of_card(ctx.db, self), ctx.db.get("GPU_group", group)["GPU_types"]
    if kinds and kind not in kinds:
        raise LabError("PGPU_NOT_COMPATIBLE_WITH_GPU_GROUP", kind, f"[{', '.join(kinds)}]")
    ctx.db.update("PGPU", self, GPU_group=group)
    ctx.db.update("GPU_group", group, GPU_types=kinds or [kind])
    offer.renew(ctx.db, record["GPU_group"])
    offer.renew(ctx.db, group)


@call("GPU_group.create")
async def group_create(ctx: Context, name: str, description: str, other_config: dict[str, str]) -> str:
    return ctx.db.create(
        "GPU_group", name_label=name, name_description=description, other_config=other_config,
        allocation_algorithm="depth_first",
    )  # fmt: skip


@call("GPU_group.destroy")
async def group_destroy(ctx: Context, self: str) -> None:
    """Raises GPU_GROUP_CONTAINS_VGPU [attached ones ...], GPU_GROUP_CONTAINS_PGPU [...]."""
    group = ctx.db.get("GPU_group", self)
    attached = [vgpu for vgpu in group["VGPUs"] if ctx.db.get("VGPU", vgpu)["currently_attached"]]
    if attached:
        raise LabError("GPU_GROUP_CONTAINS_VGPU", *attached)
    if group["PGPUs"]:
        raise LabError("GPU_GROUP_CONTAINS_PGPU", *group["PGPUs"])
    for vgpu in list(group["VGPUs"]):
        ctx.db.destroy("VGPU", vgpu)
    ctx.db.destroy("GPU_group", self)


@call("GPU_group.get_remaining_capacity")
async def group_capacity(ctx: Context, self: str, kind: str) -> int:
    return room.in_group(ctx.lab.hypervisor.facts, self, kind)
