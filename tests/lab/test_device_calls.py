"""Virtual TPMs, USB devices, GPUs and cards: what makes a guest stay where it is, made and unmade by calls."""

from __future__ import annotations

from typing import Any

from stage import Stage, play, refused

from xenferry.lab.datamodel import NULL

HARDWARE = """
host north memory=64GiB
  gpu 0000:3b:00.0 "NVIDIA Tesla T4" types=T4-4Q
  usb dongle
host south memory=64GiB
  gpu 0000:3b:00.0 "NVIDIA Tesla T4" types=T4-4Q
sr pool-disks nfs default
guest draw halted
  disk root
guest keys on=north
  disk root
  usb dongle
"""


def test_a_guest_has_one_tpm_at_most_and_keeps_it_while_it_runs() -> None:
    async def scene(stage: Stage) -> list[Any]:
        guest = stage.vm("draw")
        tpm = await stage.call("VTPM.create", guest, False)
        second = await refused(stage.call("VTPM.create", guest, True))
        await stage.call("VM.start", guest, False, False)
        running = await refused(stage.call("VTPM.destroy", tpm))
        also = await refused(stage.call("VTPM.create", guest, False))
        await stage.call("VM.hard_shutdown", guest)
        await stage.call("VTPM.destroy", tpm)
        return [guest, second, running, also, stage.guest("draw")["VTPMs"]]

    _, (guest, second, running, also, left) = play(HARDWARE, scene)
    assert second == ["VTPM_MAX_AMOUNT_REACHED", "1"]
    assert running == ["VM_BAD_POWER_STATE", guest, "halted;suspended", "running"]
    assert also == ["VM_BAD_POWER_STATE", guest, "halted", "running"]
    assert left == []


def test_a_pool_without_the_feature_makes_no_tpms() -> None:
    async def scene(stage: Stage) -> list[str]:
        return await refused(stage.call("VTPM.create", stage.vm("draw"), False))

    _, error = play("pool p restrict=vtpm\n" + HARDWARE, scene)
    assert error == ["FEATURE_RESTRICTED", "restrict_vtpm"]


def test_a_usb_device_is_unplugged_before_it_is_taken_away() -> None:
    async def scene(stage: Stage) -> list[Any]:
        guest, (vusb,) = stage.vm("keys"), stage.guest("keys")["VUSBs"]
        (pusb,) = stage.lab.db.all("PUSB")
        group = stage.lab.db.get("VUSB", vusb)["USB_group"]
        errors = [
            await refused(stage.call("VUSB.destroy", vusb)),
            await refused(stage.call("USB_group.destroy", group)),
            await refused(stage.call("PUSB.set_passthrough_enabled", pusb, False)),
            await refused(stage.call("VUSB.create", stage.vm("draw"), group, {})),
        ]
        await stage.call("VUSB.unplug", vusb)
        again = await refused(stage.call("VUSB.unplug", vusb))
        await stage.call("VUSB.destroy", vusb)
        await stage.call("PUSB.scan", stage.host("north"))
        new = await stage.call("VUSB.create", stage.vm("draw"), group, {})
        await stage.call("VM.start", stage.vm("draw"), False, False)
        home = stage.home("draw")
        attached = stage.lab.db.get("VUSB", new)["currently_attached"]
        return [[guest, vusb, group, pusb], errors, again, home, attached]

    _, ((guest, vusb, group, pusb), errors, again, home, attached) = play(HARDWARE, scene)
    assert [error[0] for error in errors] == [
        "OPERATION_NOT_ALLOWED", "USB_GROUP_CONTAINS_VUSB", "USB_ALREADY_ATTACHED", "USB_GROUP_CONFLICT",
    ]  # fmt: skip
    assert errors[1][1:] == [vusb]
    assert errors[2][1:] == [pusb, guest]
    assert errors[3][1:] == [group]
    assert again == ["DEVICE_ALREADY_DETACHED", vusb]
    assert (home, attached) == ("north", True), "the guest started where its device is"


