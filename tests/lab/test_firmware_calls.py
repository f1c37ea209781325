"""Calls about a guest's device model and firmware, and which measurements are kept."""

from __future__ import annotations

from typing import Any

from stage import PAIR, Stage, play, refused


def test_a_device_model_is_restarted_by_a_migration_to_the_same_host() -> None:
    async def scene(stage: Stage) -> list[Any]:
        guest = stage.vm("mail")
        stage.lab.db.update("VM", guest, pending_guidances=["restart_device_model"])
        before = stage.guest("mail")["domid"]
        await stage.call("VM.restart_device_models", guest)
        found = [stage.home("mail"), stage.guest("mail")["pending_guidances"], stage.guest("mail")["domid"] > before]
        await stage.call("VM.hard_shutdown", guest)
        return [*found, guest, await refused(stage.call("VM.restart_device_models", guest))]

    _, (home, pending, anew, guest, error) = play(PAIR, scene)
    assert (home, pending, anew) == ("north", [], True)
    assert error == ["VM_BAD_POWER_STATE", guest, "Running", "Halted"]


def test_secure_boot_follows_the_mode_that_was_set() -> None:
    async def scene(stage: Stage) -> list[str]:
        guest = stage.vm("mail")
        await stage.call("VM.add_to_platform", guest, "secureboot", "true")
        seen = [await stage.call("VM.get_secureboot_readiness", guest)]
        for mode in ("user", "setup"):
            await stage.call("VM.set_uefi_mode", guest, mode)
            seen.append(await stage.call("VM.get_secureboot_readiness", guest))
        return seen

    _, seen = play(PAIR, scene)
    assert seen == ["first_boot", "ready", "setup_mode"]


def test_certificates_are_renewed_at_the_next_boot_only_when_there_are_new_ones() -> None:
    async def scene(stage: Stage) -> list[Any]:
        guest = stage.vm("mail")
        error = await refused(stage.call("VM.update_secureboot_certificates_on_boot", guest, True))
        stage.lab.db.update("VM", guest, secureboot_certificates_state="update_available")
        await stage.call("VM.update_secureboot_certificates_on_boot", guest, True)
        return [error[0], stage.guest("mail")["secureboot_certificates_state"]]

    _, seen = play(PAIR, scene)
    assert seen == ["OPERATION_NOT_ALLOWED", "update_on_boot"]


def test_a_measurement_can_be_left_out_and_taken_up_again() -> None:
    async def scene(stage: Stage) -> list[Any]:
        guest, host = stage.vm("mail"), stage.host("north")

        async def kept() -> bool:
            listed = await stage.call("VM.get_data_sources", guest)
            return bool(next(each["enabled"] for each in listed if each["name_label"] == "cpu0"))

        seen: list[Any] = [await kept()]
        await stage.call("VM.forget_data_source_archives", guest, "cpu0")
        seen.append(await kept())
        await stage.call("VM.record_data_source", guest, "cpu0")
        seen.append(await kept())
        seen.append(await stage.call("SR.get_data_sources", stage.ref("SR", "pool-disks")))
        errors = [
            await refused(stage.call("host.record_data_source", host, "nothing")),
            await refused(stage.call("SR.query_data_source", stage.ref("SR", "pool-disks"), "io")),
        ]
        return [*seen, [error[0] for error in errors]]

    _, seen = play(PAIR, scene)
    assert seen == [True, False, True, [], ["INTERNAL_ERROR", "INTERNAL_ERROR"]]


def test_a_plugin_of_the_host_is_called_for_a_guest_that_runs() -> None:
    async def scene(stage: Stage) -> list[Any]:
        guest = stage.vm("mail")
        answer = await stage.call("VM.call_host_plugin", guest, "raid.py", "check_raid_pool", {})
        await stage.call("VM.hard_shutdown", guest)
        error = await refused(stage.call("VM.call_host_plugin", guest, "raid.py", "check_raid_pool", {}))
        return [answer, error[0], error[2:]]

    _, seen = play(PAIR, scene)
    assert seen == ["{}", "VM_BAD_POWER_STATE", ["Running", "Halted"]]
