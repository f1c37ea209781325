"""Guests under way: what it takes, who shares the wire, what a client sees, what breaks it off."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from stage import PAIR, Stage, play, refused

from xenferry.lab.motion.live import STREAM_MAX, SWITCH_S

GIB = 2**30


def test_a_guest_moves_without_stopping() -> None:
    async def scene(stage: Stage) -> tuple[str, list[str]]:
        return await stage.outcome(await stage.migrate("mail", "south"))

    stage, outcome = play(PAIR, scene)
    assert outcome == ("success", [])
    assert stage.home("mail") == "south"
    assert not stage.lab.history.stopped(stage.vm("mail"))
    assert SWITCH_S <= stage.lab.history.longest_pause_s(stage.vm("mail")) < 0.5
    (move,) = stage.lab.history.moves
    assert move.end is not None
    assert 8 * GIB / STREAM_MAX < move.end - move.begin < 1.2 * 8 * GIB / STREAM_MAX
    (message,) = stage.lab.db.all("message").values()
    assert message["name"] == "VM_MIGRATED"
    assert message["body"].startswith("VM 'mail' (uuid: ")


def test_the_order_of_what_a_client_sees() -> None:
    """Recorded: progress 1.0 while pending; resident_on and the schedule change together; the operation goes last."""

    async def scene(stage: Stage) -> list[tuple[Any, ...]]:
        task = await stage.migrate("mail", "south")
        seen: list[tuple[Any, ...]] = []
        while True:
            vm, record = stage.guest("mail"), stage.lab.db.get("task", task)
            here = stage.lab.db.get("host", vm["resident_on"])["name_label"]
            busy = list(vm["current_operations"].values())
            target = stage.lab.db.get("host", stage.host("south"))
            state = (here, vm["scheduled_to_be_resident_on"] != "OpaqueRef:NULL", busy, record["allowed_operations"],
                     list(target["current_operations"].values()))  # fmt: skip
            if not seen or seen[-1] != state:
                seen.append(state)
            if record["status"] != "pending":
                return seen
            await asyncio.sleep(0.01)

    _, seen = play(PAIR, scene)
    assert seen[-4:] == [
        ("north", True, ["pool_migrate"], ["cancel"], ["vm_migrate"]),
        ("north", True, ["pool_migrate"], [], ["vm_migrate"]),
        ("south", False, ["pool_migrate"], [], ["vm_migrate"]),
        ("south", False, [], [], []),
    ]


def test_during_a_migration_only_force_is_on_the_menu() -> None:
    async def scene(stage: Stage) -> tuple[list[str], list[str]]:
        await stage.migrate("mail", "south")
        await asyncio.sleep(5)
        return stage.guest("mail")["allowed_operations"], stage.lab.db.get("host", stage.host("south"))[
            "allowed_operations"
        ]

    _, (guest, target) = play(PAIR, scene)
    assert guest == ["hard_reboot", "hard_shutdown"]
    assert "evacuate" not in target


def test_many_guests_share_the_link_and_four_go_at_a_time() -> None:
    guests = "".join(f"guest g{n} on=north memory=2GiB\n  disk root\n" for n in range(8))
    text = f"host north memory=64GiB\n  nic eth0 speed=1000\nhost south memory=64GiB\nsr d nfs default\n{guests}"

    async def scene(stage: Stage) -> None:
        tasks = [await stage.migrate(f"g{n}", "south") for n in range(8)]
        await asyncio.sleep(20)
        moving = [move for move in stage.lab.history.moves if move.memory_bytes or move.rounds or not move.outcome]
        assert len(moving) == 8
        for task in tasks:
            assert (await stage.outcome(task))[0] == "success"

    stage, _ = play(text, scene)
    ends = sorted(move.end for move in stage.lab.history.moves if move.end is not None)
    link = 1e9 / 8 * 0.94
    assert ends[-1] >= 16 * GIB / link, "the link cannot carry more than it can"
    assert ends[-1] < 1.3 * 16 * GIB / link
    assert ends[3] < 0.6 * ends[-1], "the first four go first"


def test_a_busy_guest_is_paused_long_after_the_last_round() -> None:
    async def scene(stage: Stage) -> tuple[str, list[str]]:
        return await stage.outcome(await stage.migrate("mail", "south"))

    text = PAIR.replace("guest mail on=north memory=8GiB", "guest mail on=north memory=8GiB dirty=900MiB/s")
    stage, outcome = play(text, scene)
    assert outcome[0] == "success"
    assert stage.lab.history.moves[0].rounds == 5
    assert stage.lab.history.longest_pause_s(stage.vm("mail")) > 20


def test_a_cancelled_migration_leaves_the_guest_where_it_is() -> None:
    async def scene(stage: Stage) -> tuple[str, list[str]]:
        task = await stage.migrate("mail", "south")
        await asyncio.sleep(10)
        stage.lab.tasks.cancel(task)
        return await stage.outcome(task)

    stage, outcome = play(PAIR, scene)
    assert outcome == ("cancelled", [])
    assert stage.home("mail") == "north"
    assert not stage.lab.history.stopped(stage.vm("mail"))
    assert stage.guest("mail")["scheduled_to_be_resident_on"] == "OpaqueRef:NULL"
    assert stage.lab.db.get("host", stage.host("south"))["current_operations"] == {}


def test_a_second_migration_waits_and_then_runs() -> None:
    async def scene(stage: Stage) -> list[tuple[str, list[str]]]:
        first = await stage.migrate("mail", "south")
        second = await stage.migrate("mail", "north")
        return [await stage.outcome(first), await stage.outcome(second)]

    stage, outcomes = play(PAIR, scene)
    assert outcomes == [("success", []), ("success", [])]
    assert stage.home("mail") == "north"
    assert len(stage.lab.history.moves) == 2


def test_hard_shutdown_breaks_a_migration_off() -> None:
    async def scene(stage: Stage) -> tuple[str, list[str]]:
        task = await stage.migrate("mail", "south")
        await asyncio.sleep(5)
        await stage.call("VM.hard_shutdown", stage.vm("mail"))
        return await stage.outcome(task)

    stage, outcome = play(PAIR, scene)
    assert outcome == ("cancelled", [])
    assert stage.guest("mail")["power_state"] == "Halted"
    assert stage.lab.history.where(stage.vm("mail")) == []


def test_memory_is_kept_for_a_guest_under_way() -> None:
    text = """
