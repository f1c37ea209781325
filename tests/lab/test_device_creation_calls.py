"""Drives and interfaces as they are made: what is refused, what is taken from the caller, what a copy keeps."""

from __future__ import annotations

from typing import Any

import pytest
from stage import PAIR, Stage, play, refused

from xenferry.lab.error import LabError

TEXT = PAIR + "guest cold halted\n  disk data\n  nic eth0\nguest old halted\n  set domain_type=pv\n"


def drive(stage: Stage, guest: str, **other: Any) -> dict[str, Any]:
    vbd = stage.guest("cold")["VBDs"][-1]
    return {
        "VM": stage.vm(guest), "VDI": stage.lab.db.get("VBD", vbd)["VDI"], "userdevice": "autodetect", "type": "Disk",
        "mode": "RW", "bootable": False, "unpluggable": True, "empty": False, "other_config": {},
        "qos_algorithm_type": "", "qos_algorithm_params": {}, "device": "", "currently_attached": False,
    } | other  # fmt: skip


def nic(stage: Stage, guest: str, device: str, **other: Any) -> dict[str, Any]:
    (vif,) = stage.guest("cold")["VIFs"]
    old = stage.lab.db.get("VIF", vif)
    return {
        "VM": stage.vm(guest), "device": device, "network": old["network"], "MAC": "", "MTU": 1500,
        "other_config": {}, "qos_algorithm_type": "", "qos_algorithm_params": {}, "currently_attached": False,
        "locking_mode": "network_default", "ipv4_allowed": [], "ipv6_allowed": [], "trunks": [],
    } | other  # fmt: skip


def protect(stage: Stage, guest: str) -> None:
    (pool,) = stage.lab.db.all("pool")
    stage.lab.db.update("pool", pool, ha_enabled=True)
    stage.lab.db.update("VM", stage.vm(guest), ha_always_run=True, ha_restart_priority="restart")


def make_local(stage: Stage) -> str:
    """The disk's SR is no longer shared."""
    sr = str(stage.lab.db.get("VDI", drive(stage, "cold")["VDI"])["SR"])
    stage.lab.db.update("SR", sr, shared=False)
    return sr


def test_a_guest_that_ha_restarts_gets_nothing_that_ties_it() -> None:
    async def scene(stage: Stage) -> list[Any]:
        protect(stage, "cold")
        sr, network = make_local(stage), nic(stage, "cold", "5")["network"]
        for pif in list(stage.lab.db.get("network", network)["PIFs"])[1:]:
            stage.lab.db.destroy("PIF", pif)
        disk = await refused(stage.call("VBD.create", drive(stage, "cold")))
        wire = await refused(stage.call("VIF.create", nic(stage, "cold", "5")))
        (pool,) = stage.lab.db.all("pool")
        stage.lab.db.update("pool", pool, ha_allow_overcommit=True)
        await stage.call("VBD.create", drive(stage, "cold"))
        return [disk, wire, sr, network]

    _, (disk, wire, sr, network) = play(TEXT, scene)
    assert disk == ["HA_CONSTRAINT_VIOLATION_SR_NOT_SHARED", sr]
    assert wire == ["HA_CONSTRAINT_VIOLATION_NETWORK_NOT_SHARED", network]


def test_a_drive_is_what_the_caller_said_and_its_driver() -> None:
    async def scene(stage: Stage) -> dict[str, Any]:
        wanted = drive(stage, "cold", qos_algorithm_params={"class": "low"}, device="xvdq", other_config={"a": "b"})
        stage.lab.db.update("VDI", wanted["VDI"], sm_config={"backend-kind": "vbd3", "x": "y"})
        return dict(stage.lab.db.get("VBD", await stage.call("VBD.create", wanted)))

    _, made = play(TEXT, scene)
    assert made["qos_algorithm_params"] == {"class": "low"}
    assert made["other_config"] == {"backend-kind": "vbd3", "a": "b"}
    assert (made["device"], made["currently_attached"]) == ("", False)


def test_devices_of_a_suspended_guest_are_made_as_they_were() -> None:
    async def scene(stage: Stage) -> list[dict[str, Any]]:
        stage.lab.db.update("VM", stage.vm("cold"), power_state="Suspended")
        vbd = await stage.call("VBD.create", drive(stage, "cold", device="xvdq", currently_attached=True))
        vif = await stage.call("VIF.create", nic(stage, "cold", "7", currently_attached=True))
        stage.lab.db.update("VM", stage.vm("cold"), power_state="Halted")
        return [dict(stage.lab.db.get("VBD", vbd)), dict(stage.lab.db.get("VIF", vif))]

    _, (vbd, vif) = play(TEXT, scene)
    assert (vbd["device"], vbd["currently_attached"], vif["currently_attached"]) == ("xvdq", True, True)


