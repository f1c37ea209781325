"""The types of vGPUs that a group offers: those of its cards together."""

from __future__ import annotations

from xenferry.lab.db import Database

FIELDS = ("enabled_VGPU_types", "supported_VGPU_types")


def renew(db: Database, group: str, fields: tuple[str, ...] = FIELDS) -> None:
    """XAPI keeps both lists of a group as the sorted union of its cards'. A group that is gone does not matter."""
    if not db.exists("GPU_group", group):
        return
    cards = [db.get("PGPU", pgpu) for pgpu in db.get("GPU_group", group)["PGPUs"]]
    for field in fields:
        db.update("GPU_group", group, **{field: sorted({kind for card in cards for kind in card[field]})})


def kind_of_card(db: Database, pgpu: str) -> str:
    """Vendor and device as XAPI writes them into GPU_group.GPU_types, e.g. `10de/1eb8`; its names if it has no ids."""
    pci = db.get("PCI", db.get("PGPU", pgpu)["PCI"])
    return "/".join(pci[f"{part}_id"] or pci[f"{part}_name"] for part in ("vendor", "device"))
