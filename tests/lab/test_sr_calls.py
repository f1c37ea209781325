"""SRs as XAPI makes, reads and forgets them: on which host, in which order, and what is left behind for a while."""

from __future__ import annotations

import asyncio
from typing import Any

from stage import PAIR, Stage, play, refused

SHARE = "server nas address=10.0.0.9\n  export /srv\n  export /iso\n"
NFS = {"server": "10.0.0.9", "serverpath": "/srv"}


async def made(stage: Stage, host: str, config: dict[str, str], kind: str, *, shared: bool) -> str:
    return str(await stage.call("SR.create", host, config, 0, "new", "", kind, "user", shared, {}))


def test_a_shared_sr_is_made_by_the_coordinator_whatever_host_is_named() -> None:
    async def scene(stage: Stage) -> None:
        nowhere = "OpaqueRef:00000000-dead-0000-0000-000000000000"
        sr = await made(stage, nowhere, NFS, "nfs", shared=True)
        hosts = {stage.lab.db.get("PBD", pbd)["host"] for pbd in stage.lab.db.get("SR", sr)["PBDs"]}
        assert hosts == {stage.host("north"), stage.host("south")}
        assert await refused(made(stage, nowhere, NFS, "nfs", shared=False)) == ["HOST_OFFLINE", nowhere]

    play(SHARE + PAIR, scene)


def test_a_configuration_is_turned_round_by_each_host_that_it_passes() -> None:
    async def scene(stage: Stage) -> list[list[str]]:
        order = []
        for host, shared in (("south", True), ("south", False), ("north", False)):
            sr = await made(stage, stage.host(host), NFS, "nfs", shared=shared)
            order.append(list(stage.lab.db.get("PBD", stage.lab.db.get("SR", sr)["PBDs"][0])["device_config"]))
        return order

    there, back = ["server", "serverpath"], ["serverpath", "server"]
    assert play(SHARE + PAIR, scene)[1] == [back, there, back]


def test_the_plugs_of_a_new_sr_mark_it() -> None:
    async def scene(stage: Stage) -> None:
        seen: set[str] = set()
        stage.lab.db.followers.append(
            lambda cls, _ref, record, _changed: (
                seen.update(record["current_operations"].values()) if cls == "SR" else None
            )
        )
        await made(stage, stage.host("north"), NFS, "nfs", shared=True)
        assert "plug" in seen

    play(SHARE + PAIR, scene)


def test_drives_of_a_forgotten_sr_point_nowhere_until_the_next_sweep() -> None:
    async def scene(stage: Stage) -> None:
        db = stage.lab.db
        vm = stage.vm("cold")
        disk, cd = sorted(db.get("VM", vm)["VBDs"], key=lambda vbd: str(db.get("VBD", vbd)["type"]), reverse=True)
        sr = stage.ref("SR", "other-disks")
        vdi = db.get("VBD", disk)["VDI"]
        for pbd in list(db.get("SR", sr)["PBDs"]):
            await stage.call("PBD.unplug", pbd)
        await stage.call("SR.forget", sr)
        assert not db.exists("VDI", vdi)
        assert (db.get("VBD", disk)["VDI"], db.get("VBD", cd)["VDI"]) == (vdi, vdi)
        await asyncio.sleep(31)
        assert not db.exists("VBD", disk)
        assert (db.get("VBD", cd)["empty"], db.get("VBD", cd)["VDI"]) == (True, "OpaqueRef:NULL")

    def with_cd(stage: Stage) -> Any:
        db = stage.lab.db
        (disk,) = db.get("VM", stage.vm("cold"))["VBDs"]
        db.create("VBD", VM=stage.vm("cold"), VDI=db.get("VBD", disk)["VDI"], type="CD", mode="RO", userdevice="3")
        return scene(stage)

    play(PAIR + "guest cold halted\n  disk old sr=other-disks\n", with_cd)


def test_a_pbd_of_a_host_that_does_not_exist_is_made_and_swept_away() -> None:
    async def scene(stage: Stage) -> None:
        record = {"host": "OpaqueRef:none", "SR": stage.ref("SR", "pool-disks"), "device_config": {}}
        pbd = await stage.call("PBD.create", record)
        assert stage.lab.db.get("PBD", pbd)["host"] == "OpaqueRef:none"
        await asyncio.sleep(31)
        assert not stage.lab.db.exists("PBD", pbd)
        gone = await refused(stage.call("PBD.set_device_config", pbd, {}))
        assert gone == ["HANDLE_INVALID", "PBD", pbd]

    play(PAIR, scene)


def test_an_update_reads_sizes_and_finds_no_images() -> None:
    async def scene(stage: Stage) -> None:
        config = {"location": "10.0.0.9:/iso"}
        sr = await made(stage, stage.host("north"), config, "iso", shared=True)
        before = set(stage.lab.db.get("SR", sr)["VDIs"])
        stage.lab.world.servers["nas"].exports["/iso"].files.add("late.iso")
        await stage.call("SR.update", sr)
        assert set(stage.lab.db.get("SR", sr)["VDIs"]) == before
        await stage.call("SR.scan", sr)
        assert len(stage.lab.db.get("SR", sr)["VDIs"]) == len(before) + 1

    play(SHARE + PAIR, scene)


def test_one_pbd_makes_an_sr_unshared_whatever_its_field_says() -> None:
    async def scene(stage: Stage) -> None:
        db, sr = stage.lab.db, stage.ref("SR", "other-disks")
        (north,) = [pbd for pbd in db.get("SR", sr)["PBDs"] if db.get("PBD", pbd)["host"] == stage.host("north")]
        await stage.call("PBD.unplug", north)
        assert await refused(stage.call("SR.scan", sr)) == ["SR_HAS_NO_PBDS", sr]
        await stage.call("PBD.destroy", north)
        await stage.call("SR.scan", sr)
        await stage.call("SR.set_name_label", sr, "renamed")
        assert db.get("SR", sr)["name_label"] == "renamed"

    play(PAIR, scene)


def test_an_unplug_waits_for_work_on_a_disk() -> None:
    async def scene(stage: Stage) -> None:
        db, sr = stage.lab.db, stage.ref("SR", "other-disks")
        disk = {
            "name_label": "d", "SR": sr, "virtual_size": 2**30, "type": "user", "sharable": False, "read_only": False,
            "other_config": {},
        }  # fmt: skip
        vdi = await stage.call("VDI.create", disk)
        pbd = db.get("SR", sr)["PBDs"][0]
        db.update("VDI", vdi, current_operations={"OpaqueRef:other": "copy"})
        task = await stage.start("PBD.unplug", pbd)
        await asyncio.sleep(60)
        assert db.get("PBD", pbd)["currently_attached"]
        db.update("VDI", vdi, current_operations={})
        assert await stage.outcome(task) == ("success", [])
        assert not db.get("PBD", pbd)["currently_attached"]

    play(PAIR, scene)
