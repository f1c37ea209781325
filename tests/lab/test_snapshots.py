"""Clones, copies, snapshots, checkpoints and the way back."""

from __future__ import annotations

from typing import Any

from stage import PAIR, Stage, play, refused

NULL = "OpaqueRef:NULL"
TEXT = (
    PAIR.replace("  disk root size=40GiB\n", "  disk root size=40GiB\n  cd rescue.iso\n  nic eth0\n  vtpm\n")
    + """
sr images iso
  image rescue.iso
guest cold halted
  disk data
  nic eth0
"""
)


def record(stage: Stage, vm: str) -> dict[str, Any]:
    return dict(stage.lab.db.get("VM", vm))


def drives(stage: Stage, vm: str) -> dict[str, dict[str, Any]]:
    found = [dict(stage.lab.db.get("VBD", vbd)) for vbd in record(stage, vm)["VBDs"]]
    return {vbd["type"]: vbd for vbd in found}


def macs(stage: Stage, vm: str) -> list[str]:
    return [stage.lab.db.get("VIF", vif)["MAC"] for vif in record(stage, vm)["VIFs"]]


def messages(stage: Stage) -> list[tuple[str, str]]:
    return [(one["name"], one["body"].split(") ", 1)[1]) for one in stage.lab.db.all("message").values()]


def test_a_snapshot_remembers_the_guest_and_stays_halted() -> None:
    async def scene(stage: Stage) -> str:
        return str(await stage.call("VM.snapshot", stage.vm("mail"), "before"))

    stage, made = play(TEXT, scene)
    old, new = stage.guest("mail"), record(stage, made)
    assert (new["is_a_snapshot"], new["is_a_template"], new["power_state"]) == (True, True, "Halted")
    assert (new["snapshot_of"], old["parent"]) == (stage.vm("mail"), made)
    assert old["snapshots"] == [made]
    assert new["snapshot_info"] == {"power-state-at-snapshot": "Running", "disk-snapshot-type": "crash_consistent"}
    assert f"('uuid' '{old['uuid']}')" in new["snapshot_metadata"]
    assert f"('memory__static_max' '{old['memory_static_max']}')" in new["snapshot_metadata"]
    assert macs(stage, made) == macs(stage, stage.vm("mail"))
    disk = stage.lab.db.get("VDI", drives(stage, made)["Disk"]["VDI"])
    assert (disk["is_a_snapshot"], disk["snapshot_of"]) == (True, drives(stage, stage.vm("mail"))["Disk"]["VDI"])
    assert drives(stage, made)["CD"]["VDI"] == drives(stage, stage.vm("mail"))["CD"]["VDI"]
    assert drives(stage, made)["Disk"]["other_config"] == {"owner": ""}
    assert len(new["VTPMs"]) == 1
    assert messages(stage) == [("VM_SNAPSHOTTED", "snapshotted, snapshot name: before")]
    assert stage.guest("mail")["power_state"] == "Running"


def test_a_snapshot_leaves_out_disks_it_is_told_to() -> None:
    async def scene(stage: Stage) -> str:
        disk = drives(stage, stage.vm("mail"))["Disk"]["VDI"]
        return str(await stage.call("VM.snapshot", stage.vm("mail"), "before", [disk]))

    stage, made = play(TEXT, scene)
    assert list(drives(stage, made)) == ["CD"]


def test_a_clone_is_another_guest_and_a_copy_goes_where_it_is_sent() -> None:
    async def scene(stage: Stage) -> list[str]:
        cold, other = stage.vm("cold"), stage.ref("SR", "other-disks")
        return [
            await stage.call("VM.clone", cold, "one"),
            await stage.call("VM.copy", cold, "two", other),
            await stage.call("VM.copy", cold, "three", NULL),
        ]

    stage, made = play(TEXT, scene)
    everybody = [stage.vm("cold"), *made]
    assert len({record(stage, vm)["other_config"]["mac_seed"] for vm in everybody}) == 4
    assert len({tuple(macs(stage, vm)) for vm in everybody}) == 4
    srs = [stage.lab.db.get("VDI", drives(stage, vm)["Disk"]["VDI"])["SR"] for vm in made]
    names = [stage.lab.db.get("SR", sr)["name_label"] for sr in srs]
    assert names == ["pool-disks", "other-disks", "pool-disks"]
    assert {record(stage, vm)["is_a_snapshot"] for vm in made} == {False}


