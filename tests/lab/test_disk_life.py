"""A disk's life: sizes, growing, snapshots and their maps, forgetting and finding again; SRs that need no server."""

from __future__ import annotations

import base64
from typing import Any

import pytest
from stage import Stage, play, refused

TEXT = """
host north
host south
server nas address=192.0.2.200
  export /srv
sr store nfs server=nas path=/srv default
guest mail on=north
  disk root cbt
guest cold on=north halted
  disk old size=20GiB
"""
NULL = "OpaqueRef:NULL"


def disk(stage: Stage, **more: Any) -> dict[str, Any]:
    return {
        "name_label": "more", "name_description": "", "SR": stage.ref("SR", "store"), "virtual_size": 2**30,
        "type": "user", "sharable": False, "read_only": False, "other_config": {}, "xenstore_data": {},
        "sm_config": {}, "tags": [], **more,
    }  # fmt: skip


@pytest.mark.parametrize(("asked", "given"), [(1, 2 * 2**20), (2**30, 2**30), (2**30 + 1, 2**30 + 2 * 2**20)])
def test_a_vhd_is_as_large_as_its_blocks(asked: int, given: int) -> None:
    async def act(stage: Stage) -> None:
        vdi = await stage.call("VDI.create", disk(stage, virtual_size=asked))
        assert stage.lab.db.get("VDI", vdi)["virtual_size"] == given

    play(TEXT, act)


def test_a_disk_cannot_be_larger_than_a_vhd_nor_shrink() -> None:
    async def act(stage: Stage) -> None:
        error = await refused(stage.call("VDI.create", disk(stage, virtual_size=2**42)))
        text = "VDI Invalid size [opterr=VDI size must be between 1 MB and 2088960 MB]"
        assert error == ["SR_BACKEND_FAILURE_79", "", text, ""]
        vdi = stage.ref("VDI", "cold old")
        error = await refused(stage.call("VDI.resize", vdi, 2**30))
        assert error == ["SR_BACKEND_FAILURE_79", "", "VDI Invalid size [opterr=shrinking not allowed]", ""]
        await stage.call("VDI.resize", vdi, 30 * 2**30)
        online = stage.call("VDI.resize_online", stage.ref("VDI", "mail root"), 2**40)
        assert await refused(online) == ["SR_OPERATION_NOT_SUPPORTED", stage.ref("SR", "store")]
        plugged = stage.call("VDI.resize", stage.ref("VDI", "mail root"), 2**40)
        assert await refused(plugged) == ["VDI_IN_USE", stage.ref("VDI", "mail root"), "resize"]

    play(TEXT, act)


def test_of_a_snapshot_the_map_of_changes_can_remain_alone() -> None:
    async def act(stage: Stage) -> None:
        root = stage.ref("VDI", "mail root")
        snapshot = await stage.call("VDI.snapshot", root, {})
        assert await refused(stage.call("VDI.data_destroy", root)) == [
            "OPERATION_NOT_ALLOWED",
            f"VDI is not a snapshot: {root}",
        ]
        later = await stage.call("VDI.snapshot", root, {})
        changed = await stage.call("VDI.list_changed_blocks", snapshot, later)
        size = stage.lab.db.get("VDI", root)["virtual_size"]
        assert len(base64.b64decode(changed)) == size // (64 * 1024) // 8
        alone = await refused(stage.call("VDI.list_changed_blocks", snapshot, snapshot))
        assert alone[:3] == ["SR_BACKEND_FAILURE_460", "", "Failed to calculate changed blocks for given VDIs."]
        await stage.call("VDI.data_destroy", snapshot)
        assert stage.lab.db.get("VDI", snapshot)["type"] == "cbt_metadata"
        copy = stage.call("VDI.copy", snapshot, stage.ref("SR", "store"), NULL, NULL)
        assert await refused(copy) == ["VDI_INCOMPATIBLE_TYPE", snapshot, "cbt_metadata"]

    play(TEXT, act)


def test_a_forgotten_disk_is_found_by_its_location() -> None:
    async def act(stage: Stage) -> None:
        sr = stage.ref("SR", "store")
        for sm in stage.lab.db.find("SM", type="nfs"):
            features = {**stage.lab.db.get("SM", sm)["features"], "VDI_INTRODUCE": 1}
            stage.lab.db.update("SM", sm, features=features)
        vdi = await stage.call("VDI.create", disk(stage))
        record = dict(stage.lab.db.get("VDI", vdi))
        await stage.call("VDI.forget", vdi)
        place = record["location"]
        given = [
            "",
            "",
            sr,
            "user",
            False,
            False,
            {},
            place,
            {},
            {},
            True,
            0,
            0,
            NULL,
            False,
            "19700101T00:00:00Z",
            NULL,
        ]
        found = await stage.call("VDI.introduce", record["uuid"], *given)
        assert stage.lab.db.get("VDI", found)["virtual_size"] == record["virtual_size"]
        again = stage.call("VDI.introduce", stage.lab.db.new_uuid(), *given)
        assert await refused(again) == ["LOCATION_NOT_UNIQUE", sr, place]

    play(TEXT, act)


def test_boot_settings_need_a_stopped_guest() -> None:
    async def act(stage: Stage) -> None:
        error = ["VM_BAD_POWER_STATE", stage.vm("mail"), "halted", "running"]
        assert await refused(stage.call("VDI.set_on_boot", stage.ref("VDI", "mail root"), "reset")) == error
        assert await refused(stage.call("VDI.set_allow_caching", stage.ref("VDI", "mail root"), True)) == error
        await stage.call("VDI.set_on_boot", stage.ref("VDI", "cold old"), "reset")

    play(TEXT, act)


