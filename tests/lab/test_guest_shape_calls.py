"""Settings that make a guest another kind of machine, and what is refused while it runs."""

from __future__ import annotations

from typing import Any

import pytest
from stage import PAIR, Stage, play, refused

from xenferry.lab.datamodel import NULL

GIB = 2**30


def guest(stage: Stage, *names: str) -> list[Any]:
    return [stage.guest("mail")[name] for name in names]


def test_domain_type_and_boot_policy_follow_each_other() -> None:
    async def scene(stage: Stage) -> list[Any]:
        vm, seen = stage.vm("mail"), []
        for kind in ("pvh", "hvm", "pv"):
            await stage.call("VM.set_domain_type", vm, kind)
            seen.append(guest(stage, "domain_type", "HVM_boot_policy"))
        await stage.call("VM.set_HVM_boot_policy", vm, "BIOS order")
        seen.append(guest(stage, "domain_type", "HVM_boot_policy"))
        return [*seen, await refused(stage.call("VM.set_domain_type", vm, "unspecified"))]

    _, seen = play(PAIR, scene)
    assert seen == [
        ["pvh", ""],
        ["hvm", "BIOS order"],
        ["pv", ""],
        ["hvm", "BIOS order"],
        ["INVALID_VALUE", "domain_type", "unspecified"],
    ]


@pytest.mark.parametrize(
    ("strings", "why"),
    [
        ({"oem-1": "x"}, "Unknown key"),
        ({"bios-vendor": ""}, "Value provided is empty"),
        ({"bios-vendor": "é"}, "é has non-printable ASCII characters"),
        ({"bios-vendor": "x" * 513}, f"{'x' * 513} has length more than 512 characters"),
    ],
)
def test_bios_strings_are_checked(strings: dict[str, str], why: str) -> None:
    async def scene(stage: Stage) -> list[str]:
        return await refused(stage.call("VM.set_bios_strings", stage.vm("mail"), strings))

    _, error = play(PAIR, scene)
    assert error == ["INVALID_VALUE", next(iter(strings)), why]


def test_bios_strings_are_set_once() -> None:
    async def scene(stage: Stage) -> list[Any]:
        await stage.call("VM.set_bios_strings", stage.vm("mail"), {"bios-vendor": "Dell Inc."})
        again = await refused(stage.call("VM.set_bios_strings", stage.vm("mail"), {}))
        return [stage.guest("mail")["bios_strings"], again]

    _, (strings, again) = play(PAIR, scene)
    assert (strings["bios-vendor"], strings["system-manufacturer"]) == ("Dell Inc.", "Xen")
    assert again == ["VM_BIOS_STRINGS_ALREADY_SET"]


def test_a_vendor_device_asks_for_newer_hosts() -> None:
    async def scene(stage: Stage) -> list[Any]:
        vm = stage.vm("mail")
        running = await refused(stage.call("VM.set_has_vendor_device", vm, True))
        await stage.call("VM.hard_shutdown", vm)
        await stage.call("VM.set_has_vendor_device", vm, True)
        stage.lab.db.update("host", stage.host("south"), virtual_hardware_platform_versions=[0, 1])
        there = await refused(stage.call("VM.assert_can_boot_here", vm, stage.host("south")))
        return [running[0], guest(stage, "hardware_platform_version"), there[0]]

    _, seen = play(PAIR, scene)
    assert seen == ["VM_BAD_POWER_STATE", [2], "VM_HOST_INCOMPATIBLE_VIRTUAL_HARDWARE_PLATFORM_VERSION"]


def test_a_drive_and_firmware_variables_are_changed_while_the_guest_is_halted() -> None:
    async def scene(stage: Stage) -> list[Any]:
        vm, (vbd,) = stage.vm("mail"), stage.guest("mail")["VBDs"]
        errors = [
            await refused(stage.call("VBD.set_mode", vbd, "RO")),
            await refused(stage.call("VM.set_NVRAM", vm, {})),
        ]
        await stage.call("VM.hard_shutdown", vm)
        await stage.call("VBD.set_mode", vbd, "RO")
        await stage.call("VM.add_to_NVRAM", vm, "a", "b")
        errors.append(await refused(stage.call("VM.add_to_NVRAM", vm, "a", "c")))
        kept = guest(stage, "NVRAM")
        await stage.call("VM.remove_from_NVRAM", vm, "a")
        return [[error[0] for error in errors], kept, guest(stage, "NVRAM")]

    _, seen = play(PAIR, scene)
    assert seen == [["VM_BAD_POWER_STATE", "VM_BAD_POWER_STATE", "MAP_DUPLICATE_KEY"], [{"a": "b"}], [{}]]


def test_memory_limits_are_set_one_by_one_and_in_order() -> None:
    async def scene(stage: Stage) -> list[Any]:
        vm = stage.vm("mail")
        await stage.call("VM.set_memory_dynamic_min", vm, 4 * GIB)
        error = await refused(stage.call("VM.set_memory_dynamic_max", vm, 2 * GIB))
        running = await refused(stage.call("VM.set_memory_static_min", vm, 2 * GIB))
        return [guest(stage, "memory_dynamic_min"), error, running[0]]

    _, seen = play(PAIR, scene)
    assert seen == [[4 * GIB], ["MEMORY_CONSTRAINT_VIOLATION_ORDER"], "VM_BAD_POWER_STATE"]


def test_templates_are_in_no_appliance_and_have_no_schedule() -> None:
    async def scene(stage: Stage) -> list[Any]:
        template = next(ref for ref, record in stage.lab.db.all("VM").items() if record["is_a_template"])
        schedule = stage.lab.db.create("VMSS", name_label="nightly", type="snapshot")
        await stage.call("VM.set_snapshot_schedule", stage.vm("mail"), schedule)
        return [
            (await refused(stage.call("VM.set_appliance", template, NULL)))[0],
            (await refused(stage.call("VM.set_snapshot_schedule", template, schedule)))[0],
            (await refused(stage.call("VM.set_snapshot_schedule", template, "nonsense"))),
            await refused(stage.call("VM.set_start_delay", template, -1)),
            stage.lab.db.get("VMSS", schedule)["VMs"] == [stage.vm("mail")],
        ]

    _, seen = play(PAIR, scene)
    assert seen == [
        "OPERATION_NOT_ALLOWED",
        "VM_IS_TEMPLATE",
        ["INVALID_VALUE", "nonsense"],
        ["INVALID_VALUE", "start_delay must be non-negative", "-1"],
        True,
    ]