def test_disks_cannot_be_copied_to_a_library() -> None:
    async def scene(stage: Stage) -> list[str]:
        return await refused(stage.call("VM.copy", stage.vm("cold"), "x", stage.ref("SR", "images")))

    _, error = play(TEXT, scene)
    assert error == ["OPERATION_NOT_ALLOWED", "Cannot copy a VM's disks to an ISO SR"]


def test_a_checkpoint_has_memory_and_the_guest_goes_on() -> None:
    async def scene(stage: Stage) -> str:
        return str(await stage.call("VM.checkpoint", stage.vm("mail"), "frozen"))

    stage, made = play(TEXT, scene)
    new, old = record(stage, made), stage.guest("mail")
    assert (new["power_state"], new["is_a_snapshot"]) == ("Suspended", True)
    assert stage.lab.db.exists("VDI", new["suspend_VDI"])
    assert new["snapshot_info"]["power-state-at-snapshot"] == "Running"
    assert (old["power_state"], old["suspend_VDI"], stage.home("mail")) == ("Running", NULL, "north")
    assert ("VM_CHECKPOINTED", "checkpointed, snapshot name: frozen") in messages(stage)


def test_a_guest_goes_back_to_a_snapshot() -> None:
    async def scene(stage: Stage) -> tuple[str, str]:
        mail = stage.vm("mail")
        made = await stage.call("VM.snapshot", mail, "before")
        (before,) = [drives(stage, mail)["Disk"]["VDI"]]
        await stage.call("VM.set_name_label", mail, "changed")
        await stage.call("VM.add_tags", mail, "kept")
        await stage.call("VM.revert", made)
        return made, before

    stage, (made, before) = play(TEXT, scene)
    mail = stage.vm("mail")
    now = record(stage, mail)
    assert (now["power_state"], now["parent"], now["tags"]) == ("Halted", made, ["kept"])
    disk = drives(stage, mail)["Disk"]["VDI"]
    assert disk != before
    assert not stage.lab.db.exists("VDI", before)
    assert stage.lab.db.get("VDI", drives(stage, made)["Disk"]["VDI"])["snapshot_of"] == disk
    assert macs(stage, mail) == macs(stage, made)
    assert [name for name, _ in messages(stage)] == ["VM_SNAPSHOTTED", "VM_SHUTDOWN", "VM_SNAPSHOT_REVERTED"]


def test_a_guest_goes_back_into_the_middle_of_its_work() -> None:
    async def scene(stage: Stage) -> None:
        made = await stage.call("VM.checkpoint", stage.vm("mail"), "frozen")
        await stage.call("VM.revert", made)
        assert stage.guest("mail")["power_state"] == "Suspended"
        await stage.call("VM.resume", stage.vm("mail"), False, False)

    stage, _ = play(TEXT, scene)
    assert stage.guest("mail")["power_state"] == "Running"
    (made,) = stage.guest("mail")["snapshots"]
    assert stage.lab.db.exists("VDI", record(stage, made)["suspend_VDI"]), "the checkpoint can be used again"


def test_a_destroyed_guest_comes_back_from_its_snapshot() -> None:
    async def scene(stage: Stage) -> tuple[str, str]:
        cold = stage.vm("cold")
        uuid = record(stage, cold)["uuid"]
        made = await stage.call("VM.snapshot", cold, "before")
        await stage.call("VM.destroy", cold)
        await stage.call("VM.revert", made)
        return uuid, cold

    stage, (uuid, old) = play(TEXT, scene)
    assert stage.guest("cold")["uuid"] == uuid
    assert stage.vm("cold") != old
    assert stage.lab.db.exists("VDI", drives(stage, stage.vm("cold"))["Disk"]["VDI"])


def test_only_a_snapshot_can_be_gone_back_to() -> None:
    async def scene(stage: Stage) -> list[str]:
        return await refused(stage.call("VM.revert", stage.vm("cold")))

    stage, error = play(TEXT, scene)
    assert error == ["VM_REVERT_FAILED", stage.vm("cold"), NULL]


def test_no_half_snapshot_stays_when_a_disk_cannot_be_copied() -> None:
    async def scene(stage: Stage) -> list[str]:
        return await refused(stage.call("VM.snapshot", stage.vm("mail"), "before"))

    text = TEXT + "fault VDI.snapshot error=SR_BACKEND_FAILURE_44,,full,\n"
    stage, error = play(text, scene)
    assert error[0] == "SR_BACKEND_FAILURE_44"
    assert stage.guest("mail")["snapshots"] == []
    assert stage.guest("mail")["current_operations"] == {}