host north memory=64GiB
host south memory=24GiB
sr d nfs default
guest a on=north memory=12GiB
  disk root
guest b on=north memory=12GiB
  disk root
"""

    async def scene(stage: Stage) -> tuple[list[str], tuple[str, list[str]]]:
        first = await stage.migrate("a", "south")
        await asyncio.sleep(1)
        error = await refused(stage.call("VM.pool_migrate", stage.vm("b"), stage.host("south"), {}))
        return error, await stage.outcome(first)

    stage, (error, first) = play(text, scene)
    assert error[0] == "HOST_NOT_ENOUGH_FREE_MEMORY"
    assert int(error[1]) > int(error[2])
    assert first == ("success", [])
    assert (stage.home("a"), stage.home("b")) == ("south", "north")


def test_the_target_dies_on_the_way() -> None:
    async def scene(stage: Stage) -> tuple[str, list[str]]:
        task = await stage.migrate("mail", "south")
        await asyncio.sleep(5)
        await stage.lab.crash(stage.host("south"))
        return await stage.outcome(task)

    stage, (status, error) = play(PAIR, scene)
    assert (status, error[0]) == ("failure", "INTERNAL_ERROR")
    assert stage.home("mail") == "north"
    assert stage.guest("mail")["power_state"] == "Running"
    assert stage.lab.history.where(stage.vm("build")) == []
    assert stage.guest("build")["power_state"] == "Running", "XAPI does not know yet"


def test_a_dead_host_is_believed_in_for_ten_minutes_and_boots_empty() -> None:
    async def scene(stage: Stage) -> list[Any]:
        south = stage.host("south")
        metrics = stage.lab.db.get("host", south)["metrics"]
        await stage.lab.crash(south)
        seen = []
        for seconds in (590, 20):
            await asyncio.sleep(seconds)
            seen.append(stage.lab.db.get("host_metrics", metrics)["live"])
        error = await refused(stage.call("VM.pool_migrate", stage.vm("mail"), south, {}))
        stage.lab.revive(south)
        await asyncio.sleep(5)
        return [*seen, error, stage.lab.db.get("host_metrics", metrics)["live"], stage.guest("build")["power_state"]]

    _, seen = play(PAIR, scene)
    assert seen == [True, False, ["HOST_NOT_LIVE"], True, "Halted"]


def test_a_toolstack_restart_loses_the_task_but_not_the_guest() -> None:
    async def scene(stage: Stage) -> bool:
        task = await stage.start("VM.pool_migrate", stage.vm("build"), stage.host("north"), {})
        await asyncio.sleep(3)
        stage.lab.restart_toolstack(stage.host("south"))
        await asyncio.sleep(10)
        return stage.lab.db.exists("task", task)

    stage, exists = play(PAIR, scene)
    assert not exists
    assert stage.home("build") == "south"
    assert stage.guest("build")["current_operations"] == {}
    assert stage.lab.db.get("host", stage.host("north"))["current_operations"] == {}


def test_disks_go_along_and_the_fourth_is_refused() -> None:
    guests = "".join(f"guest g{n} on=north memory=1GiB\n  disk root size=20GiB\n" for n in range(4))
    text = f"host north memory=64GiB\nhost south memory=64GiB\nsr old nfs default\nsr new nfs\n{guests}"

    async def scene(stage: Stage) -> list[tuple[str, list[str]]]:
        network = stage.lab.db.get("PIF", stage.lab.db.find("PIF", management=True)[0])["network"]
        dest = await stage.call("host.migrate_receive", stage.host("south"), network, {})
        tasks = []
        for n in range(4):
            vdis = [stage.lab.db.get("VBD", vbd)["VDI"] for vbd in stage.guest(f"g{n}")["VBDs"]]
            vdi_map = dict.fromkeys(vdis, stage.ref("SR", "new"))
            tasks.append(await stage.start("VM.migrate_send", stage.vm(f"g{n}"), dest, True, vdi_map, {}, {}))
        return [await stage.outcome(task) for task in tasks]

    stage, outcomes = play(text, scene)
    assert sorted(outcomes) == [("failure", ["TOO_MANY_STORAGE_MIGRATES", "3"]), *[("success", [])] * 3]
    moved = [n for n in range(4) if stage.home(f"g{n}") == "south"]
    assert len(moved) == 3
    for n in moved:
        (vbd,) = stage.guest(f"g{n}")["VBDs"]
        vdi = stage.lab.db.get("VDI", stage.lab.db.get("VBD", vbd)["VDI"])
        assert stage.lab.db.get("SR", vdi["SR"])["name_label"] == "new"
        assert not stage.lab.history.stopped(stage.vm(f"g{n}"))
    assert len(stage.lab.db.all("VDI")) == len([r for r in stage.lab.db.all("VBD").values() if not r["empty"]]) + len(
        [vdi for vdi in stage.lab.db.all("VDI").values() if not vdi["VBDs"]]
    )


def test_a_disk_alone_goes_to_another_sr() -> None:
    async def scene(stage: Stage) -> tuple[str, str]:
        (vbd,) = stage.guest("mail")["VBDs"]
        old = stage.lab.db.get("VBD", vbd)["VDI"]
        new = await stage.call("VDI.pool_migrate", old, stage.ref("SR", "other-disks"), {})
        assert stage.lab.db.get("VBD", vbd)["VDI"] == new
        return old, new

    stage, (old, new) = play(PAIR, scene)
    assert not stage.lab.db.exists("VDI", old)
    assert stage.lab.db.get("VDI", new)["SR"] == stage.ref("SR", "other-disks")
    assert stage.home("mail") == "north"


@pytest.mark.parametrize("force", ["true", "false"])
def test_a_blocked_guest_stays_whatever_force_says(force: str) -> None:
    async def scene(stage: Stage) -> list[str]:
        await stage.call("VM.add_to_blocked_operations", stage.vm("mail"), "pool_migrate", "licence dongle")
        assert "pool_migrate" not in stage.guest("mail")["allowed_operations"]
        return await refused(stage.call("VM.pool_migrate", stage.vm("mail"), stage.host("south"), {"force": force}))

    stage, error = play(PAIR, scene)
    assert error == ["OPERATION_BLOCKED", stage.vm("mail"), "licence dongle"]
