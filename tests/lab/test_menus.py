"""allowed_operations of every class: as the real XAPI had computed them, and up to date whenever a client looks."""

from __future__ import annotations

import asyncio
import gzip
import json
from pathlib import Path
from typing import Any

from stage import PAIR, Stage, play, refused

from xenferry.lab.lab import Lab
from xenferry.lab.menus import MENUS

RECORDED = Path(__file__).parent.parent / "data" / "recorded-pool.json.gz"
AGENT_S = 30.0
"""After this long a guest's agent has reported: before it has, its devices cannot be plugged."""
DISK = {
    "virtual_size": 2**30,
    "type": "user",
    "sharable": False,
    "read_only": False,
    "other_config": {},
    "name_label": "x",
}


def recorded() -> dict[str, dict[str, dict[str, Any]]]:
    found: dict[str, dict[str, dict[str, Any]]] = json.loads(gzip.decompress(RECORDED.read_bytes()))
    return found


def out_of_date(tables: dict[str, Any], cls: str, record: dict[str, Any]) -> bool:
    """Menus that the real XAPI had not computed again since what they follow from had changed.

    A member's dom0, whose menu is from before it ran; a disk whose drive is attached although its guest is halted.
    """
    if cls == "VM":
        master = next(iter(tables["pool"].values()))["master"]
        return bool(record["is_control_domain"]) and tables["host"][master]["control_domain"] != record["ref"]
    drives = [tables["VBD"][vbd] for vbd in record["VBDs"]] if cls == "VDI" else []
    attached = [drive["VM"] for drive in drives if drive["currently_attached"]]
    return any(tables["VM"][vm]["power_state"] == "Halted" for vm in attached)


def test_every_menu_is_computed_as_the_real_one_was() -> None:
    tables = recorded()
    facts = Lab.from_capture(recorded()).hypervisor.facts
    compared, stale = 0, 0
    for cls, listing in MENUS.items():
        for ref, record in tables.get(cls, {}).items():
            if out_of_date(tables, cls, record | {"ref": ref}):
                stale += 1
                continue
            assert listing(facts, ref) == record["allowed_operations"], (cls, record.get("name_label", ref))
            compared += 1
    assert (compared, stale) == (68, 3)


def test_a_captured_menu_stays_until_something_changes() -> None:
    tables = recorded()
    lab = Lab.from_capture(recorded())
    for cls in MENUS:
        for ref, record in tables.get(cls, {}).items():
            assert lab.db.get(cls, ref)["allowed_operations"] == record["allowed_operations"]
    dom0 = next(ref for ref, vm in tables["VM"].items() if out_of_date(tables, "VM", vm | {"ref": ref}))
    lab.db.update("VM", dom0, blocked_operations={"destroy": "no"})
    lab.menus.settle()
    assert "start" not in lab.db.get("VM", dom0)["allowed_operations"]


def test_a_change_of_the_state_is_a_change_of_the_menus_in_the_same_batch() -> None:
    text = PAIR + "guest idle on=north memory=1GiB halted\n  disk root\n  nic eth0\n"

    async def scene(stage: Stage) -> Any:
        token = (await stage.call("event.from", ["*"], "", 0.0))["token"]
        await stage.call("VM.start", stage.vm("idle"), False, False)
        await asyncio.sleep(AGENT_S)
        return (await stage.call("event.from", ["VM", "VBD", "VDI", "VIF"], token, 0.0))["events"]

    stage, events = play(text, scene)
    seen = {(event["class"], event["ref"]): event["snapshot"] for event in events}
    guest = stage.guest("idle")
    assert "unplug" in seen["vbd", guest["VBDs"][0]]["allowed_operations"]
    assert "plug" not in seen["vif", guest["VIFs"][0]]["allowed_operations"]
    assert "destroy" not in seen["vdi", stage.lab.db.get("VBD", guest["VBDs"][0])["VDI"]]["allowed_operations"]
    assert "pool_migrate" in seen["vm", stage.vm("idle")]["allowed_operations"]


def test_while_a_guest_starts_its_drives_are_marked() -> None:
    text = PAIR + "guest idle on=north memory=1GiB halted\n  disk root\n"

    async def scene(stage: Stage) -> Any:
        task = await stage.start("VM.start", stage.vm("idle"), False, False)
        await stage.call("VM.get_record", stage.vm("idle"))
        drive = stage.guest("idle")["VBDs"][0]
        marked = await stage.call("VBD.get_record", drive)
        disk = await stage.call("VDI.get_record", marked["VDI"])
        await stage.outcome(task)
        return task, marked, disk, await stage.call("VBD.get_record", drive)

    _, (task, marked, disk, after) = play(text, scene)
    assert marked["current_operations"] == {task: "attach"}
    assert marked["allowed_operations"] == []
    assert disk["allowed_operations"] == []
    assert after["current_operations"] == {}


def test_a_disk_that_another_guest_writes_to_keeps_a_guest_from_starting() -> None:
    text = PAIR + "guest idle on=north memory=1GiB halted\n"

    async def scene(stage: Stage) -> Any:
        drive = stage.lab.db.get("VBD", stage.guest("mail")["VBDs"][0])
        stage.lab.db.create(
            "VBD", VM=stage.vm("idle"), VDI=drive["VDI"], mode="RW", type="Disk", userdevice="0", unpluggable=True
        )
        return drive["VDI"], await refused(stage.call("VM.start", stage.vm("idle"), False, False))

    _, (disk, error) = play(text, scene)
    assert error == ["VDI_IN_USE", disk]


def test_an_sr_at_work_allows_nothing_and_a_second_call_waits() -> None:
    async def scene(stage: Stage) -> Any:
        sr = stage.ref("SR", "pool-disks")
        first = await stage.start("SR.scan", sr)
        busy = await stage.call("SR.get_record", sr)
        made = await stage.call("VDI.create", {"SR": sr, **DISK})
        return busy["allowed_operations"], await stage.outcome(first), made, stage.lab.db.get("SR", sr)

    stage, (busy, outcome, made, after) = play(PAIR, scene)
    assert busy == []
    assert outcome[0] == "success"
    assert stage.lab.db.exists("VDI", made)
    assert "vdi_create" in after["allowed_operations"]


def test_a_pool_says_what_may_be_done_with_it() -> None:
    stage, _ = play(PAIR, lambda stage: stage.call("pool.get_all"))
    (pool,) = stage.lab.db.all("pool").values()
    assert pool["allowed_operations"][:3] == ["ha_enable", "cluster_create", "designate_new_master"]
    assert "ha_disable" not in pool["allowed_operations"]
