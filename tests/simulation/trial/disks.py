"""What must hold of disks after a trial: each guest has every disk once, where promised, and nothing is left over."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from trial.mischief import Mischief
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


def laws(
    lab: Lab, mischief: Mischief, plan: Plan, run: Run, before: Held, loose_before: frozenset[str]
) -> Iterator[str]:
    """What is wrong."""
    yield from _kept(lab, mischief, plan, run, before)
    yield from _whole(lab)
    yield from _shared(lab)
    yield from _left_over(lab, loose_before | mischief.made, broken(lab, mischief, plan))


def _kept(lab: Lab, mischief: Mischief, plan: Plan, run: Run, before: Held) -> Iterator[str]:
    """Every drive has its disk still: where the plan or others bring it, or, until the run is done, where it was."""
    now, goals = held(lab), targets(plan)
    names = {vm["uuid"]: vm["name_label"] for vm in _guests(lab)}
    for uuid, drives in before.items():
        if uuid not in names:
            continue  # the law of guests that vanish speaks of it
        for device, sr in drives.items():
            goal = goals.get((uuid, device), sr)
            allowed = {goal} if run.state == "done" else {sr, goal}
            allowed |= {deed.target for deed in mischief.asked(uuid, "VDI.pool_migrate")}
            if (here := now.get(uuid, {}).get(device, "nowhere")) not in allowed:
                yield f"disk {device} of guest {names[uuid]} is on SR {here}, not on {' or '.join(allowed)}"


def _whole(lab: Lab) -> Iterator[str]:
    """Nobody, no snapshot either, has a drive whose disk is gone."""
    for vm in lab.db.all("VM").values():
        for vbd in _drives(lab, vm):
            if not lab.db.exists("VDI", vbd["VDI"]):
                yield f"drive {vbd['userdevice']} of {vm['name_label']} has lost its disk"


def broken(lab: Lab, mischief: Mischief, plan: Plan) -> frozenset[str]:
    """The names of disks of which XAPI itself may leave copies: a host or toolstack died while they were moved.

    Nobody cleans up for a dead toolstack.
    """
    moved = {step.guest.uuid for step in plan.steps if isinstance(step, s.MoveWithDisks) and step.source is None}
    names = (vdi["name_label"] for vdi in lab.db.all("VDI").values())
    found = {name for name in names if name.split()[:1] and name.split()[0] in mischief.orphaned}
    for ref, vm in lab.db.all("VM").items():
        spans = [(move.begin, move.end) for move in lab.history.moves if move.guest == ref]
        spans += [(deed.begin, deed.end) for deed in mischief.asked(vm["uuid"])]
        spans += [(0.0, None)] if vm["uuid"] in moved else []  # no history is kept of guests that are moved halted
        if any(begin <= blow.at <= (end or blow.at) for begin, end in spans for blow in mischief.blows):
            found |= {lab.db.get("VDI", vbd["VDI"])["name_label"] for vbd in _drives(lab, vm)}
    return frozenset(found)


def targets(plan: Plan) -> dict[tuple[str, str], str]:
    """Guest's uuid and drive -> the uuid of the SR that the plan brings that disk to."""
    found = {}
    for step in plan.steps:
        if isinstance(step, s.MoveDisk):
            found[step.guest.uuid, step.disk.device] = step.disk.target.uuid
        if isinstance(step, s.MoveWithDisks):
            found |= {(step.guest.uuid, disk.device): disk.target.uuid for disk in step.disks}
    return found


def _shared(lab: Lab) -> Iterator[str]:
    """No disk belongs to two guests."""
    owners = Counter(vbd["VDI"] for vm in _guests(lab) for vbd in _drives(lab, vm))
    for vdi, count in owners.items():
        if count > 1:
            yield f"disk {lab.db.get('VDI', vdi)['name_label']} belongs to {count} drives"


def _left_over(lab: Lab, before: frozenset[str], broken: frozenset[str]) -> Iterator[str]:
    for uuid in sorted(loose(lab) - before):
        vdi = lab.db.get("VDI", lab.db.by_uuid("VDI", uuid))
        sr = lab.db.get("SR", vdi["SR"])["name_label"]
        kind = "snapshot" if vdi["is_a_snapshot"] else "disk"
        if vdi["name_label"] not in broken:
            yield f"{kind} {vdi['name_label'] or uuid} is left over on SR {sr}, and no guest has it"


def _guests(lab: Lab) -> list[dict[str, Any]]:
    every = lab.db.all("VM").values()
    return [vm for vm in every if not (vm["is_control_domain"] or vm["is_a_template"] or vm["is_a_snapshot"])]


def _drives(lab: Lab, vm: Mapping[str, Any]) -> list[dict[str, Any]]:
    vbds = [lab.db.get("VBD", ref) for ref in vm["VBDs"]]
    return [vbd for vbd in vbds if vbd["type"] == "Disk" and not vbd["empty"]]


def _sr(lab: Lab, vdi: str) -> str:
    return str(lab.db.get("SR", lab.db.get("VDI", vdi)["SR"])["uuid"]) if lab.db.exists("VDI", vdi) else "nowhere"
