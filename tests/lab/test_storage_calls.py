"""What XAPI itself does around an SR's driver: passwords kept as secrets, who may plug, who may not unplug."""

from __future__ import annotations

from stage import PAIR, Stage, play, refused

CONFIG = {"server": r"\\nas\share", "cifspassword": "hidden"}


def pbd_record(stage: Stage, sr: str, host: str) -> dict[str, object]:
    return {"host": stage.host(host), "SR": sr, "device_config": CONFIG, "other_config": {"mine": "yes"}}


async def introduced(stage: Stage, *, shared: bool = True) -> str:
    return str(await stage.call("SR.introduce", "", "share", "", "nfs", "user", shared, {}))


def test_a_password_becomes_a_secret_of_the_pbds_own_that_goes_with_it() -> None:
    async def scene(stage: Stage) -> None:
        sr = await introduced(stage)
        pbd = await stage.call("PBD.create", pbd_record(stage, sr, "north"))
        record = stage.lab.db.get("PBD", pbd)
        assert record["other_config"] == {}, "XAPI takes none along"
        assert record["device_config"].keys() == {"server", "cifspassword_secret"}
        assert len(stage.lab.db.find("secret", value="hidden")) == 2
        (kept,) = stage.lab.db.find("secret", uuid=record["device_config"]["cifspassword_secret"])
        assert stage.lab.db.get("secret", kept)["value"] == "hidden"
        await stage.call("PBD.destroy", pbd)
        assert not stage.lab.db.exists("secret", kept)
        assert len(stage.lab.db.find("secret", value="hidden")) == 1, "the one that was moved stays, as in XAPI"

    play(PAIR, scene)


def test_a_secret_that_does_not_exist_makes_no_pbd() -> None:
    async def scene(stage: Stage) -> list[str]:
        record = {**pbd_record(stage, await introduced(stage), "north"), "device_config": {"password_secret": "none"}}
        return await refused(stage.call("PBD.create", record))

    assert play(PAIR, scene)[1] == ["UUID_INVALID", "secret", "none"]


def test_only_a_driver_may_change_a_configuration() -> None:
    async def scene(stage: Stage) -> list[str]:
        pbd = next(iter(stage.lab.db.all("PBD")))
        return await refused(stage.call("PBD.set_device_config", pbd, {}))

    assert play(PAIR, scene)[1] == ["PERMISSION_DENIED", ""]


def test_an_sr_that_is_not_shared_is_plugged_on_one_host_at_a_time() -> None:
    async def scene(stage: Stage) -> list[str]:
        sr = stage.ref("SR", "other-disks")
        plugged = {stage.lab.db.get("PBD", pbd)["host"]: pbd for pbd in stage.lab.db.get("SR", sr)["PBDs"]}
        north, south = (plugged[stage.host(name)] for name in ("north", "south"))
        await stage.call("PBD.unplug", south)
        stage.lab.db.update("SR", sr, shared=False)
        assert await refused(stage.call("PBD.plug", south)) == ["SR_NOT_SHARABLE", sr, stage.host("north")]
        uuids = [stage.lab.db.get("PBD", pbd)["uuid"] for pbd in stage.lab.db.get("SR", sr)["PBDs"]]
        assert await refused(stage.call("PBD.unplug", north)) == ["SR_HAS_MULTIPLE_PBDS", *uuids]
        stage.lab.db.update("PBD", north, currently_attached=False)
        await stage.call("PBD.plug", south)
        assert stage.lab.db.get("PBD", south)["currently_attached"]
        return []

    play(PAIR, scene)


def test_ha_keeps_what_protected_guests_and_itself_need() -> None:
    async def scene(stage: Stage) -> None:
        db, sr = stage.lab.db, stage.ref("SR", "pool-disks")
        pbd = next(ref for ref in db.get("SR", sr)["PBDs"] if db.get("PBD", ref)["host"] == stage.host("south"))
        pool = next(iter(db.all("pool")))
        db.update("VM", stage.vm("mail"), ha_always_run=True, ha_restart_priority="restart")
        db.update("pool", pool, ha_enabled=True)
        assert await refused(stage.call("PBD.unplug", pbd)) == ["HA_CONSTRAINT_VIOLATION_SR_NOT_SHARED", sr]
        db.update("pool", pool, ha_allow_overcommit=True, ha_statefiles=[db.get("SR", sr)["VDIs"][0]])
        assert await refused(stage.call("PBD.unplug", pbd)) == ["HA_IS_ENABLED"]
        db.update("pool", pool, ha_enabled=False)
        assert (await refused(stage.call("PBD.unplug", pbd)))[0] == "VDI_IN_USE"

    play(PAIR, scene)
