"""Guests' disks and CD drives."""

from __future__ import annotations

from xenferry.lab.scenario.build.site import BuiltHost, Site
from xenferry.lab.scenario.build.storage import build_sr
from xenferry.lab.scenario.error import one_of
from xenferry.lab.scenario.lines import Line
from xenferry.lab.scenario.records import NULL
from xenferry.lab.scenario.values import number, size

CD_PLACE = 3
"""Where XCP-ng's templates put the CD drive."""


def build_drives(site: Site, guest: Line, vm: str, home: BuiltHost) -> None:
    """Create the guest's disks and CD drives in the order of their lines."""
    places = iter(n for n in range(1, 255) if n != CD_PLACE)
    cds = iter((CD_PLACE, *range(100, 255)))
    first = True
    for line in guest.of("disk", "cd"):
        if line.keyword == "cd":
            _cd(site, line, guest, vm, next(cds))
        else:
            _disk(site, line, guest, vm, home, 0 if first else next(places))
            first = False


def _disk(site: Site, line: Line, guest: Line, vm: str, home: BuiltHost, place: int) -> None:
    sr = _home_sr(site, line, guest, home)
    space = size(line, line.values.get("size", "20GiB"))
    sm_config = {"vdi_type": "vhd"}
    on_boot = line.values.get("on-boot", "persist")
    if on_boot == "reset":
        sm_config["on_boot"] = "reset"
    if line.has("caching"):
        sm_config["caching"] = "true"
    if line.has("encrypted"):
        sm_config["key_hash"] = "5f" * 32
    key = f"{guest.name} {line.name}"
    vdi = site.records.create(
        "VDI", key, line.number, name_label=f"{guest.name} {line.name}", SR=sr, virtual_size=space, type="user",
        physical_utilisation=space // 3, cbt_enabled=line.has("cbt"), on_boot=on_boot, sm_config=sm_config,
        allow_caching=False, managed=True,
    )  # fmt: skip
    site.records.change("VDI", vdi, location=site.records.get("VDI", vdi)["uuid"])
    _layer(site, line, key, vdi)
    live = site.records.get("VM", vm)["power_state"] in ("Running", "Paused")
    site.records.create(
        "VBD", key, line.number, VM=vm, VDI=vdi, type="Disk", mode="RW", bootable=place == 0, userdevice=str(place),
        device=_device(place), currently_attached=live and not line.has("unplugged"), unpluggable=True,
    )  # fmt: skip


def _layer(site: Site, line: Line, key: str, vdi: str) -> None:
    """Put layers under the disk, as snapshots leave them: shared with a snapshot's disk, or waiting to be merged."""
    below = ""
    for at in range(1, number(line, line.values.get("layers", "1"))):
        own = {"vdi_type": "vhd"} | ({"vhd-parent": below} if below else {})
        made = _part(site, line, f"{key} layer {at}", vdi, managed=False, sm_config=own)
        below = site.records.get("VDI", made)["uuid"]
        if not line.has("waiting"):
            above = {"vdi_type": "vhd", "vhd-parent": below}
            _part(site, line, f"{key} snapshot {at}", vdi, is_a_snapshot=True, snapshot_of=vdi, sm_config=above)
    if below:
        site.records.change("VDI", vdi, sm_config=site.records.get("VDI", vdi)["sm_config"] | {"vhd-parent": below})


def _part(site: Site, line: Line, key: str, disk: str, **fields: object) -> str:
    like = site.records.get("VDI", disk)
    shared = {name: like[name] for name in ("SR", "virtual_size", "type")}
    part = site.records.create("VDI", key, line.number, **({"managed": True, "name_label": key} | shared | fields))
    site.records.change("VDI", part, location=site.records.get("VDI", part)["uuid"])
    return part


def _device(place: int) -> str:
    """`xvda` for place 0, and so on; beyond `xvdz` two letters."""
    if place < 26:
        return f"xvd{chr(97 + place)}"
    return f"xvd{chr(96 + place // 26)}{chr(97 + place % 26)}"


def _cd(site: Site, line: Line, guest: Line, vm: str, place: int) -> None:
    if line.name and line.name not in site.images:
        raise line.wrong(f"the unknown image `{line.name}`", one_of(site.images, line.name))
    vdi = site.images.get(line.name, NULL)
    live = site.records.get("VM", vm)["power_state"] in ("Running", "Paused")
    site.records.create(
        "VBD", f"{guest.name} cd {place}", line.number, VM=vm, VDI=vdi, type="CD", mode="RO", empty=vdi == NULL,
        userdevice=str(place), device=_device(place) if live else "", currently_attached=live, unpluggable=True,
    )  # fmt: skip


def _home_sr(site: Site, line: Line, guest: Line, home: BuiltHost) -> str:
    """The SR named; else the first shared one this host has plugged; else a local one of the host, made if needed."""
    if "sr" in line.values:
        return _checked(site, line, guest, home, site.sr(line, line.values["sr"]))
    tables = site.records.tables
    plugged: list[str] = [tables["PBD"][pbd]["SR"] for pbd in tables["host"][home.ref]["PBDs"] if _attached(site, pbd)]
    fit = [sr for sr in plugged if tables["SR"][sr]["content_type"] == "user"]
    shared = [sr for sr in fit if tables["SR"][sr]["shared"]]
    if shared or fit:
        return (shared or fit)[0]
    name = f"Local storage on {home.name}"
    if name not in site.srs:
        build_sr(site, Line(line.number, "sr", [name, "ext"], {"on": home.name}))
    return site.srs[name]


def _checked(site: Site, line: Line, guest: Line, home: BuiltHost, sr: str) -> str:
    """A guest that runs must have its disks within reach."""
    tables = site.records.tables
    here = [pbd for pbd in tables["SR"][sr]["PBDs"] if tables["PBD"][pbd]["host"] == home.ref and _attached(site, pbd)]
    if not here and not guest.flags & {"halted", "suspended"}:
        name = line.values["sr"]
        raise line.wrong(
            f"a disk on `{name}`, while `{guest.name}` runs on {home.name} where that SR is not plugged",
            f"on= with a host that has `{name}`, or the guest halted",
        )
    return sr


def _attached(site: Site, pbd: str) -> bool:
    return bool(site.records.get("PBD", pbd)["currently_attached"])
