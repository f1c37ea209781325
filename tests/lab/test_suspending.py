"""Suspending and checkpoints: what a guest's record says meanwhile and afterwards, and what stands in the way."""

from __future__ import annotations

import asyncio
import json
import re
from typing import Any

from stage import PAIR, Stage, play, refused

NULL = "OpaqueRef:NULL"


def test_a_suspended_guest_keeps_what_its_hypervisor_noted() -> None:
    async def scene(stage: Stage) -> list[Any]:
        domid = stage.guest("mail")["domid"]
        await stage.call("VM.suspend", stage.vm("mail"))
        asleep = stage.guest("mail")
        await stage.call("VM.resume", stage.vm("mail"), False, False)
        return [domid, asleep, stage.guest("mail")]

    _, (domid, asleep, awake) = play(PAIR, scene)
    notes = json.loads(asleep["last_booted_record"])
    assert (notes["domid"], notes["suspended"], asleep["domid"], asleep["resident_on"]) == (domid, True, -1, NULL)
    assert awake["last_booted_record"] == asleep["last_booted_record"]


def test_the_image_is_known_before_it_is_written() -> None:
    async def scene(stage: Stage) -> tuple[str, str]:
        await stage.start("VM.suspend", stage.vm("mail"))
        await asyncio.sleep(2)
        guest = stage.guest("mail")
        return guest["power_state"], guest["suspend_VDI"]

    _, (state, image) = play(PAIR, scene)
    assert state == "Running"
    assert image != NULL


def test_a_guest_stays_on_its_host_while_it_is_checkpointed() -> None:
    async def scene(stage: Stage) -> str:
        point = await stage.call("VM.checkpoint", stage.vm("mail"), "point")
        return str(stage.lab.db.get("VM", point)["snapshot_metadata"])

    stage, told = play(PAIR, scene)
    fields = dict(re.findall(r"\('(\w+)' '((?:[^'\\]|\\.)*)'\)", told))
    assert (fields["power_state"], fields["resident_on"]) == ("Suspended", stage.host("north"))
    assert int(fields["domid"]) > 0
    assert fields["suspend_VDI"] != NULL
    assert '"suspended":true' in fields["last_booted_record"]


def test_an_sr_that_is_too_small_for_the_image_is_named() -> None:
    async def scene(stage: Stage) -> tuple[list[str], dict[str, Any]]:
        for sr in stage.lab.db.all("SR"):
            stage.lab.db.update("SR", sr, physical_size=100, physical_utilisation=200)
        return await refused(stage.call("VM.suspend", stage.vm("mail"))), stage.guest("mail")

    _, (error, guest) = play(PAIR, scene)
    assert error[0] == "SR_SUSPEND_SPACE_INSUFFICIENT"
    assert (guest["power_state"], guest["suspend_VDI"]) == ("Running", NULL)


def test_an_image_is_replaced_by_an_equal_one_only() -> None:
    async def scene(stage: Stage) -> list[Any]:
        mail, db = stage.vm("mail"), stage.lab.db
        awake = await refused(stage.call("VM.set_suspend_VDI", mail, NULL))
        await stage.call("VM.suspend", mail)
        image = stage.guest("mail")["suspend_VDI"]
        copy = await stage.call("VDI.copy", image, db.get("VDI", image)["SR"], NULL, NULL)
        other = db.create("VDI", {**db.get("VDI", copy), "virtual_size": 5})
        wrong = await refused(stage.call("VM.set_suspend_VDI", mail, other))
        await stage.call("VM.set_suspend_VDI", mail, copy)
        return [awake, wrong, stage.guest("mail")["suspend_VDI"] == copy]

    stage, (awake, wrong, taken) = play(PAIR, scene)
    assert awake == ["VM_BAD_POWER_STATE", stage.vm("mail"), "suspended", "running"]
    assert (wrong[0], len(wrong), taken) == ("SUSPEND_VDI_REPLACEMENT_IS_NOT_IDENTICAL", 3, True)
