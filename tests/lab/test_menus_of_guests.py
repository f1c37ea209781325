"""What may be done with guests and their devices in every state, as XAPI's source says."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from stage import PAIR, Stage, play

from xenferry.lab.lab import Lab

TEXT = PAIR + "guest cold halted hvm\n  disk data\n  cd\n  nic eth0\n"

SIZES = {"changing_dynamic_range", "changing_static_range", "changing_shadow_memory", "changing_NVRAM"}
COPIES = {"clone", "copy", "export", "metadata_export"}
MOVES = {"suspend", "checkpoint", "pool_migrate", "migrate_send"}
HALTED = SIZES | COPIES | {
    "snapshot", "start", "start_on", "migrate_send", "make_into_template", "destroy", "create_vtpm",
}  # fmt: skip
RUNNING = MOVES | {
    "sysprep", "metadata_export", "changing_VCPUs_live", "changing_dynamic_range", "hard_reboot", "hard_shutdown",
    "clean_reboot", "clean_shutdown", "pause", "snapshot",
}  # fmt: skip
PAUSED = {"unpause", "hard_reboot", "hard_shutdown", "checkpoint", "snapshot", "metadata_export"}
SUSPENDED = {
    "destroy", "metadata_export", "export", "migrate_send", "resume", "resume_on", "hard_shutdown", "checkpoint",
    "snapshot",
}  # fmt: skip
SNAPSHOT = COPIES | {"destroy", "revert"}
TEMPLATE = SIZES | COPIES | {"provision", "destroy", "migrate_send"}
STATES = {"Halted": HALTED, "Running": RUNNING, "Paused": PAUSED, "Suspended": SUSPENDED}

Change = Callable[[Stage, str], None]


def fields(**values: Any) -> Change:
    return lambda stage, vm: stage.lab.db.update("VM", vm, **values)


def metrics(**values: Any) -> Change:
    return lambda stage, vm: stage.lab.db.update("VM_metrics", stage.lab.db.get("VM", vm)["metrics"], **values)


def agent(**values: Any) -> Change:
    return lambda stage, vm: stage.lab.db.update(
        "VM_guest_metrics", stage.lab.db.get("VM", vm)["guest_metrics"], **values
    )


def having(cls: str, **values: Any) -> Change:
    def change(stage: Stage, vm: str) -> None:
        stage.lab.db.create(cls, VM=vm, **values)

    return change


def disks(**sm_config: str) -> Change:
    def change(stage: Stage, vm: str) -> None:
        for vbd in stage.lab.db.get("VM", vm)["VBDs"]:
            vdi = stage.lab.db.get("VBD", vbd)["VDI"]
            if stage.lab.db.exists("VDI", vdi):
                stage.lab.db.update("VDI", vdi, sm_config=sm_config)

    return change


def pool(**values: Any) -> Change:
    def change(stage: Stage, _: str) -> None:
        for ref in stage.lab.db.all("pool"):
            stage.lab.db.update("pool", ref, **values)

    return change


def busy(*operations: str) -> Change:
    return fields(current_operations={f"OpaqueRef:{name}": name for name in operations})


def card(stage: Stage, vm: str) -> None:
    stage.lab.db.update("VM", vm, attached_PCIs=[stage.lab.db.create("PCI", host=stage.host("north"))])


def vapp(stage: Stage, vm: str) -> None:
    stage.lab.db.update("VM", vm, appliance=stage.lab.db.create("VM_appliance"))


def in_state(lab: Lab, vm: str, state: str) -> None:
    """The record says so: menus follow from records alone."""
    lab.db.update("VM", vm, power_state=state)
    live = state in ("Running", "Paused")
    for vbd in lab.db.get("VM", vm)["VBDs"]:
        lab.db.update("VBD", vbd, currently_attached=live)
    for vif in lab.db.get("VM", vm)["VIFs"]:
        lab.db.update("VIF", vif, currently_attached=live)


def menu(stage: Stage, cls: str, ref: str) -> set[str]:
    stage.lab.menus.settle()
    return set(stage.lab.db.get(cls, ref)["allowed_operations"])


@pytest.mark.parametrize("state", list(STATES))
def test_a_guest_with_drivers(state: str) -> None:
    stage = Stage(TEXT)
    in_state(stage.lab, stage.vm("mail"), state)
    assert menu(stage, "VM", stage.vm("mail")) == STATES[state]


NO_MOVES = RUNNING - MOVES
CASES: list[tuple[str, str, Change, set[str]]] = [
    ("a blocked operation", "Running", fields(blocked_operations={"pause": "no"}), RUNNING - {"pause"}),
    ("a PCI card", "Running", card, NO_MOVES),
    ("a USB device", "Running", having("VUSB"), NO_MOVES - {"snapshot"}),
    ("a USB device while halted", "Halted", having("VUSB"), HALTED - {"snapshot", "migrate_send"}),
    ("a TPM", "Halted", having("VTPM"), HALTED - {"create_vtpm"}),
    ("a vApp", "Halted", vapp, HALTED - {"make_into_template"}),
    ("nomigrate", "Running", metrics(nomigrate=True), NO_MOVES),
    ("nested virtualisation", "Running", metrics(nested_virt=True), NO_MOVES - {"changing_dynamic_range"}),
    ("nomigrate of a guest that was never started", "Halted",
     fields(metrics="OpaqueRef:NULL", platform={"nomigrate": "true"}), HALTED - {"migrate_send"}),
    ("no agent", "Running", fields(guest_metrics="OpaqueRef:NULL"),
     NO_MOVES - {"clean_shutdown", "clean_reboot", "changing_VCPUs_live"}),
    ("no agent in a PVH guest", "Running",
     lambda stage, vm: (fields(guest_metrics="OpaqueRef:NULL")(stage, vm),
                        metrics(current_domain_type="pvh")(stage, vm))[0], RUNNING),
    ("features without a version", "Running",
     agent(PV_drivers_version={}, other={"feature-suspend": "1", "feature-shutdown": "1"}),
     RUNNING - {"changing_VCPUs_live"}),
    ("only feature-reboot", "Running", agent(PV_drivers_version={}, other={"feature-reboot": "1"}),
     NO_MOVES - {"clean_shutdown", "changing_VCPUs_live"}),
    ("a reason not to be suspended", "Running", agent(other={"data-cant-suspend-reason": "sound"}), NO_MOVES),
    ("disks that forget", "Running", disks(on_boot="reset"), RUNNING - {"suspend", "checkpoint", "snapshot"}),
    ("disks that forget and are cached", "Running", disks(on_boot="reset", caching="true"),
     RUNNING - {"suspend", "checkpoint", "snapshot", "pool_migrate"}),
    ("a migration", "Running", busy("pool_migrate"), {"hard_reboot", "hard_shutdown"}),
    ("a migration with disks", "Running", busy("migrate_send"),
     {"hard_reboot", "hard_shutdown", "clean_shutdown", "clean_reboot", "metadata_export"}),
    ("a snapshot being made", "Running", busy("snapshot"), {"hard_reboot", "hard_shutdown", "snapshot", "checkpoint"}),
    ("a reboot by force", "Running", busy("hard_reboot"), {"hard_shutdown"}),
    ("an end by force", "Running", busy("hard_shutdown"), set()),
    ("a clone being made", "Halted", busy("clone"), {"clone", "copy", "export"}),
    ("a clone and an export", "Halted", busy("clone", "export"), {"clone", "copy", "export"}),
    ("a clone and a snapshot", "Halted", busy("clone", "snapshot"), set()),
    ("a snapshot", "Halted", fields(is_a_template=True, is_a_snapshot=True), SNAPSHOT),
    ("a checkpoint", "Suspended", fields(is_a_template=True, is_a_snapshot=True), SNAPSHOT | {"hard_shutdown"}),
    ("a template", "Halted", fields(is_a_template=True), TEMPLATE),
    ("a default template", "Halted", fields(is_a_template=True, is_default_template=True),
     TEMPLATE - {"destroy", "migrate_send"}),
    ("a default template of old", "Halted", fields(is_a_template=True, other_config={"default_template": "true"}),
     TEMPLATE - {"destroy", "migrate_send"}),
    ("clones of suspended guests", "Suspended", pool(other_config={"allow_clone_suspended_vm": "true"}),
     SUSPENDED | {"clone", "copy"}),
    ("a rolling upgrade", "Running", pool(other_config={"rolling_upgrade_in_progress": "true"}),
     RUNNING - {"sysprep", "metadata_export", "changing_dynamic_range", "checkpoint", "snapshot"}),
]  # fmt: skip


@pytest.mark.parametrize(("state", "change", "expected"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_a_guest_with(state: str, change: Change, expected: set[str]) -> None:
    stage = Stage(TEXT)
    vm = stage.vm("mail")
    in_state(stage.lab, vm, state)
    change(stage, vm)
    assert menu(stage, "VM", vm) == expected


DISK = {
    "Halted": {"attach"}, "Suspended": {"attach"}, "Paused": {"attach", "pause", "unpause"},
    "Running": {"attach", "pause", "unpause", "unplug", "unplug_force"},
}  # fmt: skip
INTERFACE = {"Halted": {"attach"}, "Suspended": {"attach"}, "Paused": {"attach"}, "Running": {"attach", "unplug"}}
EMPTY = {
    "Halted": {"attach", "insert"}, "Suspended": {"attach"}, "Paused": {"attach", "insert", "pause", "unpause"},
    "Running": {"attach", "insert", "pause", "unpause"},
}  # fmt: skip


def play_cold() -> tuple[Stage, str]:
    """A guest that has run, with a disk, an empty CD drive and an interface."""

    async def scene(stage: Stage) -> str:
        vm = stage.vm("cold")
        report = stage.lab.db.get("VM_guest_metrics", stage.guest("mail")["guest_metrics"])
        told = stage.lab.db.create("VM_guest_metrics", {k: v for k, v in report.items() if k != "uuid"})
        metrics(current_domain_type="hvm")(stage, vm)
        stage.lab.db.update("VM", vm, guest_metrics=told)
        return vm

    return play(TEXT, scene)


@pytest.mark.parametrize("state", list(STATES))
def test_its_devices(state: str) -> None:
    stage, vm = play_cold()
    in_state(stage.lab, vm, state)
    drives = {stage.lab.db.get("VBD", vbd)["type"]: vbd for vbd in stage.guest("cold")["VBDs"]}
    (vif,) = stage.guest("cold")["VIFs"]
    assert menu(stage, "VBD", drives["Disk"]) == DISK[state]
    assert menu(stage, "VBD", drives["CD"]) == EMPTY[state]
    assert menu(stage, "VIF", vif) == INTERFACE[state]


DRIVES: list[tuple[str, dict[str, Any], Change, set[str]]] = [
    ("is not plugged", {"currently_attached": False}, fields(), {"attach", "plug", "pause", "unpause"}),
    ("is fixed", {"unpluggable": False}, fields(), {"attach", "pause", "unpause"}),
    ("has a guest without drivers", {}, fields(guest_metrics="OpaqueRef:NULL"), {"attach", "pause", "unpause"}),
    ("has a guest that cannot", {}, agent(can_use_hotplug_vbd="no"), {"attach", "pause", "unpause"}),
    ("has a guest that is suspended", {}, busy("suspend"), {"attach", "pause", "unpause", "unplug_force"}),
    ("is being plugged", {"current_operations": {"OpaqueRef:t": "plug"}}, fields(), set()),
    ("is being attached", {"current_operations": {"OpaqueRef:t": "attach"}}, fields(), {"unpause"}),
    ("is paused", {"current_operations": {"OpaqueRef:t": "pause"}}, fields(), {"pause", "unpause"}),
]


@pytest.mark.parametrize(("values", "change", "expected"), [d[1:] for d in DRIVES], ids=[d[0] for d in DRIVES])
def test_a_drive_that(values: dict[str, Any], change: Change, expected: set[str]) -> None:
    stage, vm = play_cold()
    in_state(stage.lab, vm, "Running")
    vbd = next(ref for ref in stage.guest("cold")["VBDs"] if stage.lab.db.get("VBD", ref)["type"] == "Disk")
    stage.lab.db.update("VBD", vbd, **values)
    change(stage, vm)
    assert menu(stage, "VBD", vbd) == expected


IDLE = {"copy", "clone", "forget", "resize", "snapshot", "destroy"}
DISKS: list[tuple[str, dict[str, Any], dict[str, Any], set[str]]] = [
    ("nobody uses", {}, {}, IDLE),
    ("is written to", {}, {"currently_attached": True}, {"clone", "snapshot"}),
    ("is read", {}, {"currently_attached": True, "mode": "RO"}, {"clone", "snapshot", "copy"}),
    ("has a busy drive", {}, {"current_operations": {"OpaqueRef:t": "attach"}}, set()),
    ("is copied", {"current_operations": {"OpaqueRef:t": "copy"}}, {}, IDLE - {"snapshot"}),
    ("is cloned", {"current_operations": {"OpaqueRef:t": "clone"}}, {}, set()),
    ("is mirrored", {"current_operations": {"OpaqueRef:t": "mirror"}}, {}, {"destroy"}),
    ("is shared", {"sharable": True}, {}, IDLE - {"snapshot"}),
    ("forgets", {"on_boot": "reset"}, {}, IDLE - {"snapshot", "copy"}),
    ("is a map of changes", {"type": "cbt_metadata"}, {}, {"forget", "destroy"}),
    ("holds performance data", {"type": "rrd"}, {}, IDLE - {"forget", "destroy"}),
]


@pytest.mark.parametrize(("values", "drive", "expected"), [d[1:] for d in DISKS], ids=[d[0] for d in DISKS])
def test_a_disk_that(values: dict[str, Any], drive: dict[str, Any], expected: set[str]) -> None:
    stage = Stage(TEXT)
    vbd = next(ref for ref in stage.guest("cold")["VBDs"] if stage.lab.db.get("VBD", ref)["type"] == "Disk")
    vdi = stage.lab.db.get("VBD", vbd)["VDI"]
    stage.lab.db.update("VBD", vbd, **drive)
    stage.lab.db.update("VDI", vdi, **values)
    assert menu(stage, "VDI", vdi) & IDLE == expected