@pytest.mark.parametrize(
    ("guest", "device", "error"),
    [("old", "autodetect", ["NOT_IMPLEMENTED", "VBD of type 'floppy' is not supported on PV domain"]),
     ("cold", "-9", ["INVALID_DEVICE", "-9"]), ("cold", "7", ["DEVICE_ALREADY_EXISTS", "7"])],
)  # fmt: skip
def test_floppies_have_names_of_their_own(guest: str, device: str, error: list[str]) -> None:
    async def scene(stage: Stage) -> tuple[str, list[str]]:
        await stage.call("VBD.create", drive(stage, "cold", userdevice="7"))
        first = await stage.call("VBD.create", drive(stage, "cold", type="Floppy"))
        name = str(stage.lab.db.get("VBD", first)["userdevice"])
        return name, await refused(stage.call("VBD.create", drive(stage, guest, type="Floppy", userdevice=device)))

    assert play(TEXT, scene)[1] == ("fda", error)


@pytest.mark.parametrize(
    ("taken", "wanted", "free"),
    [("1", "xvdb", False), ("1", "hdb", False), ("1", "sdb", True), ("1", "0x1", False), ("1", "d1p0", False),
     ("1", "xvdb1", True), ("5", "hdf", True), ("xvdaa", "26", False)],
)  # fmt: skip
def test_a_drive_may_be_meant_by_several_names(taken: str, wanted: str, free: bool) -> None:
    async def scene(stage: Stage) -> str:
        await stage.call("VBD.create", drive(stage, "old", userdevice=taken))
        try:
            await stage.call("VBD.create", drive(stage, "old", userdevice=wanted))
        except LabError as error:
            return error.code
        return ""

    assert play(TEXT, scene)[1] == ("" if free else "DEVICE_ALREADY_EXISTS")


def test_a_proxy_stays_that_of_the_lowest_interface() -> None:
    async def scene(stage: Stage) -> list[str]:
        high = await stage.call("VIF.create", nic(stage, "old", "3"))
        stage.lab.db.create("PVS_proxy", VIF=high)
        await stage.call("VIF.create", nic(stage, "old", "4"))
        return await refused(stage.call("VIF.create", nic(stage, "old", "2")))

    assert play(TEXT, scene)[1] == ["PVS_PROXY_PRESENT_ON_HIGHER_VIF_DEVICE", "3"]


def test_a_copy_has_the_interfaces_of_the_original() -> None:
    async def scene(stage: Stage) -> list[dict[str, Any]]:
        (vif,) = stage.guest("cold")["VIFs"]
        stage.lab.db.update("VIF", vif, ipv4_configuration_mode="Static", ipv4_addresses=["10.0.0.9/24"], trunks=[7])
        made = [await stage.call("VM.clone", stage.vm("cold"), "twin")]
        made.append(await stage.call("VM.snapshot", stage.vm("cold"), "shot", []))
        vifs = [stage.lab.db.get("VM", vm)["VIFs"][0] for vm in made]
        return [dict(stage.lab.db.get("VIF", each)) for each in (vif, *vifs)]

    _, (old, twin, shot) = play(TEXT, scene)
    kept = ("ipv4_configuration_mode", "ipv4_addresses", "trunks", "network")
    assert [[each[name] for name in kept] for each in (twin, shot)] == [[old[name] for name in kept]] * 2
    assert (twin["MAC"] != old["MAC"], twin["MAC_autogenerated"]) == (True, True)
    assert (shot["MAC"], shot["MAC_autogenerated"]) == (old["MAC"], False)


def test_of_equal_addresses_the_last_stays() -> None:
    async def scene(stage: Stage) -> list[str]:
        (vif,) = stage.guest("cold")["VIFs"]
        await stage.call("VIF.set_ipv4_allowed", vif, ["10.0.0.1", "10.0.0.2", "10.0.0.1"])
        return list(stage.lab.db.get("VIF", vif)["ipv4_allowed"])

    assert play(TEXT, scene)[1] == ["10.0.0.2", "10.0.0.1"]


def test_an_sdn_controller_locks_interfaces_itself() -> None:
    async def scene(stage: Stage) -> list[str]:
        stage.lab.db.create("SDN_controller")
        (vif,) = stage.guest("cold")["VIFs"]
        return await refused(stage.call("VIF.set_locking_mode", vif, "locked"))

    assert play(TEXT, scene)[1] == ["OPERATION_NOT_ALLOWED", "A vswitch controller is active"]
