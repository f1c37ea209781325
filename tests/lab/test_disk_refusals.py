"""Disks: what only a driver may do, copies into disks that are there, what a destroyed image leaves behind."""

from __future__ import annotations

from typing import Any

import pytest
from stage import PAIR, Stage, play, refused

from xenferry.lab.lifecycle.vdi import operation_error

GIB = 2**30
NULL = "OpaqueRef:NULL"
TEXT = PAIR + "guest cold halted\n  disk data size=2GiB\n"


def disk(stage: Stage) -> str:
    (vbd,) = stage.guest("cold")["VBDs"]
    return str(stage.lab.db.get("VBD", vbd)["VDI"])


async def new(stage: Stage, size: int, **other: Any) -> str:
    old = stage.lab.db.get("VDI", disk(stage))
    asked = {name: old[name] for name in ("SR", "type", "sharable", "other_config", "xenstore_data", "tags")}
    asked |= {"name_label": "new", "name_description": "", "virtual_size": size, "read_only": False, "sm_config": {}}
    return str(await stage.call("VDI.create", asked | other))


@pytest.mark.parametrize(
    ("call", "params"),
    [("destroy", ()), ("resize", (4 * GIB,)), ("snapshot", ({},)), ("clone", ({},)), ("copy", (NULL, NULL, NULL))],
)
def test_a_disk_that_only_its_driver_knows_is_left_alone(call: str, params: tuple[Any, ...]) -> None:
    async def scene(stage: Stage) -> list[str]:
        stage.lab.db.update("VDI", disk(stage), managed=False)
        given = [stage.lab.db.get("VDI", disk(stage))["SR"], *params[1:]] if call == "copy" else params
        return await refused(stage.call(f"VDI.{call}", disk(stage), *given))

    stage, error = play(TEXT, scene)
    assert error == ["VDI_NOT_MANAGED", disk(stage)]


def test_a_disk_is_copied_into_another() -> None:
    async def scene(stage: Stage) -> list[Any]:
        vdi, db = disk(stage), stage.lab.db
        sr = db.get("VDI", vdi)["SR"]
        big, small = await new(stage, 8 * GIB), await new(stage, GIB)
        count = len(db.all("VDI"))
        made = await stage.call("VDI.copy", vdi, sr, NULL, big)
        little = await refused(stage.call("VDI.copy", vdi, sr, NULL, small))
        db.update("VDI", big, read_only=True)
        closed = await refused(stage.call("VDI.copy", vdi, sr, NULL, big))
        return [made == big, len(db.all("VDI")) - count, little == ["VDI_TOO_SMALL", small, str(2 * GIB)],
                closed == ["VDI_READONLY", big]]  # fmt: skip

    assert play(TEXT, scene)[1] == [True, 0, True, True]


def test_a_suspended_guest_whose_image_is_destroyed_has_none() -> None:
    async def scene(stage: Stage) -> str:
        await stage.call("VM.suspend", stage.vm("mail"))
        await stage.call("VDI.destroy", stage.guest("mail")["suspend_VDI"])
        return str(stage.guest("mail")["suspend_VDI"])

    assert play(TEXT, scene)[1] == NULL


def test_only_snapshots_are_gone_back_to() -> None:
    stage = Stage(TEXT)
    error = operation_error(stage.lab.hypervisor.facts, disk(stage), "revert_to")
    assert error is not None
    assert error.description == ["REVERT_ONLY_ALLOWED_ON_SNAPSHOT"]
