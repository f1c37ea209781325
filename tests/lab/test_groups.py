"""Guests that keep away from each other, and vApps that start and stop in order."""

from __future__ import annotations

import asyncio
from typing import Any

from stage import Stage, play, refused

HOSTS = "".join(f"host {name} memory=64GiB\n" for name in ("north", "south", "west")) + "sr disks nfs default\n"
DATABASES = HOSTS + "".join(f"guest db{n} on=north memory=4GiB\n  disk root\n" for n in range(2))
SHOP = HOSTS + "".join(
    f"guest {name} on=north memory=2GiB halted\n  disk root\n" for name in ("base", "middle", "front")
)


async def group(stage: Stage, *guests: str) -> str:
    args = {"name_label": "apart", "name_description": "", "placement": "anti_affinity"}
    made = str(await stage.call("VM_group.create", args))
    for guest in guests:
        await stage.call("VM.set_groups", stage.vm(guest), [made])
    return made


def test_an_evacuation_spreads_a_group_over_the_hosts() -> None:
    async def scene(stage: Stage) -> None:
        await group(stage, "db0", "db1")
        await stage.call("host.evacuate", stage.host("north"))

    stage, _ = play(DATABASES, scene)
    assert {stage.home("db0"), stage.home("db1")} == {"south", "west"}


def test_a_guest_starts_where_the_fewest_of_its_group_run() -> None:
    async def scene(stage: Stage) -> None:
        await group(stage, "db0", "db1")
        await stage.call("VM.hard_shutdown", stage.vm("db1"))
        await stage.call("VM.start", stage.vm("db1"), False, False)

    for seed in range(5):
        stage, _ = play(DATABASES, scene, seed)
        assert stage.home("db1") != "north"


def test_a_guest_is_in_one_group_at_most_and_in_none_when_it_is_gone() -> None:
    async def scene(stage: Stage) -> list[Any]:
        first, second = await group(stage, "db0"), await group(stage)
        many = await refused(stage.call("VM.set_groups", stage.vm("db0"), [first, second]))
        (dom0,) = stage.lab.db.find("VM", is_control_domain=True, resident_on=stage.host("north"))
        control = await refused(stage.call("VM.set_groups", dom0, [first]))
        members = stage.lab.db.get("VM_group", first)["VMs"]
        await stage.call("VM_group.destroy", first)
        return [many, control[0], members == [stage.vm("db0")], stage.guest("db0")["groups"]]

    _, seen = play(DATABASES, scene)
    assert seen == [["TOO_MANY_GROUPS"], "OPERATION_NOT_ALLOWED", True, []]


async def shop(stage: Stage) -> str:
    made = str(await stage.call("VM_appliance.create", {"name_label": "shop", "name_description": ""}))
    for order, name in enumerate(("base", "middle", "front")):
        await stage.call("VM.set_appliance", stage.vm(name), made)
        await stage.call("VM.set_order", stage.vm(name), order)
    return made


def states(stage: Stage) -> tuple[str, ...]:
    return tuple(stage.guest(name)["power_state"][0] for name in ("base", "middle", "front"))


async def follow(stage: Stage, task: str) -> list[str]:
    seen = ["".join(states(stage))]
    while stage.lab.db.get("task", task)["status"] == "pending":
        await asyncio.sleep(0.2)
        if "".join(states(stage)) != seen[-1]:
            seen.append("".join(states(stage)))
    return seen


def test_a_vapp_starts_in_order_and_stops_in_the_other() -> None:
    async def scene(stage: Stage) -> list[list[str]]:
        made = await shop(stage)
        seen = [await follow(stage, await stage.start("VM_appliance.start", made, False))]
        seen.append(await refused(stage.call("VM_appliance.start", made, False)))
        await asyncio.sleep(200)  # until the agents in the guests answer
        seen.append(await follow(stage, await stage.start("VM_appliance.clean_shutdown", made)))
        return seen

    _, seen = play(SHOP, scene)
    assert seen == [
        ["HHH", "RHH", "RRH", "RRR"],
        ["OPERATION_NOT_ALLOWED", "There are no halted VMs in this appliance."],
        ["RRR", "RRH", "RHH", "HHH"],
    ]


def test_a_guest_of_a_vapp_that_cannot_start_is_named_and_the_others_run() -> None:
    async def scene(stage: Stage) -> list[str]:
        made = await shop(stage)
        await stage.call("VM.add_to_blocked_operations", stage.vm("middle"), "start", "not today")
        return await refused(stage.call("VM_appliance.start", made, False))

    stage, error = play(SHOP, scene)
    assert error == ["OPERATION_PARTIALLY_FAILED", "VM_appliance.start", stage.vm("middle")]
    assert states(stage) == ("R", "H", "R")
