"""host.enable, and a host that enables itself: what stands against it."""

from __future__ import annotations

import asyncio

from stage import PAIR, Stage, play, refused


def enabled(stage: Stage, host: str) -> bool:
    return bool(stage.lab.db.get("host", stage.host(host))["enabled"])


def test_any_mandatory_guidance_keeps_a_host_disabled() -> None:
    async def scene(stage: Stage) -> list[str]:
        south = stage.host("south")
        await stage.call("host.disable", south)
        stage.lab.db.update("host", south, pending_guidances=["reboot_host_on_livepatch_failure"])
        return await refused(stage.call("host.enable", south))

    stage, error = play(PAIR, scene)
    assert error == ["HOST_PENDING_MANDATORY_GUIDANCE_NOT_EMPTY", stage.host("south")]


def test_a_toolstack_that_has_just_started_is_not_asked() -> None:
    async def scene(stage: Stage) -> None:
        south = stage.host("south")
        stage.lab.restart_toolstack(south)
        while enabled(stage, "south"):  # noqa: ASYNC110 (a client polls)
            await asyncio.sleep(0.1)
        assert await refused(stage.call("host.enable", south)) == ["HOST_STILL_BOOTING"]
        await asyncio.sleep(3)
        assert enabled(stage, "south")

    play(PAIR, scene)


def test_a_restart_enables_no_host_that_has_guidance_or_whose_storage_ha_misses() -> None:
    async def scene(stage: Stage) -> list[bool]:
        db, south = stage.lab.db, stage.host("south")
        seen = []
        for guidance, ha in ((["reboot_host"], False), ([], True)):
            db.update("host", south, pending_guidances=guidance)
            db.update("pool", next(iter(db.all("pool"))), ha_enabled=ha)
            if ha:
                db.update("PBD", db.get("host", south)["PBDs"][0], currently_attached=False)
            stage.lab.restart_toolstack(south)
            await asyncio.sleep(20)
            seen.append(enabled(stage, "south"))
            db.update("pool", next(iter(db.all("pool"))), ha_enabled=False)
            db.update("host", south, enabled=True)
        return seen

    assert play(PAIR, scene)[1] == [False, False]


def test_ha_wants_the_storage_of_protected_guests_plugged_first() -> None:
    async def scene(stage: Stage) -> None:
        db, south, sr = stage.lab.db, stage.host("south"), stage.ref("SR", "pool-disks")
        await stage.call("host.disable", south)
        (pbd,) = [pbd for pbd in db.get("SR", sr)["PBDs"] if db.get("PBD", pbd)["host"] == south]
        db.update("PBD", pbd, currently_attached=False)
        db.update("VM", stage.vm("mail"), ha_always_run=True, ha_restart_priority="restart")
        pool = next(iter(db.all("pool")))
        db.update("pool", pool, ha_enabled=True, ha_overcommitted=True, ha_plan_exists_for=0)
        assert await refused(stage.call("host.enable", south)) == ["HA_CONSTRAINT_VIOLATION_SR_NOT_SHARED", sr]
        db.update("PBD", pbd, currently_attached=True)
        await stage.call("host.enable", south)
        assert db.get("pool", pool)["ha_overcommitted"], "the coordinator looks a while later"
        await asyncio.sleep(21)
        assert not db.get("pool", pool)["ha_overcommitted"]

    play(PAIR, scene)
