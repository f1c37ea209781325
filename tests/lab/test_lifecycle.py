"""Guests from start to stop, and random lives of a small pool in which nothing impossible may happen."""

from __future__ import annotations

import asyncio
import random
from typing import Any

import pytest
from stage import PAIR, Stage, check_menus, play, refused

from xenferry.lab.error import LabError
from xenferry.lab.placement import memory

HALTED = PAIR + "guest spare on=south memory=2GiB halted\n  disk root\n"


def test_a_guest_starts_reports_and_stops() -> None:
    async def scene(stage: Stage) -> list[Any]:
        vm = stage.vm("spare")
        await stage.call("VM.start", vm, False, False)
        seen = [stage.guest("spare")["power_state"], stage.guest("spare")["guest_metrics"] != "OpaqueRef:NULL"]
        await asyncio.sleep(30)
        seen.append(stage.lab.db.get("VM_guest_metrics", stage.guest("spare")["guest_metrics"])["live"])
        await stage.call("VM.clean_shutdown", vm)
        return [*seen, stage.guest("spare")["power_state"], stage.guest("spare")["resident_on"]]

    stage, seen = play(HALTED, scene)
    assert seen == ["Running", False, True, "Halted", "OpaqueRef:NULL"]
    (run,) = stage.lab.history.of(stage.vm("spare"))
    assert run.why == "shut down"


def test_suspend_frees_the_host_and_resume_goes_anywhere() -> None:
    async def scene(stage: Stage) -> int:
        vm = stage.vm("mail")
        pool = next(iter(stage.lab.db.all("pool")))
        await stage.call("pool.set_suspend_image_SR", pool, stage.ref("SR", "pool-disks"))
        before = await stage.call("host.compute_free_memory", stage.host("north"))
        await stage.call("VM.suspend", vm)
        assert stage.guest("mail")["power_state"] == "Suspended"
        freed = await stage.call("host.compute_free_memory", stage.host("north")) - before
        await stage.call("VM.resume_on", vm, stage.host("south"), False, False)
        return int(freed)

    stage, freed = play(PAIR, scene)
    assert stage.home("mail") == "south"
    assert freed == 8 * 2**30 + stage.guest("mail")["memory_overhead"]
    assert stage.guest("mail")["suspend_VDI"] == "OpaqueRef:NULL"


def test_no_host_has_room() -> None:
    text = PAIR + "guest giant on=north memory=200GiB halted\n  disk root\n"

    async def scene(stage: Stage) -> list[str]:
        return await refused(stage.call("VM.start", stage.vm("giant"), False, False))

    _, error = play(text, scene)
    assert error == ["NO_HOSTS_AVAILABLE"]


def test_a_copy_has_disks_and_addresses_of_its_own() -> None:
    async def scene(stage: Stage) -> str:
        return str(await stage.call("VM.clone", stage.vm("spare"), "twin"))

    stage, twin = play(HALTED, scene)
    vdis = {
        stage.lab.db.get("VBD", vbd)["VDI"]
        for vm in (stage.vm("spare"), twin)
        for vbd in stage.lab.db.get("VM", vm)["VBDs"]
    }
    assert len(vdis) == 2


STEPS = ("VM.pool_migrate", "VM.pool_migrate", "VM.clean_shutdown", "VM.hard_shutdown", "VM.start", "VM.start_on",
         "VM.clean_reboot", "VM.pause", "VM.unpause", "VM.hard_reboot", "cancel", "host.evacuate", "host.disable",
         "host.enable", "crash", "restart")  # fmt: skip
TEXT = """
host a memory=24GiB
host b memory=24GiB
host c memory=24GiB
sr d nfs default
""" + "".join(
    f"guest g{n} on={'abc'[n % 3]} memory={2 + n % 4}GiB dirty={n * 90}MiB/s\n  disk root\n" for n in range(7)
)


@pytest.mark.parametrize("seed", range(12))
def test_random_lives_are_possible_lives(seed: int) -> None:
    """No guest on two hosts, memory never promised twice, menus always true, nothing left busy in the end."""

    async def scene(stage: Stage) -> None:
        dice = random.Random(seed)  # noqa: S311 (a failure is a seed)
        for _ in range(60):
            await _step(stage, dice)
            await asyncio.sleep(dice.choice((0, 0.3, 2, 9)))
            _check(stage)
        await stage.lab.tasks.settle()
        await asyncio.sleep(400)
        _check(stage)

    stage, _ = play(TEXT, scene, seed)
    for cls in ("VM", "host"):
        for record in stage.lab.db.all(cls).values():
            assert record["current_operations"] == {}, record["name_label"]
    for ref, vm in stage.lab.db.all("VM").items():
        assert vm["scheduled_to_be_resident_on"] == "OpaqueRef:NULL"
        if not vm["is_control_domain"]:
            here = [vm["resident_on"]] if vm["power_state"] in ("Running", "Paused") else []
            assert stage.lab.history.where(ref) == here, vm["name_label"]


async def _step(stage: Stage, dice: random.Random) -> None:
    step, host = dice.choice(STEPS), stage.host(dice.choice("bc"))
    vm = stage.vm(f"g{dice.randrange(7)}")
    pending = stage.lab.db.find("task", status="pending")
    if step == "cancel":
        if pending:
            stage.lab.tasks.cancel(dice.choice(pending))
    elif step == "crash":
        if dice.random() < 0.3 and host not in stage.lab.toolstacks.silent:
            await stage.lab.crash(host)
            await asyncio.sleep(30)
            stage.lab.revive(host)
    elif step == "restart":
        if dice.random() < 0.3:
            stage.lab.restart_toolstack(host)
    else:
        await _call(stage, step, vm, host)


async def _call(stage: Stage, step: str, vm: str, host: str) -> None:
    params: dict[str, tuple[Any, ...]] = {
        "VM.pool_migrate": (vm, host, {}),
        "VM.start": (vm, False, False),
        "VM.start_on": (vm, host, False, False),
        "host.evacuate": (host,),
        "host.disable": (host,),
        "host.enable": (host,),
    }
    try:
        await stage.start(step, *params.get(step, (vm,)))
    except LabError as error:
        raise AssertionError(f"{step} was refused before its task: {error}") from error


def _check(stage: Stage) -> None:
    assert stage.lab.history.twice() == []
    check_menus(stage.lab)
    facts = stage.lab.hypervisor.facts
    for host, record in stage.lab.db.all("host").items():
        total = stage.lab.db.get("host_metrics", record["metrics"])["memory_total"] - record["memory_overhead"]
        for vm in facts.all("VM").values():
            times = (vm["resident_on"] == host) + (vm["scheduled_to_be_resident_on"] == host)
            total -= times * (vm["memory_dynamic_min"] + vm["memory_overhead"])
        assert total >= 0, f"more memory is promised on {record['name_label']} than it has"
        assert memory.free(facts, host) == total
