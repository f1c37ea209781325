"""Guests as records: what makes them, what a template loses, what goes with a guest that is destroyed."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from stage import PAIR, Stage, play, refused

GIB = 2**30
NULL = "OpaqueRef:NULL"
TEXT = PAIR + "guest cold halted memory=2GiB\n  disk data\n"


def record(stage: Stage, **other: Any) -> dict[str, Any]:
    """What a client gives VM.create: another guest's record, changed."""
    return stage.guest("cold") | {"name_label": "made", "hardware_platform_version": 0} | other


def test_a_template_has_no_metrics_and_no_group() -> None:
    async def scene(stage: Stage) -> tuple[str, bool]:
        cold, metrics = stage.vm("cold"), stage.guest("cold")["metrics"]
        stage.lab.db.update("VM", cold, ha_always_run=True)
        await stage.call("VM.set_groups", cold, [await stage.call("VM_group.create", group())])
        await stage.call("VM.set_is_a_template", cold, True)
        return metrics, stage.lab.db.exists("VM_metrics", metrics)

    stage, (_, there) = play(TEXT, scene)
    cold = stage.guest("cold")
    assert (cold["metrics"], cold["groups"], cold["ha_always_run"], there) == (NULL, [], False, False)


def group() -> dict[str, Any]:
    return {"name_label": "g", "name_description": "", "placement": "normal"}


def test_a_guest_that_runs_becomes_no_template() -> None:
    stage, error = play(TEXT, lambda stage: refused(stage.call("VM.set_is_a_template", stage.vm("mail"), True)))
    assert error == ["VM_BAD_POWER_STATE", stage.vm("mail"), "halted", "running"]


def test_what_was_a_template_has_been_installed_since() -> None:
    async def scene(stage: Stage) -> str:
        await asyncio.sleep(5)
        await stage.call("VM.set_is_a_template", stage.vm("cold"), False)
        return str(stage.lab.db.get("VM_metrics", stage.guest("cold")["metrics"])["install_time"])

    _, installed = play(TEXT, scene)
    assert installed > "2000"


def test_only_a_guest_with_its_memory_is_made_suspended() -> None:
    async def scene(stage: Stage) -> tuple[list[str], dict[str, Any]]:
        whole = {"last_boot_CPU_flags": {"vendor": "x"}, "last_booted_record": "r", "suspend_VDI": "OpaqueRef:image"}
        error = await refused(stage.call("VM.create", record(stage, power_state="Suspended")))
        made = await stage.call("VM.create", record(stage, power_state="Suspended", **whole))
        other = await stage.call("VM.create", record(stage, power_state="Running", **whole))
        return error, stage.lab.db.get("VM", made), stage.lab.db.get("VM", other)

    _, (error, made, other) = play(TEXT, scene)
    assert (error[0], error[2:]) == ("VM_BAD_POWER_STATE", ["halted", "suspended"])
    assert (made["power_state"], made["suspend_VDI"]) == ("Suspended", "OpaqueRef:image")
    assert (other["power_state"], other["suspend_VDI"], other["last_booted_record"]) == ("Halted", NULL, "")


def test_a_vendor_device_wants_newer_virtual_hardware() -> None:
    async def scene(stage: Stage) -> int:
        made = await stage.call("VM.create", record(stage, has_vendor_device=True))
        return int(stage.lab.db.get("VM", made)["hardware_platform_version"])

    assert play(TEXT, scene)[1] == 2


def test_what_goes_with_a_guest_and_what_stays() -> None:
    async def scene(stage: Stage) -> tuple[list[bool], str, str]:
        db, cold = stage.lab.db, stage.vm("cold")
        (vbd,) = stage.guest("cold")["VBDs"]
        drive = db.get("VBD", vbd)
        first = await stage.call("VM.snapshot", cold, "first", [])
        second = await stage.call("VM.snapshot", cold, "second", [])
        await stage.call("VM.destroy", first)
        await stage.call("VM.destroy", cold)
        left = [db.exists("VBD", vbd), db.exists("VBD_metrics", drive["metrics"]), db.exists("VDI", drive["VDI"])]
        return left, db.get("VM", second)["parent"], NULL

    _, (left, parent, expected) = play(TEXT, scene)
    assert left == [False, False, True]
    assert parent == expected


def test_default_templates_stay() -> None:
    async def scene(stage: Stage) -> list[str]:
        stage.lab.db.update("VM", stage.vm("cold"), other_config={"default_template": "true"})
        return await refused(stage.call("VM.destroy", stage.vm("cold")))

    assert play(TEXT, scene)[1] == ["VM_CANNOT_DELETE_DEFAULT_TEMPLATE"]