def create(stage: Stage, kind: str, config: dict[str, str], shared: bool = False) -> Any:
    return stage.call("SR.create", stage.host("north"), config, 0, "new", "", kind, "user", shared, {})


def test_a_file_sr_needs_a_directory_of_its_own() -> None:
    async def act(stage: Stage) -> None:
        missing = ["SR_BACKEND_FAILURE_94", "", "The request is missing the location parameter", ""]
        assert await refused(create(stage, "file", {})) == missing
        taken = ["SR_BACKEND_FAILURE_61", "", "File SR creation error", ""]
        assert await refused(create(stage, "file", {"location": "/var/opt"})) == taken
        assert await refused(create(stage, "file", {"location": "/no/such/place"})) == taken
        sr = await create(stage, "file", {"location": "/var/opt/disks"})
        assert "dirty" in stage.lab.db.get("SR", sr)["other_config"]
        await stage.call("SR.scan", sr)
        assert "dirty" not in stage.lab.db.get("SR", sr)["other_config"]

    play(TEXT, act)


@pytest.mark.parametrize(
    ("kind", "config", "code"),
    [
        ("ext", {}, "SR_BACKEND_FAILURE_90"),
        ("lvmoiscsi", {}, "SR_BACKEND_FAILURE_95"),
        ("lvmoiscsi", {"target": "192.0.2.9"}, "SR_BACKEND_FAILURE_96"),
        ("lvmohba", {}, "SR_BACKEND_FAILURE_107"),
        ("iso", {"location": "nowhere", "type": "nfs_iso"}, "SR_BACKEND_FAILURE_225"),
        ("iso", {"location": "//s/x", "type": "cifs", "vers": "2.0"}, "SR_BACKEND_FAILURE_227"),
        ("iso", {"location": "nas:/srv", "nfsversion": "5"}, "SR_BACKEND_FAILURE_1200"),
    ],
)
def test_each_driver_names_what_it_misses(kind: str, config: dict[str, str], code: str) -> None:
    async def act(stage: Stage) -> None:
        assert (await refused(create(stage, kind, config)))[0] == code

    play(TEXT, act)


def test_a_mount_that_a_firewall_drops_and_one_that_is_in_use() -> None:
    async def act(stage: Stage) -> None:
        nas = stage.lab.world.servers["nas"]
        nas.unmountable.add(stage.host("north"))
        config = {"server": "nas", "serverpath": "/srv"}
        text = "NFS mount error [opterr=mount failed on server `nas` with return code 110]"
        assert await refused(create(stage, "nfs", config)) == ["SR_BACKEND_FAILURE_73", "", text, ""]
        nas.unmountable.clear()
        nas.exports["/srv"].errno = 122
        text = "NFS SR creation error [opterr=remote directory creation error is 122]"
        assert await refused(create(stage, "nfs", config)) == ["SR_BACKEND_FAILURE_88", "", text, ""]
        nas.exports["/srv"].errno = 0
        sr = await create(stage, "nfs", config)
        (pbd,) = stage.lab.db.get("SR", sr)["PBDs"]
        stage.lab.world.dom0[stage.host("north")].busy_mounts = True
        text = "NFS unmount error [opterr=umount failed with return code 32]"
        assert await refused(stage.call("PBD.unplug", pbd)) == ["SR_BACKEND_FAILURE_74", "", text, ""]

    play(TEXT, act)


def test_what_an_sr_can_serve() -> None:
    async def act(stage: Stage) -> None:
        sr = stage.ref("SR", "store")
        await stage.call("SR.assert_can_host_ha_statefile", sr)
        no_metadata = stage.call("SR.assert_supports_database_replication", sr)
        assert await refused(no_metadata) == ["SR_OPERATION_NOT_SUPPORTED", sr]
        stage.lab.db.update("SR", sr, physical_utilisation=stage.lab.db.get("SR", sr)["physical_size"])
        full = stage.call("SR.assert_can_host_ha_statefile", sr)
        assert await refused(full) == ["SR_SOURCE_SPACE_INSUFFICIENT", sr]
        pbd = next(pbd for pbd in stage.lab.db.get("SR", sr)["PBDs"])
        stage.lab.db.update("PBD", pbd, currently_attached=False)
        assert await refused(stage.call("SR.assert_can_host_ha_statefile", sr)) == ["SR_HAS_NO_PBDS", sr]
        for each in stage.lab.db.get("SR", sr)["PBDs"]:
            stage.lab.db.update("PBD", each, currently_attached=False)
        assert await refused(stage.call("SR.set_name_label", sr, "x")) == ["SR_HAS_NO_PBDS", sr]
        made = stage.call("SR.make", stage.host("north"), {}, 0, "", "", "nfs", "user", {})
        assert await refused(made) == ["MESSAGE_DEPRECATED"]

    play(TEXT, act)


@pytest.mark.parametrize(("sm", "code"), [("2.30.8", "103"), ("3.2.12", "73"), ("4.1.12", "73")])
def test_old_drivers_take_only_plain_paths(sm: str, code: str) -> None:
    async def act(stage: Stage) -> None:
        config = {"server": "nas", "serverpath": "/srv/with space"}
        error = await refused(create(stage, "nfs", config, shared=True))
        assert error[0] == f"SR_BACKEND_FAILURE_{code}"

    play(TEXT.replace("host north", f"host north sm={sm}"), act)
