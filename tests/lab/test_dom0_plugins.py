"""What a healthy host says of itself through plugins and extensions, and the other spelling of a call's name."""

from __future__ import annotations

import json
from typing import Any

import pytest
from stage import PAIR, Stage, play, refused

from xenferry.lab.wire.spelling import dotted


def test_plugins_of_a_healthy_host() -> None:
    async def scene(stage: Stage) -> list[str]:
        asked = (("updater.py", "check_update"), ("smartctl.py", "health"), ("hyperthreading.py", "get_hyperthreading"))
        return [await stage.call("host.call_plugin", stage.host("south"), *each, {}) for each in asked]

    _, answers = play(PAIR, scene)
    assert [json.loads(each) for each in answers] == [[], {"/dev/sda:scsi": "PASSED"}, True]


def test_what_a_host_does_not_have_is_named() -> None:
    async def scene(stage: Stage) -> list[list[str]]:
        host = stage.host("south")
        return [
            await refused(stage.call("host.call_plugin", host, "nothing.py", "run", {})),
            await refused(stage.call("host.call_plugin", host, "raid.py", "run", {})),
            await refused(stage.call("host.call_extension", host, '{"method": "no.thing", "params": []}')),
        ]

    _, answers = play(PAIR, scene)
    assert answers == [
        ["XENAPI_MISSING_PLUGIN", "nothing.py"],
        ["UNKNOWN_XENAPI_PLUGIN_FUNCTION", "run"],
        ["MESSAGE_METHOD_UNKNOWN", "no.thing"],
    ]


def test_space_is_given_back_where_the_driver_can() -> None:
    async def scene(stage: Stage) -> list[Any]:
        host, array = stage.host("south"), stage.ref("SR", "array")

        async def ask(plugin: str, function: str, **args: str) -> str:
            return str(await stage.call("host.call_plugin", host, plugin, function, args))

        uuids = [stage.lab.db.get("SR", sr)["uuid"] for sr in (array, stage.ref("SR", "pool-disks"))]
        found: list[Any] = [await ask("trim", "do_trim", sr_uuid=uuid) for uuid in uuids]
        found.append("trim_last_triggered" in stage.lab.db.get("SR", array)["other_config"])
        found.append(await ask("coalesce-leaf", "leaf-coalesce", vm_uuid=stage.guest("mail")["uuid"]))
        found.append(await refused(ask("coalesce-leaf", "leaf-coalesce", vm_uuid="nobody")))
        found.append(await refused(ask("trim", "do_trim")))
        found.append(await ask("disk-space", "check_patch_upload", size="1024"))
        return found

    _, found = play(f"{PAIR}\nsr array lvmoiscsi", scene)
    assert found[0] == "True"
    assert "<key>errcode</key><value>UnsupportedSRForTrim</value>" in found[1]
    assert found[2:] == [
        True,
        "VM has no leaf-coalesceable VDIs",
        ["XENAPI_PLUGIN_FAILURE", "leaf-coalesce", "Exception", "VM not found"],
        ["XENAPI_PLUGIN_FAILURE", "do_trim", "KeyError", "'sr_uuid'"],
        "True",
    ]


def test_free_numbers_of_drives_and_interfaces() -> None:
    async def scene(stage: Stage) -> tuple[list[str], list[str]]:
        vm = stage.vm("mail")
        return await stage.call("VM.get_allowed_VBD_devices", vm), await stage.call("VM.get_allowed_VIF_devices", vm)

    _, (drives, interfaces) = play(PAIR, scene)
    assert drives == [str(number) for number in range(1, 255)], "one drive is taken"
    assert interfaces == [str(number) for number in range(16)]


def test_a_restarted_toolstack_says_when_it_started() -> None:
    async def scene(stage: Stage) -> list[float]:
        host = stage.host("south")
        times = [float(stage.lab.db.get("host", host)["other_config"]["agent_start_time"])]
        stage.lab.restart_toolstack(host)
        await stage.outcome(await stage.migrate("wiki", "north"))
        times.append(float(stage.lab.db.get("host", host)["other_config"]["agent_start_time"]))
        return times

    _, (before, after) = play(PAIR, scene)
    assert after > before, "Xen Orchestra waits for this when it restarts a toolstack"


@pytest.mark.parametrize(
    ("spelt", "meant"),
    [
        ("event_from", "event.from"),
        ("VM_get_all", "VM.get_all"),
        ("VM_guest_metrics_get_all_records", "VM_guest_metrics.get_all_records"),
        ("Async.VM_pool_migrate", "Async.VM.pool_migrate"),
        ("VM.pool_migrate", "VM.pool_migrate"),
        ("no_such_call", "no_such_call"),
        ("system.listMethods", "system.listMethods"),
    ],
)
def test_an_underscore_may_stand_for_the_dot(spelt: str, meant: str) -> None:
    assert dotted(spelt) == meant
