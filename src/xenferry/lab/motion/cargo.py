"""Which disks VM.migrate_send takes where: the guest's own, its snapshots', and images of suspended memory."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from xenferry.lab.context import Context
from xenferry.lab.datamodel import NULL
from xenferry.lab.db import Database, Record
from xenferry.lab.error import LabError, internal
from xenferry.lab.motion.destination import Destination
from xenferry.lab.placement import leaving


@dataclass(frozen=True)
class Cargo:
    """One disk. `here` when it is already where it is to be, under `there` if the SR is another pool's, too."""

    vdi: str
    sr: str
    size: int
    taken: str
    """When the snapshot was taken."""
    mirrored: bool
    """What is written meanwhile goes along; other disks are only copied."""
    here: bool = False
    there: str = NULL


def load(ctx: Context, vm: str, dest: Destination, wish: leaving.Wish, sender: str) -> list[Cargo]:
    """In the order in which they go: smallest first, then oldest.

    Raises VDI_ON_BOOT_MODE_INCOMPATIBLE_WITH_OPERATION [vdi], SUSPEND_IMAGE_NOT_ACCESSIBLE [vdi], VDI_NOT_IN_MAP [vdi],
    VDI_CBT_ENABLED or VDI_IS_ENCRYPTED [vdi], VDI_INCOMPATIBLE_TYPE [text].
    """
    db, there = ctx.db, dest.pool().db
    family = [vm, *db.get("VM", vm)["snapshots"]]
    own = _disks(db, vm, writable=True)
    for vdi in own:
        if db.get("VDI", vdi)["on_boot"] == "reset":
            raise LabError("VDI_ON_BOOT_MODE_INCOMPATIBLE_WITH_OPERATION", vdi)
    of_snapshots = {vdi: False for snapshot in family[1:] for vdi in _disks(db, snapshot, writable=False)}
    images = _images(db, family, dest, sender)
    where = dict(wish.vdis)
    for vdi in [*images, *of_snapshots]:
        where.setdefault(vdi, _default(db, there, dest.host, vdi, wish.vdis, image=vdi in images))
    leaving.check_movable(ctx.lab.hypervisor.facts, where)
    _check_formats(there if not (dest.inside and dest.host == sender) else db, db, where, wish.formats)
    whole = {**own, **of_snapshots, **dict.fromkeys(images, False)}
    found = [_cargo(db, there, vdi, where[vdi], mirrored=mirrored) for vdi, mirrored in whole.items()]
    return sorted(found, key=lambda one: (one.size, one.taken))


def _disks(db: Database, vm: str, *, writable: bool) -> dict[str, bool]:
    """The disks of a guest or a snapshot, and whether they are to be mirrored: those it may write to."""
    vbds = [db.get("VBD", ref) for ref in db.get("VM", vm)["VBDs"]]
    disks = [vbd for vbd in vbds if not vbd["empty"] and vbd["type"] != "CD"]
    return {vbd["VDI"]: writable and vbd["mode"] == "RW" for vbd in disks}


def _images(db: Database, family: list[str], dest: Destination, sender: str) -> list[str]:
    """Images of suspended memory that the target cannot see where they are."""
    suspended = [db.get("VM", vm)["suspend_VDI"] for vm in family if db.get("VM", vm)["power_state"] == "Suspended"]
    moving = [vdi for vdi in suspended if not (dest.inside and _has_pbd(db, dest.host, db.get("VDI", vdi)["SR"]))]
    for vdi in moving:
        if not _has_pbd(db, sender, db.get("VDI", vdi)["SR"]):
            raise LabError("SUSPEND_IMAGE_NOT_ACCESSIBLE", vdi)
    return moving


def _has_pbd(db: Database, host: str, sr: str) -> bool:
    """Plugged or not."""
    return any(db.get("PBD", pbd)["host"] == host for pbd in db.get("SR", sr)["PBDs"])


def _default(db: Database, there: Database, host: str, vdi: str, asked: Mapping[str, str], *, image: bool) -> str:
    """Where a disk goes that the map does not name: a snapshot with its original, an image to the SR for images."""
    origin = db.get("VDI", vdi)["snapshot_of"]
    if origin in asked:
        return asked[origin]
    pool = next(iter(there.all("pool").values()))
    choices = [pool["default_SR"]]
    if image:
        of_pool = pool["suspend_image_SR"]
        choices.insert(0, of_pool if of_pool != NULL else there.get("host", host)["suspend_image_sr"])
    for sr in choices:
        if sr not in (NULL, ""):
            return str(sr)
    raise LabError("VDI_NOT_IN_MAP", vdi)


def _check_formats(there: Database, db: Database, where: Mapping[str, str], formats: Mapping[str, str]) -> None:
    for vdi, sr in where.items():
        db.get("VDI", vdi)
        wanted = formats.get(vdi)
        if wanted is None:
            continue
        drivers = there.find("SM", type=there.get("SR", sr)["type"])
        if len(drivers) != 1:
            text = f"Found more than one SM ref ({len(drivers)}) when checking type ({wanted}) of VDI."
            raise LabError("VDI_INCOMPATIBLE_TYPE", text)
        offered = there.get("SM", drivers[0])["supported_image_formats"]
        if wanted and offered and wanted not in offered:
            text = f"Image format {wanted} is not supported by {there.get('SR', sr)['uuid']}"
            raise LabError("VDI_INCOMPATIBLE_TYPE", text)


def _cargo(db: Database, there: Database, vdi: str, sr: str, *, mirrored: bool) -> Cargo:
    """An SR of the same uuid is the same SR, even another pool's: there the disk has to be already."""
    record: Record = db.get("VDI", vdi)
    same = there.get("SR", sr)["uuid"] == db.get("SR", record["SR"])["uuid"]
    known = next((ref for ref in there.find("VDI", uuid=record["uuid"]) if same), NULL)
    if same and known == NULL:
        raise internal('Failure("SR UUID matches on destination but VDI does not exist")')
    return Cargo(vdi, sr, record["virtual_size"], record["snapshot_time"], mirrored, same, known)
