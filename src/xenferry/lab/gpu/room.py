"""How many more vGPUs of a type a card or a group takes (xapi_pgpu_helpers.ml, xapi_gpu_group.ml)."""

from __future__ import annotations

from xenferry.lab.error import LabError
from xenferry.lab.placement import gpu
from xenferry.lab.placement.facts import Facts


def on_card(facts: Facts, pgpu: str, kind: str) -> int:
    """0 when it takes none, whatever the reason."""
    return gpu.capacity(facts, pgpu, kind)


def in_group(facts: Facts, group: str, kind: str) -> int:
    return sum(gpu.capacity(facts, pgpu, kind) for pgpu in facts.get("GPU_group", group)["PGPUs"])


def check_supported(facts: Facts, pgpu: str, kind: str) -> None:
    """Raises VGPU_TYPE_NOT_SUPPORTED [type; the types that this card supports ...]."""
    supported = facts.get("PGPU", pgpu)["supported_VGPU_types"]
    if kind not in supported:
        raise LabError("VGPU_TYPE_NOT_SUPPORTED", kind, *supported)


def check_unused(facts: Facts, pgpu: str, kind: str) -> None:
    """Raises PGPU_IN_USE_BY_VM [vm ...] while guests use vGPUs of this type on the card."""
    vgpus = facts.all("VGPU").values()
    users = [vgpu["VM"] for vgpu in vgpus if vgpu["resident_on"] == pgpu and vgpu["type"] == kind]
    if users:
        raise LabError("PGPU_IN_USE_BY_VM", *users)
