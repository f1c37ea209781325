"""Updates on disks, as hosts before repositories know them, and the calls old clients make for them."""

from __future__ import annotations

from typing import Any

from stage import Stage, play, refused

PAIR = """
host north memory=64GiB
host south memory=64GiB
sr pool-disks nfs default
"""
UUID = "12acfd0a-0246-4fa7-ba00-2d0e474b3650"
XML = f"""<update name-label="XS82E001" uuid="{UUID}" version="1.0" key="k" installation-size="1024"
 after-apply-guidance="restartHost"><name-description>A fix</name-description></update>"""


async def disk(stage: Stage, text: str | None) -> str:
    kept = {} if text is None else {"update.xml": text}
    record = {"SR": stage.ref("SR", "pool-disks"), "virtual_size": 2**30, "type": "user", "sharable": False,
              "read_only": False, "other_config": kept, "name_label": "update"}  # fmt: skip
    return str(await stage.call("VDI.create", record))


def test_an_update_is_applied_to_the_pool_and_asks_for_a_reboot() -> None:
    async def scene(stage: Stage) -> list[Any]:
        vdi, south = await disk(stage, XML), stage.host("south")
        update = await stage.call("pool_update.introduce", vdi)
        (patch,) = stage.lab.db.all("pool_patch")
        checked = await stage.call("pool_update.precheck", update, south)
        await stage.call("pool_update.pool_apply", update)
        found = [
            await refused(stage.call("pool_update.pool_apply", update)),
            await refused(stage.call("pool_patch.apply", patch, south)),
            await refused(stage.call("pool_update.destroy", update)),
        ]
        waits = [host["updates_requiring_reboot"] == [update] for host in stage.lab.db.all("host").values()]
        await stage.lab.crash(south)
        stage.lab.revive(south)
        done = stage.lab.db.get("host", south)
        await stage.call("pool_patch.pool_clean", patch)
        return [update, stage.lab.db.get("pool_patch", patch), checked, found, waits, done["updates_requiring_reboot"],
                done["updates"] == [update], len(done["patches"]), stage.lab.db.exists("VDI", vdi)]  # fmt: skip

    _, (update, patch, checked, found, waits, after, applied, patches, disk_left) = play(PAIR, scene)
    assert (patch["uuid"], patch["name_label"]) == ("12acfd0a-0000-0000-ba00-2d0e474b3650", "XS82E001")
    assert checked == "ok"
    assert found == [["UPDATE_ALREADY_APPLIED_IN_POOL", update], ["UPDATE_ALREADY_APPLIED", update],
                     ["UPDATE_IS_APPLIED"]]  # fmt: skip
    assert waits == [True, True]
    assert (after, applied, patches, disk_left) == ([], True, 1, False)


def test_a_disk_that_holds_no_update_is_refused() -> None:
    async def scene(stage: Stage) -> list[list[str]]:
        texts = (None, "<update/>", XML.replace(' version="1.0"', ""), "not xml", "<!DOCTYPE x []><update/>")
        found = [await refused(stage.call("pool_update.introduce", await disk(stage, text))) for text in texts]
        await stage.call("pool_update.introduce", await disk(stage, XML))
        return [*found, await refused(stage.call("pool_update.introduce", await disk(stage, XML)))]

    _, found = play(PAIR, scene)
    assert found == [
        ["INVALID_UPDATE", "Please upload a valid package."],
        ["INVALID_UPDATE", "missing <uuid> in update.xml"],
        ["INVALID_UPDATE", "missing <version> in update.xml"],
        ["INVALID_UPDATE", "missing update document (update.xml) in the package."],
        ["INVALID_UPDATE", "missing update document (update.xml) in the package."],
        ["UPDATE_ALREADY_EXISTS", UUID],
    ]


def test_an_update_whose_disk_is_gone_fails_on_every_host() -> None:
    async def scene(stage: Stage) -> tuple[list[str], list[str], list[str]]:
        update = await stage.call("pool_update.introduce", await disk(stage, XML))
        await stage.call("pool_update.pool_clean", update)
        lost = await refused(stage.call("pool_update.apply", update, stage.host("north")))
        both = await refused(stage.call("pool_update.pool_apply", update))
        await stage.call("pool_update.destroy", update)
        return lost, both, [*stage.lab.db.all("pool_patch"), *stage.lab.db.all("pool_update")]

    stage, (lost, both, left) = play(PAIR, scene)
    assert lost == ["CANNOT_FIND_UPDATE"]
    assert both == ["UPDATE_POOL_APPLY_FAILED", *sorted(stage.lab.db.all("host"), reverse=True)]
    assert left == []
