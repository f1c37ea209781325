"""High availability: what it refuses, what it could survive, and what it does when a host dies."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from stage import Stage, play, refused

HOSTS = "\n".join(f"host {name} memory=64GiB" for name in ("north", "south", "west")) + "\nsr disks nfs default\n"
GUESTS = """
guest mail on=south memory=8GiB ha=restart
  disk root
guest wiki on=south memory=4GiB ha=best-effort
  disk root
guest toy on=south memory=4GiB
  disk root
"""
TRIO = f"pool p\n{HOSTS}{GUESTS}"
GUARDED = f"pool p ha\n{HOSTS}{GUESTS}"


def pool(stage: Stage) -> dict[str, Any]:
    (record,) = stage.lab.db.all("pool").values()
    return dict(record)


def messages(stage: Stage) -> set[str]:
    return {record["name"] for record in stage.lab.db.all("message").values() if record["name"].startswith("HA_")}


def test_it_is_switched_on_and_off() -> None:
    async def scene(stage: Stage) -> list[Any]:
        (ref,) = stage.lab.db.all("pool")
        await stage.call("pool.set_ha_host_failures_to_tolerate", ref, 2)
        await stage.call("pool.enable_ha", [stage.ref("SR", "disks")], {"timeout": "30"})
        on = pool(stage)
        again = await refused(stage.call("pool.enable_ha", [], {}))
        await stage.call("pool.disable_ha")
        return [on, again, pool(stage), await refused(stage.call("pool.disable_ha"))]

    stage, (on, again, off, twice) = play(TRIO, scene)
    assert on["ha_enabled"]
    assert (on["ha_plan_exists_for"], on["ha_overcommitted"], on["ha_configuration"]) == (2, False, {"timeout": "30"})
    assert stage.lab.db.get("VDI", on["ha_statefiles"][0])["type"] == "ha_statefile"
    assert (again, twice) == (["HA_IS_ENABLED"], ["HA_NOT_ENABLED"])
    assert not off["ha_enabled"]


def test_its_disks_are_kept_for_the_next_time_and_the_hosts_go_on_naming_them() -> None:
    async def scene(stage: Stage) -> None:
        db, sr = stage.lab.db, stage.ref("SR", "disks")
        await stage.call("pool.enable_ha", [], {})
        (file,) = pool(stage)["ha_statefiles"]
        assert (db.get("VDI", file)["virtual_size"], db.get("VDI", file)["sm_config"]) == (266240, {"type": "raw"})
        (copy,) = db.find("VDI", type="redo_log")
        assert db.get("VDI", copy)["virtual_size"] == 951 * 2**22
        await stage.call("pool.disable_ha")
        assert [host["ha_statefiles"] for host in db.all("host").values()] == [[file]] * 3
        assert all(len(host["ha_network_peers"]) == 3 for host in db.all("host").values())
        db.update("SR", sr, physical_utilisation=db.get("SR", sr)["physical_size"])
        await stage.call("SR.assert_can_host_ha_statefile", sr)
        await stage.call("pool.enable_ha", [sr], {})
        assert pool(stage)["ha_statefiles"] == [file]

    play(TRIO, scene)


def test_an_sr_must_have_room_for_both_disks() -> None:
    async def scene(stage: Stage) -> list[str]:
        sr = stage.ref("SR", "disks")
        stage.lab.db.update("SR", sr, physical_size=952 * 2**22 - 1, physical_utilisation=0)
        assert await refused(stage.call("SR.assert_can_host_ha_statefile", sr)) == ["SR_SOURCE_SPACE_INSUFFICIENT", sr]
        assert await refused(stage.call("pool.enable_ha", [], {})) == ["CANNOT_CREATE_STATE_FILE"]
        return await refused(stage.call("pool.enable_ha", [sr], {}))

    stage, error = play(TRIO, scene)
    assert error == ["SR_SOURCE_SPACE_INSUFFICIENT", stage.ref("SR", "disks")]


def test_ha_is_on_when_all_hosts_have_joined_before_they_get_the_database() -> None:
    async def scene(stage: Stage) -> float:
        task = await stage.start("pool.enable_ha", [], {})
        while not pool(stage)["ha_enabled"]:  # noqa: ASYNC110 (a client polls)
            await asyncio.sleep(0.1)
        return float(stage.lab.db.get("task", task)["progress"])

    assert 0.6 < play(TRIO, scene)[1] < 0.8


@pytest.mark.parametrize(
    ("extra", "code"),
    [
        ("sr own-n ext on=north\n", "SR_HAS_NO_PBDS"),
        ("sr images iso\n", "SR_OPERATION_NOT_SUPPORTED"),
    ],
)
def test_not_every_sr_can_hold_the_state_file(extra: str, code: str) -> None:
    async def scene(stage: Stage) -> list[str]:
        return await refused(stage.call("pool.enable_ha", [stage.ref("SR", extra.split()[1])], {}))

    stage, error = play(TRIO + extra, scene)
    assert error == [code, stage.ref("SR", extra.split()[1])]


def test_a_pool_with_a_dead_host_is_not_guarded() -> None:
    async def scene(stage: Stage) -> list[str]:
        await stage.lab.crash(stage.host("west"))
        await asyncio.sleep(700)
        return await refused(stage.call("pool.enable_ha", [], {}))

    stage, error = play(TRIO, scene)
    assert error == ["HOST_OFFLINE", stage.host("west")]


def test_how_many_failures_could_be_survived() -> None:
    async def scene(stage: Stage) -> list[Any]:
        mail, toy = stage.vm("mail"), stage.vm("toy")
        hypothetical = "pool.ha_compute_hypothetical_max_host_failures_to_tolerate"
        return [
            await stage.call("pool.ha_compute_max_host_failures_to_tolerate"),
            await stage.call("pool.ha_failover_plan_exists", 2),
            await stage.call("pool.ha_failover_plan_exists", 3),
            await stage.call(hypothetical, {mail: "restart", toy: "restart"}),
            await stage.call(hypothetical, {}),
            await refused(stage.call(hypothetical, {mail: "always"})),
            await stage.call("pool.ha_compute_vm_failover_plan", [stage.host("south")], [mail]),
        ]

    stage, seen = play(GUARDED, scene)
    place = seen.pop()[stage.vm("mail")]["host"]
    assert seen == [2, True, False, 2, 3, ["INVALID_VALUE", "ha_restart_priority", "always"]]
    assert place in (stage.host("north"), stage.host("west"))


FULL = "pool p ha\nhost north memory=16GiB\nhost south memory=16GiB\nsr disks nfs default\n" + "".join(
    f"guest {name} on={host} memory={size}GiB ha=restart\n  disk root\n"
    for name, host, size in (("mail", "north", 6), ("wiki", "south", 5))
)


def test_what_would_break_the_plan_is_refused() -> None:
    extra = "guest toy on=south memory=8GiB halted\n  disk root\n"

    async def scene(stage: Stage) -> list[Any]:
        (ref,) = stage.lab.db.all("pool")
        return [
            await refused(stage.call("VM.start", stage.vm("toy"), False, False)),
            await refused(stage.call("VM.start_on", stage.vm("toy"), stage.host("south"), False, False)),
            await refused(stage.call("host.disable", stage.host("south"))),
            await refused(stage.call("host.evacuate", stage.host("south"))),
            await refused(stage.call("pool.set_ha_host_failures_to_tolerate", ref, 2)),
        ]

    _, seen = play(FULL + extra, scene)
    assert seen == [["HA_OPERATION_WOULD_BREAK_FAILOVER_PLAN"]] * 5


def test_protected_guests_are_started_elsewhere_when_their_host_dies() -> None:
    async def scene(stage: Stage) -> list[str]:
        await stage.lab.crash(stage.host("south"))
        await asyncio.sleep(60)
        early = stage.guest("mail")["power_state"], stage.guest("mail")["resident_on"] == stage.host("south")
        await asyncio.sleep(60)
        return [early, *(stage.guest(name)["power_state"] for name in ("mail", "wiki", "toy"))]

    stage, seen = play(GUARDED, scene)
    assert seen == [("Running", True), "Running", "Running", "Halted"]
    assert stage.home("mail") != "south"
    assert messages(stage) == {"HA_HOST_FAILED"}
    assert not stage.lab.hypervisor.facts.live(stage.host("south"))


def test_guests_start_in_the_order_that_was_given_and_not_while_somebody_prevents_it() -> None:
    async def scene(stage: Stage) -> list[Any]:
        for name, order in (("mail", 2), ("wiki", 1)):
            await stage.call("VM.set_order", stage.vm(name), order)
        await stage.call("VM.set_ha_restart_priority", stage.vm("wiki"), "restart")
        await stage.call("pool.ha_prevent_restarts_for", 300)
        await stage.lab.crash(stage.host("south"))
        await asyncio.sleep(200)
        seen: list[Any] = [stage.guest(name)["power_state"] for name in ("mail", "wiki")]
        while stage.guest("mail")["power_state"] == "Halted":
            await asyncio.sleep(0.5)
            seen.append((stage.guest("wiki")["power_state"], stage.guest("mail")["power_state"]))
        return [*seen[:2], ("Running", "Halted") in seen, ("Halted", "Running") in seen]

    _, seen = play(GUARDED, scene)
    assert seen == ["Halted", "Halted", True, False]


def test_the_coordinator_dies_and_a_member_takes_its_place() -> None:
    async def scene(stage: Stage) -> tuple[str, str]:
        north = stage.host("north")
        await stage.call("VM.pool_migrate", stage.vm("mail"), north, {})
        await stage.lab.crash(north)
        await asyncio.sleep(120)
        return stage.lab.coordinator, stage.guest("mail")["power_state"]

    stage, (coordinator, state) = play(GUARDED, scene)
    assert coordinator in (stage.host("south"), stage.host("west"))
    assert state == "Running"
    assert stage.home("mail") != "north"


def test_a_guest_for_which_there_is_no_room_is_told_once_and_tried_again() -> None:
    """The pool is overcommitted; when the dead host comes back, the guest runs."""
    crowd = FULL.replace("memory=5GiB", "memory=12GiB").replace("memory=6GiB", "memory=12GiB")

    async def scene(stage: Stage) -> list[Any]:
        south = stage.host("south")
        await stage.lab.crash(south)
        await asyncio.sleep(400)
        failed = len(stage.lab.db.find("message", name="HA_PROTECTED_VM_RESTART_FAILED"))
        seen = [stage.guest("wiki")["power_state"], failed, pool(stage)["ha_overcommitted"]]
        stage.lab.revive(south)
        await asyncio.sleep(200)
        return [*seen, stage.guest("wiki")["power_state"]]

    stage, seen = play(crowd, scene)
    assert seen == ["Halted", 1, True, "Running"]
    assert stage.home("wiki") == "south"


def test_a_guarded_host_takes_no_emergency_calls_until_it_is_disarmed() -> None:
    async def scene(stage: Stage) -> list[Any]:
        south = stage.host("south")
        session = await stage.lab.answer(south, "session.slave_local_login_with_password", ["root", "lab"])
        first = await refused(stage.lab.answer(south, "pool.emergency_transition_to_master", [session]))
        await stage.lab.answer(south, "host.emergency_ha_disable", [session])
        again = await refused(stage.lab.answer(south, "host.emergency_ha_disable", [session, False]))
        await stage.lab.answer(south, "host.emergency_ha_disable", [session, True])
        await stage.lab.answer(south, "pool.emergency_transition_to_master", [session])
        await asyncio.sleep(20)
        return [first, again, stage.lab.coordinator == south]

    _, seen = play(GUARDED, scene)
    assert seen == [["HA_IS_ENABLED"], ["HA_NOT_ENABLED"], True]
