"""Hosts that are disabled, rebooted, silent, dead: what XAPI says of them and what it refuses."""

from __future__ import annotations

import asyncio
from typing import Any

from stage import PAIR, Stage, play, refused

DEAD = "OpaqueRef:00000000-dead-0000-0000-000000000000"


def test_disabling_and_enabling_twice_is_fine() -> None:
    async def scene(stage: Stage) -> list[bool]:
        seen = []
        for call in ("host.disable", "host.disable", "host.enable", "host.enable"):
            await stage.call(call, stage.host("south"))
            seen.append(stage.lab.db.get("host", stage.host("south"))["enabled"])
        return seen

    _, seen = play(PAIR, scene)
    assert seen == [False, False, True, True]


def test_calls_for_a_host_that_does_not_exist() -> None:
    """Where XAPI reads the host's record first the handle is invalid, where it only forwards the host is offline."""

    async def scene(stage: Stage) -> list[list[str]]:
        calls = ("restart_agent", "disable", "enable", "reboot", "shutdown", "evacuate", "declare_dead", "destroy")
        return [await refused(stage.call(f"host.{name}", DEAD)) for name in calls]

    _, seen = play(PAIR, scene)
    assert seen == [["HOST_OFFLINE", DEAD]] + [["HANDLE_INVALID", "host", DEAD]] * 7


def test_a_rebooting_host_is_busy_under_the_name_of_a_task_that_is_gone() -> None:
    async def scene(stage: Stage) -> list[Any]:
        south = stage.host("south")
        await stage.call("host.disable", south)
        task = await stage.start("host.reboot", south)
        outcome = await stage.outcome(task)
        (mark, operation), *others = stage.lab.db.get("host", south)["current_operations"].items()
        gone = mark != task and not stage.lab.db.exists("task", mark)
        await asyncio.sleep(200)
        after = stage.lab.db.get("host", south)["current_operations"]
        return [outcome, gone, operation, others, after, stage.lab.db.get("task", task)["status"]]

    _, seen = play(PAIR, scene)
    assert seen == [("success", []), True, "shutdown", [], {}, "success"]


def test_a_call_for_a_host_that_boots_waits_and_ends_on_a_task_that_is_gone() -> None:
    """Recorded: the coordinator tries every ten seconds; when the host is back all its tasks are deleted."""

    async def scene(stage: Stage) -> list[Any]:
        south = stage.host("south")
        await stage.lab.toolstacks.stop(south)
        task = await stage.start("host.enable", south)
        waiting = asyncio.ensure_future(refused(stage.call("host.disable", south)))
        await asyncio.sleep(12)
        status = stage.lab.db.get("task", task)["status"]
        stage.lab.toolstacks.start(south)
        await asyncio.sleep(10)
        return [status, stage.lab.db.exists("task", task), (await waiting)[:2]]

    _, seen = play(PAIR, scene)
    assert seen == ["pending", False, ["HANDLE_INVALID", "task"]]


def test_a_host_that_stays_silent_cannot_be_contacted_and_later_counts_as_offline() -> None:
    async def scene(stage: Stage) -> list[Any]:
        south, loop = stage.host("south"), asyncio.get_running_loop()
        await stage.lab.crash(south)
        begin = loop.time()
        first = await refused(stage.call("host.disable", south))
        waited = loop.time() - begin
        await asyncio.sleep(600)
        return [first, round(waited), await refused(stage.call("host.disable", south))]

    stage, seen = play(PAIR, scene)
    south = stage.host("south")
    assert seen == [["CANNOT_CONTACT_HOST", south], 100, ["HOST_OFFLINE", south]]


def test_a_host_that_answers_is_not_declared_dead() -> None:
    async def scene(stage: Stage) -> list[list[str]]:
        hosts = stage.host("south"), stage.host("north")
        return [
            await refused(stage.call(name, host)) for name in ("host.declare_dead", "host.destroy") for host in hosts
        ]

    stage, seen = play(PAIR, scene)
    assert seen == [["HOST_IS_LIVE", stage.host(name)] for name in ("south", "north", "south", "north")]


def test_a_dead_host_is_declared_dead_its_guests_start_elsewhere_and_it_is_destroyed() -> None:
    async def scene(stage: Stage) -> list[Any]:
        south, build = stage.host("south"), stage.vm("build")
        await stage.lab.crash(south)
        seen: list[Any] = [stage.guest("build")["power_state"], await refused(stage.call("host.destroy", south))]
        await stage.call("host.declare_dead", south)
        record = stage.lab.db.get("host", south)
        seen += [
            stage.guest("build")["power_state"],
            record["enabled"],
            record["resident_VMs"] == [record["control_domain"]],
        ]
        await stage.call("VM.start", build, False, False)
        metrics, control = record["metrics"], record["control_domain"]
        await stage.call("host.destroy", south)
        left = [
            cls
            for cls in ("PBD", "PIF", "host_cpu")
            for each in stage.lab.db.all(cls).values()
            if each["host"] == south
        ]
        gone = not stage.lab.db.exists("host_metrics", metrics) and not stage.lab.db.exists("VM", control)
        (pool,) = stage.lab.db.all("pool").values()
        north = stage.lab.db.get("host", stage.host("north"))["cpu_info"]
        return [*seen, left, gone, pool["cpu_info"]["cpu_count"] == north["cpu_count"]]

    stage, seen = play(PAIR, scene)
    south = next(iter(seen[1][1:]))
    assert seen == ["Running", ["HOST_HAS_RESIDENT_VMS", south], "Halted", False, True, [], True, True]
    assert stage.home("build") == "north"


