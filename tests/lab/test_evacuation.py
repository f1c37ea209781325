"""Emptying a host, and taking it down, with everything that goes wrong there."""

from __future__ import annotations

import asyncio
from typing import Any

from stage import PAIR, Stage, play, refused

FULL = "host north memory=128GiB\nhost south memory=128GiB\nsr d nfs default\n" + "".join(
    f"guest g{n} on=north memory={n + 1}GiB\n  disk root\n" for n in range(6)
)


def test_a_host_is_emptied_in_a_sliding_window() -> None:
    async def scene(stage: Stage) -> tuple[int, list[float], tuple[str, list[str]]]:
        task = await stage.start("host.evacuate", stage.host("north"), "OpaqueRef:NULL", 2)
        most, shown = 0, set()
        while stage.lab.db.get("task", task)["status"] == "pending":
            record = stage.lab.db.get("task", task)
            most = max(most, len(record["subtasks"]))
            shown.add(record["progress"])
            await asyncio.sleep(0.1)
        return most, sorted(shown), await stage.outcome(task)

    stage, (most, shown, outcome) = play(FULL, scene)
    assert outcome == ("success", [])
    assert most == 2
    assert shown == [n / 6 for n in range(6)]
    assert {stage.home(f"g{n}") for n in range(6)} == {"south"}
    assert stage.lab.db.get("host", stage.host("north"))["enabled"], "evacuate does not disable"


def test_one_guest_that_cannot_leave_keeps_all() -> None:
    async def scene(stage: Stage) -> list[Any]:
        await stage.call("VM.add_to_blocked_operations", stage.vm("g3"), "pool_migrate", "no")
        north = stage.host("north")
        return [
            await stage.call("host.get_vms_which_prevent_evacuation", north),
            await refused(stage.call("host.assert_can_evacuate", north)),
            await refused(stage.call("host.evacuate", north)),
        ]

    stage, (prevent, asserted, evacuated) = play(FULL, scene)
    blocked = ["OPERATION_BLOCKED", stage.vm("g3"), "no"]
    assert prevent == {stage.vm("g3"): blocked}
    assert asserted == ["CANNOT_EVACUATE_HOST", ",".join(blocked)]
    assert evacuated == blocked
    assert stage.lab.history.moves == []


def test_it_fails_half_way_and_what_is_under_way_goes_on() -> None:
    """The only target is disabled in the middle: the next guest is refused there, the others still arrive."""

    async def scene(stage: Stage) -> tuple[str, list[str]]:
        task = await stage.start("host.evacuate", stage.host("north"), "OpaqueRef:NULL", 2)
        await asyncio.sleep(1)
        await stage.call("host.disable", stage.host("south"))
        outcome = await stage.outcome(task)
        assert any(not move.outcome for move in stage.lab.history.moves), "the other of the two is still under way"
        return outcome

    stage, outcome = play(FULL, scene)
    assert outcome == ("failure", ["HOST_DISABLED", stage.host("south")])
    arrived = [n for n in range(6) if stage.home(f"g{n}") == "south"]
    assert len(arrived) == 2
    assert not any(stage.lab.history.stopped(stage.vm(f"g{n}")) for n in range(6))


def test_cancelling_has_no_effect() -> None:
    async def scene(stage: Stage) -> tuple[str, list[str]]:
        task = await stage.start("host.evacuate", stage.host("north"))
        await asyncio.sleep(2)
        await stage.call("task.cancel", task)
        return await stage.outcome(task)

    stage, outcome = play(FULL, scene)
    assert outcome == ("success", [])
    assert {stage.home(f"g{n}") for n in range(6)} == {"south"}


def test_a_guest_that_stops_by_itself_meanwhile_does_not_matter() -> None:
    async def scene(stage: Stage) -> tuple[str, list[str]]:
        task = await stage.start("host.evacuate", stage.host("north"), "OpaqueRef:NULL", 1)
        await asyncio.sleep(1)
        last = stage.guest("g5")["name_label"]
        names = [f"g{n}" for n in range(6) if not stage.guest(f"g{n}")["current_operations"]]
        await stage.call("VM.hard_shutdown", stage.vm(names[-1] if last not in names else last))
        return await stage.outcome(task)

    _, outcome = play(FULL, scene)
    assert outcome == ("success", [])


def test_what_conflicts_with_an_evacuation() -> None:
    """Recorded: start_on, a migration to the host and a second evacuation fail at once."""

    async def scene(stage: Stage) -> list[list[str]]:
        north = stage.host("north")
        task = await stage.start("host.evacuate", north)
        await asyncio.sleep(1)
        menu = stage.lab.db.get("host", north)["allowed_operations"]
        assert {"vm_start", "evacuate"} <= set(menu)
        assert not {"provision", "vm_resume", "vm_migrate"} & set(menu)
        begin = asyncio.get_running_loop().time()
        errors = [
            await refused(stage.call("VM.start_on", stage.vm("halted"), north, False, False)),
            await refused(stage.call("VM.pool_migrate", stage.vm("other"), north, {})),
            await refused(stage.call("host.evacuate", north)),
        ]
        assert asyncio.get_running_loop().time() == begin
        await stage.outcome(task)
        return [*errors, [task]]

    extra = "guest halted on=north memory=1GiB halted\n  disk root\nguest other on=south memory=1GiB\n  disk root\n"
    stage, (start, migrate, second, (task,)) = play(FULL + extra, scene)
    north = stage.host("north")
    assert start == ["HOST_EVACUATE_IN_PROGRESS", north]
    assert migrate == ["OTHER_OPERATION_IN_PROGRESS", "host", north, "evacuate", task]
    assert second[:2] == ["OTHER_OPERATION_IN_PROGRESS", "VM"]
    assert second[3] == "pool_migrate"


def test_a_reboot_needs_a_disabled_host_and_takes_its_guests_down() -> None:
    async def scene(stage: Stage) -> list[Any]:
        south = stage.host("south")
        refusal = await refused(stage.call("host.reboot", south))
        await stage.call("host.disable", south)
        await stage.call("host.reboot", south)
        seen: list[Any] = [refusal, list(stage.lab.db.get("host", south)["current_operations"].values())]
        for seconds in (10, 5, 150):
            await asyncio.sleep(seconds)
            record = stage.lab.db.get("host", south)
            seen.append((stage.lab.toolstacks.answers(south), record["enabled"], stage.guest("build")["power_state"]))
        return seen

    _, seen = play(PAIR, scene)
    assert seen == [
        ["HOST_NOT_DISABLED"],
        ["shutdown"],
        (True, False, "Running"),
        (False, False, "Running"),
        (True, True, "Halted"),
    ]


def test_an_evacuated_host_reboots_without_a_guest_stopping() -> None:
    async def scene(stage: Stage) -> None:
        south = stage.host("south")
        await stage.call("host.disable", south)
        await stage.call("host.evacuate", south)
        await stage.call("host.reboot", south)
        await asyncio.sleep(200)
        await stage.call("VM.pool_migrate", stage.vm("build"), south, {})

    stage, _ = play(PAIR, scene)
    assert stage.home("build") == "south"
    assert not any(stage.lab.history.stopped(stage.vm(name)) for name in ("mail", "wiki", "build"))
