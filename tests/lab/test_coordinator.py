"""Another host becomes the coordinator: who answers what, and what is lost."""

from __future__ import annotations

import asyncio
from typing import Any

from stage import Stage, play, refused

TRIO = "\n".join(f"host {name} memory=64GiB" for name in ("north", "south", "west")) + (
    "\nsr disks nfs default\nguest mail on=south memory=4GiB\n  disk root\n"
)


async def ask(stage: Stage, host: str, method: str, *params: Any) -> Any:
    return await stage.lab.answer(stage.host(host), method, list(params))


async def login(stage: Stage, host: str) -> str:
    return str(await ask(stage, host, "session.login_with_password", "root", "lab", "1.0", "test"))


async def local(stage: Stage, host: str) -> str:
    return str(await ask(stage, host, "session.slave_local_login_with_password", "root", "lab"))


def address(stage: Stage, host: str) -> str:
    return stage.lab.address(stage.host(host))


def test_a_designated_coordinator_takes_over_and_all_else_begins_anew() -> None:
    async def scene(stage: Stage) -> list[Any]:
        session = await login(stage, "north")
        old = await stage.start("pool.designate_new_master", stage.host("south"))
        outcome = await stage.outcome(old)
        still = await ask(stage, "north", "VM.get_name_label", session, stage.vm("mail"))
        await asyncio.sleep(20)
        seen = [outcome, still, await refused(login(stage, "north")), await refused(login(stage, "west"))]
        new = await login(stage, "south")
        seen.append((await refused(ask(stage, "south", "VM.get_all", session)))[0])
        seen.append((await refused(ask(stage, "south", "task.get_record", new, old)))[0])
        (message,) = stage.lab.db.find("message", name="POOL_MASTER_TRANSITION")
        obj = stage.lab.db.get("message", message)["obj_uuid"]
        await asyncio.sleep(5)
        enabled = [host["enabled"] for host in stage.lab.db.all("host").values()]
        await ask(stage, "south", "VM.pool_migrate", new, stage.vm("mail"), stage.host("west"), {})
        return [*seen, obj == stage.lab.db.get("host", stage.host("south"))["uuid"], enabled]

    stage, seen = play(TRIO, scene)
    slave = ["HOST_IS_SLAVE", address(stage, "south")]
    assert seen == [("success", []), "mail", slave, slave, "SESSION_INVALID", "HANDLE_INVALID", True, [True] * 3]
    assert stage.home("mail") == "west"
    assert not stage.lab.history.stopped(stage.vm("mail"))


def test_no_agreement_without_every_host() -> None:
    async def scene(stage: Stage) -> list[Any]:
        await stage.lab.crash(stage.host("west"))
        seen = [await refused(stage.call("pool.designate_new_master", stage.host("south")))]
        await asyncio.sleep(700)
        return [
            *seen,
            await refused(stage.call("pool.designate_new_master", stage.host("west"))),
            stage.lab.coordinator,
        ]

    stage, seen = play(TRIO, scene)
    west = stage.host("west")
    assert seen == [["CANNOT_CONTACT_HOST", west], ["HOST_OFFLINE", west], stage.host("north")]


def test_the_coordinator_dies_and_a_member_is_made_one() -> None:
    async def scene(stage: Stage) -> list[Any]:
        session = await local(stage, "south")
        await stage.lab.crash(stage.host("north"))
        seen: list[Any] = [await refused(login(stage, "south"))]
        seen.append(await ask(stage, "south", "pool.is_slave", session, "OpaqueRef:NULL"))
        await ask(stage, "south", "pool.emergency_transition_to_master", session)
        await asyncio.sleep(15)
        new = await login(stage, "south")
        seen.append(await refused(login(stage, "west")))
        seen.append(await refused(ask(stage, "south", "host.disable", new, stage.host("west"))))
        seen.append(await ask(stage, "south", "pool.recover_slaves", new))
        await asyncio.sleep(15)
        seen.append(await refused(login(stage, "west")))
        await ask(stage, "south", "host.disable", new, stage.host("west"))
        return seen

    stage, seen = play(TRIO, scene)
    old, new, west = address(stage, "north"), address(stage, "south"), stage.host("west")
    assert seen == [
        ["HOST_IS_SLAVE", old], True, ["HOST_IS_SLAVE", old], ["CANNOT_CONTACT_HOST", west], [west],
        ["HOST_IS_SLAVE", new],
    ]  # fmt: skip
    assert not stage.lab.db.get("host", west)["enabled"]


def test_members_that_nobody_tells_count_as_dead_in_the_end() -> None:
    async def scene(stage: Stage) -> list[Any]:
        await stage.lab.crash(stage.host("north"))
        await ask(stage, "south", "pool.emergency_transition_to_master", await local(stage, "south"))
        await asyncio.sleep(700)
        lost = stage.lab.hypervisor.facts.live(stage.host("west"))
        await ask(stage, "west", "pool.emergency_reset_master", await local(stage, "west"), address(stage, "south"))
        await asyncio.sleep(20)
        return [lost, stage.lab.hypervisor.facts.live(stage.host("west")), await refused(login(stage, "west"))]

    stage, seen = play(TRIO, scene)
    assert seen == [False, True, ["HOST_IS_SLAVE", address(stage, "south")]]