def test_a_vgpu_takes_room_on_a_card_once_its_guest_runs() -> None:
    async def scene(stage: Stage) -> list[Any]:
        guest, (group,) = stage.vm("draw"), stage.lab.db.all("GPU_group")
        (kind,) = stage.lab.db.find("VGPU_type", model_name="T4-4Q")
        room = [await stage.call("GPU_group.get_remaining_capacity", group, kind)]
        vgpu = await stage.call("VGPU.create", guest, group, "0", {}, kind)
        second = await refused(stage.call("VGPU.create", guest, group, "0", {}, kind))
        await stage.call("VM.start_on", guest, stage.host("south"), False, False)
        room.append(await stage.call("GPU_group.get_remaining_capacity", group, kind))
        card = stage.lab.db.get("VGPU", vgpu)["resident_on"]
        room.append(await stage.call("PGPU.get_remaining_capacity", card, kind))
        used = [
            await refused(stage.call("VGPU.destroy", vgpu)),
            await refused(stage.call("PGPU.remove_enabled_VGPU_types", card, kind)),
            await refused(stage.call("GPU_group.destroy", group)),
        ]
        return [guest, kind, second, room, stage.lab.db.get("PGPU", card)["host"] == stage.host("south"), used, vgpu]

    _, (guest, kind, second, room, placed, used, vgpu) = play(HARDWARE, scene)
    assert second == ["VGPU_TYPE_NOT_COMPATIBLE", kind]
    assert room == [8, 7, 3]
    assert placed
    assert used == [
        ["OPERATION_NOT_ALLOWED", "vGPU currently attached to a running VM"],
        ["PGPU_IN_USE_BY_VM", guest],
        ["GPU_GROUP_CONTAINS_VGPU", vgpu],
    ]


def test_a_card_that_no_longer_offers_a_type_is_no_place_for_it() -> None:
    async def scene(stage: Stage) -> list[Any]:
        (group,) = stage.lab.db.all("GPU_group")
        (kind,) = stage.lab.db.find("VGPU_type", model_name="T4-4Q")
        for card in stage.lab.db.all("PGPU"):
            await stage.call("PGPU.remove_enabled_VGPU_types", card, kind)
        gone = kind in stage.lab.db.get("GPU_group", group)["enabled_VGPU_types"]
        await stage.call("VGPU.create", stage.vm("draw"), group, "0", {}, kind)
        where = await refused(stage.call("VM.assert_can_boot_here", stage.vm("draw"), stage.host("south")))
        other = await stage.call("GPU_group.create", "spare", "", {})
        moved = next(iter(stage.lab.db.all("PGPU")))
        await stage.call("PGPU.set_GPU_group", moved, other)
        foreign = await refused(stage.call("PGPU.add_enabled_VGPU_types", moved, NULL))
        return [gone, where[0], stage.lab.db.get("GPU_group", other)["PGPUs"] == [moved], foreign[:2]]

    _, answers = play(HARDWARE, scene)
    assert answers == [False, "VM_REQUIRES_VGPU", True, ["VGPU_TYPE_NOT_SUPPORTED", NULL]]


def test_dom0_lets_go_of_a_card_at_the_next_boot() -> None:
    async def scene(stage: Stage) -> list[str]:
        host = stage.host("south")
        (card,) = (ref for ref, pgpu in stage.lab.db.all("PGPU").items() if pgpu["host"] == host)
        pci = stage.lab.db.get("PGPU", card)["PCI"]
        seen = [await stage.call("PCI.get_dom0_access_status", pci)]
        seen.append(await stage.call("PGPU.disable_dom0_access", card))
        seen.append(await stage.call("PCI.enable_dom0_access", pci))
        seen.append(await stage.call("PCI.disable_dom0_access", pci))
        await stage.lab.crash(host)
        stage.lab.revive(host)
        seen.append(await stage.call("PCI.get_dom0_access_status", pci))
        return [*seen, stage.lab.db.get("PGPU", card)["dom0_access"]]

    _, seen = play(HARDWARE, scene)
    assert seen == ["enabled", "disable_on_reboot", "enabled", "disable_on_reboot", "disabled", "disabled"]
