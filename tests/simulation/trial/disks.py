"""What must hold of disks after a trial: each guest has every disk once, where promised, and nothing is left over."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from xenferry.lab.lab import Lab
from xenferry.plan import steps as s
from xenferry.plan.steps import Plan
from xenferry.runs.journal import Run

Held = Mapping[str, Mapping[str, str]]
"""A guest's uuid -> a drive's number -> the uuid of the SR that its disk is on."""


def held(lab: Lab) -> dict[str, dict[str, str]]:
    """Where every disk of every guest is."""
    found = {}
    for vm in _guests(lab):
        vdis = {vbd["userdevice"]: vbd["VDI"] for vbd in _drives(lab, vm)}
        found[vm["uuid"]] = {device: _sr(lab, vdi) for device, vdi in vdis.items()}
    return found


def loose(lab: Lab) -> frozenset[str]:
    """The uuids of disks that no guest has."""
    return frozenset(
        vdi["uuid"] for vdi in lab.db.all("VDI").values() if vdi["type"] in ("user", "system") and not vdi["VBDs"]
    )


def laws(lab: Lab, plan: Plan, run: Run, before: Held, loose_before: frozenset[str], excused: bool) -> Iterator[str]:
    """What is wrong. `excused`: a host or toolstack died, after which XAPI itself leaves copies behind."""
    yield from _kept(lab, plan, run, before)
    yield from _shared(lab)
    if not excused:
        yield from _left_over(lab, loose_before)


def _kept(lab: Lab, plan: Plan, run: Run, before: Held) -> Iterator[str]:
    """Every drive has its disk still: where the plan brings it, or, until the run is done, where it was."""
    now, names = held(lab), {vm["uuid"]: vm["name_label"] for vm in _guests(lab)}
    goals = targets(plan)
    for uuid, drives in before.items():
        for device, sr in drives.items():
            goal = goals.get((uuid, device), sr)
            allowed = {goal} if run.state == "done" else {sr, goal}
            if (here := now.get(uuid, {}).get(device, "nowhere")) not in allowed:
                yield f"disk {device} of guest {names.get(uuid, uuid)} is on SR {here}, not on {' or '.join(allowed)}"


def targets(plan: Plan) -> dict[tuple[str, str], str]:
    """Guest's uuid and drive -> the uuid of the SR that the plan brings that disk to."""
    found = {}
    for step in plan.steps:
        if isinstance(step, s.MoveWithDisks):
            found |= {(step.guest.uuid, disk.device): disk.target.uuid for disk in step.disks}
    return found


def _shared(lab: Lab) -> Iterator[str]:
    """No disk belongs to two guests."""
    owners = Counter(vbd["VDI"] for vm in _guests(lab) for vbd in _drives(lab, vm))
    for vdi, count in owners.items():
        if count > 1:
            yield f"disk {lab.db.get('VDI', vdi)['name_label']} belongs to {count} drives"


def _left_over(lab: Lab, before: frozenset[str]) -> Iterator[str]:
    for uuid in sorted(loose(lab) - before):
        vdi = lab.db.get("VDI", lab.db.by_uuid("VDI", uuid))
        sr = lab.db.get("SR", vdi["SR"])["name_label"]
        kind = "snapshot" if vdi["is_a_snapshot"] else "disk"
        yield f"{kind} {vdi['name_label'] or uuid} is left over on SR {sr}, and no guest has it"


def _guests(lab: Lab) -> list[dict[str, Any]]:
    every = lab.db.all("VM").values()
    return [vm for vm in every if not (vm["is_control_domain"] or vm["is_a_template"] or vm["is_a_snapshot"])]


def _drives(lab: Lab, vm: Mapping[str, Any]) -> list[dict[str, Any]]:
    vbds = [lab.db.get("VBD", ref) for ref in vm["VBDs"]]
    return [vbd for vbd in vbds if vbd["type"] == "Disk" and not vbd["empty"]]


def _sr(lab: Lab, vdi: str) -> str:
    return str(lab.db.get("SR", lab.db.get("VDI", vdi)["SR"])["uuid"]) if lab.db.exists("VDI", vdi) else "nowhere"