def test_a_reset_power_state_is_only_a_belief() -> None:
    """XAPI then knows nothing of the guest, which still runs: exactly what must be checked before."""

    async def scene(stage: Stage) -> list[str]:
        stage.lab.restart_toolstack(stage.host("south"))
        while stage.lab.toolstacks.answers(stage.host("south")):  # noqa: ASYNC110 (a client polls)
            await asyncio.sleep(0.05)
        await stage.call("VM.power_state_reset", stage.vm("build"))
        return stage.lab.history.where(stage.vm("build"))

    stage, where = play(PAIR, scene)
    assert stage.guest("build")["power_state"] == "Halted"
    assert where == [stage.host("south")]


def test_no_power_state_is_reset_of_a_guest_that_can_be_asked_for() -> None:
    async def scene(stage: Stage) -> list[list[str]]:
        control = stage.lab.db.get("host", stage.host("south"))["control_domain"]
        guests = [stage.vm("wiki"), stage.vm("build"), control]
        return [await refused(stage.call("VM.power_state_reset", vm)) for vm in guests]

    stage, errors = play(PAIR, scene)
    assert errors[:2] == [["DOMAIN_EXISTS", stage.vm("wiki")], ["HOST_IS_LIVE", stage.host("south")]]
    assert errors[2][0] == "CANNOT_RESET_CONTROL_DOMAIN"


def test_a_toolstack_that_comes_back_greets_the_coordinator_and_makes_its_cpus_anew() -> None:
    """Recorded, with the names of the internal tasks."""

    async def scene(stage: Stage) -> list[Any]:
        south, seen = stage.host("south"), []
        before = stage.lab.db.get("host", south)["host_CPUs"]
        numbers = sorted(stage.lab.db.get("host_cpu", ref)["number"] for ref in before)
        started = stage.lab.db.get("host", south)["other_config"]["agent_start_time"]
        stage.lab.restart_toolstack(south)
        for _ in range(200):
            await asyncio.sleep(0.05)
            seen += [task["name_label"] for task in stage.lab.db.all("task").values() if task["name_label"] not in seen]
        after = stage.lab.db.get("host", south)
        fresh = sorted(stage.lab.db.get("host_cpu", ref)["number"] for ref in after["host_CPUs"])
        later = float(after["other_config"]["agent_start_time"]) > float(started)
        return [seen, set(before).isdisjoint(after["host_CPUs"]), fresh == numbers, later, after["enabled"]]

    _, seen = play(PAIR, scene)
    assert seen == [["pool.hello", "dbsync (update_env)", "host.set_license_params"], True, True, True, True]


def test_a_migration_started_while_the_toolstack_restarts_disappears() -> None:
    """Recorded: the task is not a failure, it is gone; the guest stays and can be moved afterwards."""

    async def scene(stage: Stage) -> list[Any]:
        south = stage.host("south")
        await stage.lab.toolstacks.stop(south)
        task = await stage.migrate("build", "north")
        await asyncio.sleep(2)
        busy = stage.guest("build")["scheduled_to_be_resident_on"]
        stage.lab.toolstacks.start(south)
        gone, current = not stage.lab.db.exists("task", task), stage.guest("build")["current_operations"]
        await asyncio.sleep(10)
        after = stage.guest("build")["scheduled_to_be_resident_on"], stage.home("build")
        await stage.call("VM.pool_migrate", stage.vm("build"), stage.host("north"), {})
        return [busy, gone, current, after]

    stage, seen = play(PAIR, scene)
    assert seen == [stage.host("north"), True, {}, ("OpaqueRef:NULL", "south")]
    assert stage.home("build") == "north"


def test_memory_counts_to_the_byte_who_is_there_and_who_is_coming() -> None:
    """Free is what is left when all balloon down, minus what is reserved for guests under way to the host."""

    async def scene(stage: Stage) -> list[int]:
        north = stage.host("north")
        before = await stage.call("host.compute_free_memory", north)
        task = await stage.migrate("build", "north")
        await asyncio.sleep(1)
        coming = await stage.call("host.compute_free_memory", north)
        await stage.outcome(task)
        return [before, coming, await stage.call("host.compute_free_memory", north)]

    stage, (before, coming, there) = play(PAIR, scene)
    build, north = stage.guest("build"), stage.lab.db.get("host", stage.host("north"))
    size = build["memory_dynamic_min"] + build["memory_overhead"]
    assert before - coming == before - there == size
    resident = [stage.lab.db.get("VM", vm) for vm in north["resident_VMs"]]
    total = stage.lab.db.get("host_metrics", north["metrics"])["memory_total"]
    held = sum(vm["memory_dynamic_min"] + vm["memory_overhead"] for vm in resident)
    assert there == total - north["memory_overhead"] - held
