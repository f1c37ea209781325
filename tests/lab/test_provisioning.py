"""A template asks for disks in XML; provisioning makes them, all or none, and asks only once."""

from __future__ import annotations

from typing import Any

import pytest
from stage import PAIR, Stage, play, refused

TEXT = PAIR + "guest cold halted memory=2GiB\n"


def asked(*disks: str) -> str:
    return f"<provision>{''.join(disks)}</provision>"


def disk(sr: str, device: str = "0", size: int = 2**30, more: str = "") -> str:
    return f'<disk device="{device}" size="{size}" sr="{sr}" bootable="true" {more}/>'


async def provision(stage: Stage, *, script: str = "", disks: str = "") -> str:
    """A clone of a template that asks for these disks, provisioned."""
    template = stage.vm("cold")
    wishes = {"disks": disks} if disks else {}
    wishes |= {"postinstall": script} if script else {}
    stage.lab.db.update("VM", template, is_a_template=True, other_config=wishes)
    made = str(await stage.call("VM.clone", template, "made"))
    await stage.call("VM.provision", made)
    return made


def sr_of(stage: Stage) -> str:
    return str(stage.lab.db.get("SR", stage.ref("SR", "pool-disks"))["uuid"])


def test_disks_are_made_with_their_drives_and_asked_for_once() -> None:
    async def scene(stage: Stage) -> dict[str, Any]:
        sr = sr_of(stage)
        made = await provision(stage, disks=asked(disk(sr), disk(sr, "1", 2**31, 'type="user"')))
        return stage.lab.db.get("VM", made)

    stage, guest = play(TEXT, scene)
    drives = sorted((stage.lab.db.get("VBD", vbd) for vbd in guest["VBDs"]), key=lambda one: str(one["userdevice"]))
    disks = [stage.lab.db.get("VDI", drive["VDI"]) for drive in drives]
    assert "disks" not in guest["other_config"]
    assert not guest["is_a_template"]
    assert [(one["name_label"], one["virtual_size"], one["type"]) for one in disks] == [
        ("0", 2**30, "system"),
        ("1", 2**31, "user"),
    ]
    assert disks[0]["sm_config"]["vmhint"] == guest["uuid"]
    assert disks[0]["name_description"] == "Created by template provisioner"
    assert [(drive["bootable"], drive["unpluggable"], drive["other_config"]) for drive in drives] == [
        (True, False, {"owner": ""}),
        (True, True, {"owner": ""}),
    ]


def test_if_one_disk_cannot_be_made_none_stays() -> None:
    async def scene(stage: Stage) -> tuple[list[str], set[str]]:
        before = set(stage.lab.db.all("VDI"))
        error = await refused(provision(stage, disks=asked(disk(sr_of(stage)), disk("", "1"))))
        return error, set(stage.lab.db.all("VDI")) - before

    _, (error, left) = play(TEXT, scene)
    assert error == ["UUID_INVALID", "sr", ""]
    assert left == set()


@pytest.mark.parametrize(
    "text",
    [
        "<disks/>",
        "<provision",
        "",
        '<provision><disk device="0"/></provision>',
        '<!DOCTYPE a [<!ENTITY b "c">]><provision/>',
    ],
)
def test_what_is_no_such_text_is_refused(text: str) -> None:
    _, error = play(TEXT, lambda stage: refused(provision(stage, disks=text or "<a>")))
    assert error == ["INTERNAL_ERROR", "Xapi_templates.Parse_failure"]


def test_a_script_is_taken_from_dom0_s_own_folder_only() -> None:
    _, error = play(TEXT, lambda stage: refused(provision(stage, script="/root/install")))
    assert error == ["PERMISSION_DENIED", "illegal provision script /root/install"]
    stage, made = play(
        TEXT, lambda stage: provision(stage, script="/opt/xensource/packages/post-install-scripts/debian-etch")
    )
    assert "postinstall" not in stage.lab.db.get("VM", made)["other_config"]
