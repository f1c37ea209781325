"""Small calls about a guest: what is answered, and in which words it is refused."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from stage import PAIR, Stage, play, refused

from xenferry.lab.error import LabError

GIB = 2**30
TEXT = PAIR + "guest cold halted\n  disk data\n"


async def ask(stage: Stage, call: str, guest: str, *params: Any) -> list[str]:
    return await refused(stage.call(f"VM.{call}", stage.vm(guest), *params))


@pytest.mark.parametrize(
    ("call", "guest", "params", "error"),
    [
        ("send_sysrq", "mail", ("h",), ["NOT_IMPLEMENTED", "send_sysrq"]),
        ("send_trigger", "mail", ("x",), ["NOT_IMPLEMENTED", "send_trigger"]),
        ("call_plugin", "mail", ("nonsense", "f", {}), ["XENAPI_MISSING_PLUGIN", "nonsense"]),
        ("call_plugin", "mail", ("guest-agent-operation", "run-script", {}), ["FEATURE_RESTRICTED"]),
        ("set_shadow_multiplier_live", "mail", (0.5,), ["INVALID_VALUE", "multiplier", "0.5"]),
    ],
)
def test_refusals_that_name_no_guest(call: str, guest: str, params: tuple[Any, ...], error: list[str]) -> None:
    _, found = play(TEXT, lambda stage: ask(stage, call, guest, *params))
    assert found == error


@pytest.mark.parametrize(
    ("call", "params"),
    [("send_sysrq", ("h",)), ("call_plugin", ("p", "f", {})), ("set_memory_target_live", (GIB,)),
     ("wait_memory_target_live", ()), ("set_shadow_multiplier_live", (2.0,))],
)  # fmt: skip
def test_a_halted_guest_has_nothing_that_could_be_changed_live(call: str, params: tuple[Any, ...]) -> None:
    stage, found = play(TEXT, lambda stage: ask(stage, call, "cold", *params))
    assert found == ["VM_BAD_POWER_STATE", stage.vm("cold"), "running", "halted"]


def test_an_unknown_function_and_an_agent_that_cannot() -> None:
    async def scene(stage: Stage) -> list[list[str]]:
        plugin = "guest-agent-operation"
        return [await ask(stage, "call_plugin", vm, plugin, "dance" if vm == "mail" else "request-rdp-on", {})
                for vm in ("mail", "wiki")]  # fmt: skip

    _, (unknown, unable) = play(TEXT, scene)
    assert unknown[:2] == ["XENAPI_PLUGIN_FAILURE", "failed to find fn"]
    assert unable[:2] == ["XENAPI_PLUGIN_FAILURE", "failed to execute fn"]


def test_sizes_and_their_overhead() -> None:
    async def scene(stage: Stage) -> list[Any]:
        cold = stage.vm("cold")
        before = stage.guest("cold")["memory_overhead"]
        await stage.call("VM.set_memory_static_range", cold, GIB, 64 * GIB)
        after = stage.guest("cold")["memory_overhead"]
        wrong = await refused(stage.call("VM.set_memory_static_range", cold, 8 * GIB, GIB))
        most = await stage.call("VM.maximise_memory", cold, 8 * GIB, False)
        rough = await stage.call("VM.maximise_memory", cold, 8 * GIB, True)
        return [before, after, wrong, most, rough]

    _, (before, after, wrong, most, rough) = play(TEXT, scene)
    assert after > before
    assert wrong == ["MEMORY_CONSTRAINT_VIOLATION_ORDER"]
    assert rough < most < 8 * GIB
    assert most % 2**20 == 0


def test_bios_strings_are_copied_once_and_tie_the_guest_to_the_host() -> None:
    async def scene(stage: Stage) -> list[str]:
        stage.lab.db.update("VM", stage.vm("cold"), bios_strings={})
        await stage.call("VM.copy_bios_strings", stage.vm("cold"), stage.host("south"))
        return await refused(stage.call("VM.copy_bios_strings", stage.vm("cold"), stage.host("north")))

    stage, error = play(TEXT, scene)
    assert error == ["VM_BIOS_STRINGS_ALREADY_SET"]
    host = stage.lab.db.get("host", stage.host("south"))
    assert (stage.guest("cold")["affinity"], stage.guest("cold")["bios_strings"]) == (
        stage.host("south"),
        host["bios_strings"],
    )


def test_what_old_clients_ask_is_answered() -> None:
    async def scene(stage: Stage) -> Any:
        await stage.call("VM.set_memory_target_live", stage.vm("mail"), GIB)
        await stage.call("VM.wait_memory_target_live", stage.vm("mail"))
        await stage.call("VM.set_shadow_multiplier_live", stage.vm("mail"), 2.0)
        return await stage.call("VM.get_cooperative", stage.vm("mail"))

    stage, cooperative = play(TEXT, scene)
    assert cooperative is True
    assert stage.guest("mail")["HVM_shadow_multiplier"] == 2.0


def test_an_agent_is_left_alone_for_ten_seconds() -> None:
    async def scene(stage: Stage) -> list[list[str]]:
        asked = ("call_plugin", "mail", "guest-agent-operation", "dance", {})
        first = await ask(stage, *asked)
        await asyncio.sleep(4)
        second = await ask(stage, *asked)
        await asyncio.sleep(6)
        return [first, second, await ask(stage, *asked)]

    stage, (first, second, third) = play(TEXT, scene)
    assert second == ["VM_CALL_PLUGIN_RATE_LIMIT", stage.vm("mail"), "10.", "6."]
    assert first[0] == third[0] == "XENAPI_PLUGIN_FAILURE"


def test_only_a_guest_that_was_started_has_booted() -> None:
    stage, error = play(TEXT, lambda stage: ask(stage, "get_boot_record", "cold"))
    assert error == ["VM_BAD_POWER_STATE", stage.vm("cold"), "paused, suspended, running", "halted"]


@pytest.mark.parametrize(
    ("unattend", "timeout", "error"),
    [("x", -1.0, ["INVALID_VALUE", "timeout", "-1."]), ("x", 1.0, ["SYSPREP", "VM driver does not support sysprep"]),
     ("x" * 40000, 1.0, ["SYSPREP", "unattend.xml file too large"])],
)  # fmt: skip
def test_sysprep_is_refused(unattend: str, timeout: float, error: list[str]) -> None:
    stage, found = play(TEXT, lambda stage: ask(stage, "sysprep", "mail", unattend, timeout))
    assert [part for part in found if part != stage.guest("mail")["uuid"]] == error


@pytest.mark.parametrize(
    ("platform", "force", "error"),
    [({"nested-virt": "true"}, False, ["MEMORY_CONSTRAINT_VIOLATION_MAXPIN", "nested virt"]),
     ({"nested-virt": "true"}, True, []),
     ({"nested-virt": "maybe"}, False, ["INVALID_VALUE", "platform:nested-virt", "maybe"])],
)  # fmt: skip
def test_a_host_looks_at_a_guests_platform_before_it_starts(
    platform: dict[str, str], force: bool, error: list[str]
) -> None:
    async def scene(stage: Stage) -> list[str]:
        cold = stage.vm("cold")
        await stage.call("VM.set_memory_limits", cold, GIB, 2 * GIB, GIB, GIB)
        await stage.call("VM.set_platform", cold, platform)
        try:
            await stage.call("VM.start", cold, False, force)
        except LabError as found:
            return found.description
        return []

    assert play(TEXT, scene)[1] == error


def test_the_device_model_of_old_is_replaced_at_the_start() -> None:
    async def scene(stage: Stage) -> None:
        await stage.call("VM.set_platform", stage.vm("cold"), {"device-model": "qemu-trad", "secureboot": "auto"})
        await stage.call("VM.start", stage.vm("cold"), False, False)

    stage, _ = play(TEXT, scene)
    platform = stage.guest("cold")["platform"]
    assert (platform["device-model"], platform["secureboot"]) == ("qemu-upstream-uefi", "false")


@pytest.mark.parametrize(
    ("call", "params", "states"),
    [("get_data_sources", (), "running"), ("record_data_source", ("cpu0",), "running"),
     ("forget_data_source_archives", ("cpu0",), "running"), ("query_data_source", ("cpu0",), "running;paused")],
)  # fmt: skip
def test_nothing_is_measured_of_a_guest_that_does_not_run(call: str, params: tuple[Any, ...], states: str) -> None:
    stage, error = play(TEXT, lambda stage: ask(stage, call, "cold", *params))
    assert error == ["VM_BAD_POWER_STATE", stage.vm("cold"), states, "halted"]


def test_a_control_domain_has_room_for_one_drive_more() -> None:
    async def scene(stage: Stage) -> list[int]:
        control = stage.lab.db.get("host", stage.host("north"))["control_domain"]
        return [len(await stage.call("VM.get_allowed_VBD_devices", vm)) for vm in (control, stage.vm("cold"))]

    assert play(TEXT, scene)[1] == [256, 254]
