"""The disks that a template asks for: `other_config["disks"]`, an XML text, made when a guest of it is provisioned.

Facts: xen-api, ocaml/xapi/xapi_templates.ml and xapi_templates_install.ml.
Simplification: a template's script after that is looked for in dom0's folder and counts as run.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Self
from xml.parsers import expat

from xenferry.lab.context import Context
from xenferry.lab.datamodel import NULL
from xenferry.lab.error import LabError, internal

DISKS, SCRIPT = "disks", "postinstall"
"""Keys of VM.other_config."""
SCRIPTS = PurePosixPath("/opt/xensource/packages/post-install-scripts")
KINDS = ("system", "user", "ephemeral", "suspend", "crashdump")
_SAFE = re.compile(r"[a-z/-]*\Z")


@dataclass(frozen=True)
class Wanted:
    """One disk: its place in the guest, bytes, the UUID of its SR."""

    device: str
    size: int
    sr: str
    bootable: bool
    kind: str

    @classmethod
    def of_attributes(cls, given: Mapping[str, str]) -> Self:
        """Raises KeyError, ValueError."""
        kind = given.get("type", "")
        bootable = given["bootable"] == "true"
        kind = kind if kind in KINDS else "system"
        return cls(given["device"], int(given["size"]), given["sr"], bootable, kind)


async def provision(ctx: Context, vm: str) -> None:
    """Makes the disks and forgets that they were asked for; all or none.

    Raises UUID_INVALID [sr; uuid], PERMISSION_DENIED [why] for a script elsewhere, and what VDI.create raises.
    """
    other = ctx.db.get("VM", vm)["other_config"]
    disks = list(_wanted(other[DISKS])) if DISKS in other else []
    made: list[str] = []
    try:
        for disk in disks:
            await _make(ctx, vm, disk, made)
        _check_script(other.get(SCRIPT))
    except LabError:
        await _discard(ctx, made)
        raise
    kept = {key: value for key, value in ctx.db.get("VM", vm)["other_config"].items() if key not in (DISKS, SCRIPT)}
    ctx.db.update("VM", vm, other_config=kept)


def _wanted(text: str) -> Iterator[Wanted]:
    """Raises INTERNAL_ERROR [why] for a text of another form."""
    try:
        elements = _elements(text)
        if elements[0] != (0, "provision", {}) or any(one[:2] != (1, "disk") for one in elements[1:]):
            raise ValueError
        yield from [Wanted.of_attributes(given) for _, _, given in elements[1:]]
    except (expat.ExpatError, ValueError, KeyError):
        raise internal("Xapi_templates.Parse_failure") from None


def _elements(text: str) -> list[tuple[int, str, dict[str, str]]]:
    """Depth, name and attributes of each. Declarations are refused, as nothing that expands may come in here."""
    found: list[tuple[int, str, dict[str, str]]] = []
    depth = 0
    parser = expat.ParserCreate()

    def start(tag: str, attributes: dict[str, str]) -> None:
        nonlocal depth
        found.append((depth, tag, attributes))
        depth += 1

    def end(_tag: str) -> None:
        nonlocal depth
        depth -= 1

    def refuse(*_declaration: object) -> None:
        raise ValueError

    parser.StartElementHandler, parser.EndElementHandler = start, end
    parser.StartDoctypeDeclHandler = parser.EntityDeclHandler = refuse
    parser.Parse(text, True)
    return found


async def _make(ctx: Context, vm: str, disk: Wanted, made: list[str]) -> None:
    """The disk and its drive, which is put to those `made`. The disk is named after its place, once this is known."""
    sr = next(iter(ctx.db.find("SR", uuid=disk.sr)), None)
    if sr is None:
        raise LabError("UUID_INVALID", "sr", disk.sr)
    vdi = await ctx.lab.call("VDI.create", _disk(ctx, vm, disk, sr))
    vbd = await ctx.lab.call("VBD.create", _drive(vm, disk, vdi))
    made.append(vbd)
    await ctx.lab.call("VDI.set_name_label", vdi, ctx.db.get("VBD", vbd)["userdevice"])


def _disk(ctx: Context, vm: str, disk: Wanted, sr: str) -> dict[str, object]:
    return {
        "name_label": "", "name_description": "Created by template provisioner", "SR": sr, "virtual_size": disk.size,
        "type": disk.kind, "sharable": False, "read_only": False, "other_config": {}, "xenstore_data": {},
        "sm_config": {"vmhint": ctx.db.get("VM", vm)["uuid"]}, "tags": [],
    }  # fmt: skip


def _drive(vm: str, disk: Wanted, vdi: str) -> dict[str, object]:
    return {
        "VM": vm, "VDI": vdi, "userdevice": disk.device, "bootable": disk.bootable, "mode": "RW", "type": "Disk",
        "unpluggable": disk.kind != "system", "empty": False, "qos_algorithm_type": "", "qos_algorithm_params": {},
        "other_config": {"owner": ""}, "device": "", "currently_attached": False,
    }  # fmt: skip


def _check_script(path: str | None) -> None:
    if path is not None and not (PurePosixPath(path).parent == SCRIPTS and _SAFE.match(path)):
        raise LabError("PERMISSION_DENIED", f"illegal provision script {path}")


async def _discard(ctx: Context, vbds: list[str]) -> None:
    disks = [ctx.db.get("VBD", vbd)["VDI"] for vbd in vbds]
    for vbd in vbds:
        await ctx.lab.call("VBD.destroy", vbd)
    for vdi in disks:
        if vdi != NULL:
            await ctx.lab.call("VDI.destroy", vdi)