@pytest.mark.parametrize(
    ("call", "params", "operation"),
    [("set_memory_limits", (GIB, GIB, GIB, GIB), "changing_memory_limits"),
     ("set_memory", (GIB,), "changing_memory_limits"),
     ("set_memory_static_range", (GIB, GIB), "changing_static_range"), ("set_VCPUs_max", (4,), "changing_VCPUs"),
     ("set_memory_dynamic_range", (GIB, GIB), "changing_dynamic_range"),
     ("set_HVM_shadow_multiplier", (2.0,), "changing_shadow_memory")],
)  # fmt: skip
def test_a_size_is_changed_under_its_own_name(call: str, params: tuple[Any, ...], operation: str) -> None:
    async def scene(stage: Stage) -> list[str]:
        await stage.call("VM.add_to_blocked_operations", stage.vm("cold"), operation, "because")
        return await refused(stage.call(f"VM.{call}", stage.vm("cold"), *params))

    stage, error = play(TEXT, scene)
    assert error == ["OPERATION_BLOCKED", stage.vm("cold"), "because"]


def test_cpus_at_startup_are_set_while_the_guest_runs() -> None:
    async def scene(stage: Stage) -> tuple[list[str], list[str]]:
        await stage.call("VM.set_VCPUs_at_startup", stage.vm("mail"), 1)
        control = stage.lab.db.get("host", stage.host("north"))["control_domain"]
        dom0 = await refused(stage.call("VM.set_VCPUs_at_startup", control, 1))
        return dom0, await refused(stage.call("VM.set_VCPUs_at_startup", stage.vm("mail"), 99))

    stage, (dom0, many) = play(TEXT, scene)
    assert stage.guest("mail")["VCPUs_at_startup"] == 1
    assert dom0 == ["OPERATION_NOT_ALLOWED", "set_VCPUs_at_startup is not allowed on dom0"]
    assert (many[0], many[2]) == ("INVALID_VALUE", "99")


@pytest.mark.parametrize(("field", "reason"), [("nested_virt", "nested virt"), ("", "DMC disabled")])
def test_memory_that_cannot_be_ballooned_is_pinned(field: str, reason: str) -> None:
    async def scene(stage: Stage) -> list[str]:
        if field:
            stage.lab.db.update("VM_metrics", stage.guest("cold")["metrics"], **{field: True})
        else:
            (pool,) = stage.lab.db.all("pool")
            stage.lab.db.update("pool", pool, restrictions={"restrict_dmc": "true"})
        return await refused(stage.call("VM.set_memory_limits", stage.vm("cold"), GIB, 4 * GIB, GIB, 2 * GIB))

    assert play(TEXT, scene)[1] == ["MEMORY_CONSTRAINT_VIOLATION_MAXPIN", reason]


def test_a_guest_made_of_a_checkpoint_is_halted() -> None:
    async def scene(stage: Stage) -> dict[str, Any]:
        point = await stage.call("VM.checkpoint", stage.vm("mail"), "point")
        return dict(stage.lab.db.get("VM", await stage.call("VM.clone", point, "twin")))

    _, twin = play(TEXT, scene)
    assert (twin["power_state"], twin["suspend_VDI"]) == ("Halted", NULL)


def test_shutdown_kills_a_guest_that_does_not_react() -> None:
    async def scene(stage: Stage) -> list[str]:
        stage.lab.world.deaf[stage.vm("mail")] = {"shutdown"}
        await stage.call("VM.shutdown", stage.vm("mail"))
        return [each["body"] for each in stage.lab.db.all("message").values() if each["name"] == "VM_SHUTDOWN"]

    stage, bodies = play(TEXT, scene)
    assert stage.guest("mail")["power_state"] == "Halted"
    assert [body.rpartition(" ")[2] for body in bodies] == ["shutdown"]


@pytest.mark.parametrize(
    ("call", "delay", "guest", "params"),
    [("start", "start_delay", "cold", (False, False)), ("clean_shutdown", "shutdown_delay", "mail", ()),
     ("hard_shutdown", "shutdown_delay", "mail", ()), ("shutdown", "shutdown_delay", "mail", ())],
)  # fmt: skip
def test_a_call_lasts_until_others_can_go_on(call: str, delay: str, guest: str, params: tuple[Any, ...]) -> None:
    async def scene(stage: Stage) -> float:
        loop = asyncio.get_running_loop()
        await stage.call(f"VM.set_{delay}", stage.vm(guest), 500)
        begun = loop.time()
        await stage.call(f"VM.{call}", stage.vm(guest), *params)
        return loop.time() - begun

    assert 500 < play(TEXT, scene)[1] < 600
