"""What goes over the wire when guests move: directions, networks, compression, disks that are mirrored."""

from __future__ import annotations

import asyncio

import pytest
from stage import PAIR, Stage, play

GIB = 2**30
MIB = 2**20
GIGABIT = 1e9 / 8 * 0.94
SLOW = """
host north memory=64GiB
  nic eth0 speed=1000
  nic eth1 speed=10000 ip=10.0.0.1/24 network=fast
host south memory=64GiB
  nic eth0 speed=1000
  nic eth1 speed=10000 ip=10.0.0.2/24 network=fast
sr pool-disks nfs default
sr other-disks nfs
guest mail on=north memory=8GiB
  disk root size=40GiB
guest news on=south memory=8GiB
  disk root size=40GiB
"""


def seconds(stage: Stage, guest: str) -> float:
    (move,) = [move for move in stage.lab.history.moves if move.guest == stage.vm(guest)]
    assert move.end is not None
    return move.end - move.begin


async def swap(stage: Stage) -> None:
    tasks = [await stage.migrate("mail", "south"), await stage.migrate("news", "north")]
    for task in tasks:
        assert await stage.outcome(task) == ("success", [])


def test_both_directions_of_a_link_carry_as_much_at_once() -> None:
    stage, _ = play(SLOW, swap)
    alone = 8 * GIB / GIGABIT
    assert alone < seconds(stage, "mail") < 1.2 * alone
    assert alone < seconds(stage, "news") < 1.2 * alone


def test_a_chosen_network_is_the_one_that_carries() -> None:
    async def scene(stage: Stage) -> None:
        fast = stage.ref("network", "fast")
        assert await stage.outcome(await stage.migrate("mail", "south", network=fast)) == ("success", [])

    stage, _ = play(SLOW, scene)
    assert seconds(stage, "mail") < 0.6 * 8 * GIB / GIGABIT


@pytest.mark.parametrize(("options", "setting"), [({"compress": "on"}, False), ({}, True)])
def test_compression_is_asked_for_or_the_pools_habit_and_helps_a_slow_link(
    options: dict[str, str], setting: bool
) -> None:
    async def scene(stage: Stage) -> None:
        (pool,) = stage.lab.db.all("pool")
        stage.lab.db.update("pool", pool, migration_compression=setting)
        assert await stage.outcome(await stage.migrate("mail", "south", **options)) == ("success", [])

    stage, _ = play(SLOW, scene)
    assert seconds(stage, "mail") < 0.7 * 8 * GIB / GIGABIT


def test_a_word_that_is_neither_yes_nor_no_leaves_it_to_the_pool() -> None:
    async def scene(stage: Stage) -> None:
        assert await stage.outcome(await stage.migrate("mail", "south", compress="maybe")) == ("success", [])

    stage, _ = play(SLOW, scene)
    assert seconds(stage, "mail") > 8 * GIB / GIGABIT


def test_a_guest_that_writes_much_while_its_disk_is_mirrored_takes_longer() -> None:
    def moving(writes: str) -> float:
        async def scene(stage: Stage) -> None:
            network = stage.lab.db.get("PIF", stage.lab.db.find("PIF", management=True)[0])["network"]
            dest = await stage.call("host.migrate_receive", stage.host("south"), network, {})
            vdis = [stage.lab.db.get("VBD", vbd)["VDI"] for vbd in stage.guest("mail")["VBDs"]]
            maps = dict.fromkeys(vdis, stage.ref("SR", "other-disks"))
            await stage.call("VM.migrate_send", stage.vm("mail"), dest, True, maps, {}, {})

        text = SLOW.replace("guest mail on=north memory=8GiB", f"guest mail on=north memory=8GiB writes={writes}")
        return seconds(play(text, scene)[0], "mail")

    assert moving("60MiB/s") > moving("1MiB/s") + 20


def test_a_guest_that_rewrites_memory_faster_than_the_wire_is_paused_for_all_of_it() -> None:
    """After the last round as much is left as at the beginning: the pause is a whole copy."""

    async def scene(stage: Stage) -> None:
        assert await stage.outcome(await stage.migrate("mail", "south")) == ("success", [])

    stage, _ = play(
        SLOW.replace("guest mail on=north memory=8GiB", "guest mail on=north memory=8GiB dirty=1GiB/s"), scene
    )
    (move,) = stage.lab.history.moves
    assert move.rounds == 5
    assert move.memory_bytes == 6 * 8 * GIB
    assert stage.lab.history.longest_pause_s(stage.vm("mail")) > 8 * GIB / GIGABIT


def test_a_bond_carries_a_stream_as_one_of_its_nics_does() -> None:
    bonded = "  nic eth0 speed=1000\n  nic eth1 speed=1000\n  bond bond0 of=eth0,eth1 management\n"
    text = f"host north\n{bonded}host south\n{bonded}sr d nfs default\nguest mail on=north memory=8GiB\n  disk root\n"

    async def scene(stage: Stage) -> None:
        assert await stage.outcome(await stage.migrate("mail", "south")) == ("success", [])

    stage, _ = play(text, scene)
    assert 8 * GIB / GIGABIT < seconds(stage, "mail") < 1.2 * 8 * GIB / GIGABIT


def test_a_busy_guest_calms_down_while_it_moves() -> None:
    """The load may be changed at any time; the next round follows it."""

    async def scene(stage: Stage) -> None:
        from xenferry.lab.change import change_world

        task = await stage.migrate("mail", "south")
        await asyncio.sleep(60)
        change_world(stage.lab, "guest mail dirty=1MiB/s writes=2MiB/s")
        assert await stage.outcome(task) == ("success", [])

    stage, _ = play(PAIR.replace("memory=8GiB", "memory=8GiB dirty=900MiB/s"), scene)
    assert stage.lab.world.writes(stage.vm("mail")) == 2 * MIB
    assert stage.lab.history.longest_pause_s(stage.vm("mail")) < 1
