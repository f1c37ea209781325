"""Drives and interfaces on a running guest: names, refusals and what a host cannot do with them."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from stage import Stage, play, refused

from xenferry.lab.calls.vif import generated
from xenferry.lab.guest.drives import meanings, shown

TEXT = """
host north
  nic eth0 management ip=192.0.2.11/24
  nic eth1
  vlan eth1 42 network=tagged
host south
  nic eth0 management ip=192.0.2.12/24
network spare internal
sr pool-disks nfs default
sr images iso
  image tools.iso
guest mail on=north hvm
  disk root
  cd
  nic eth0
guest cold halted
  nic eth0
"""
NULL = "OpaqueRef:NULL"


def drive(stage: Stage, **more: Any) -> dict[str, Any]:
    return {
        "VM": stage.vm("mail"), "VDI": NULL, "userdevice": "autodetect", "bootable": False, "mode": "RW",
        "type": "Disk", "unpluggable": True, "empty": False, "other_config": {}, "qos_algorithm_type": "",
        "qos_algorithm_params": {}, **more,
    }  # fmt: skip


def interface(stage: Stage, **more: Any) -> dict[str, Any]:
    return {
        "device": "7", "network": stage.ref("network", "spare"), "VM": stage.vm("mail"), "MAC": "", "MTU": 1500,
        "other_config": {}, "qos_algorithm_type": "", "qos_algorithm_params": {}, **more,
    }  # fmt: skip


def test_a_mac_address_follows_from_the_seed_as_xapi_computes_it() -> None:
    assert generated("89de9e5e-5ca0-8bba-64f4-8b515dbf69c7", 0) != generated("89de9e5e-5ca0-8bba-64f4-8b515dbf69c7", 1)
    first = int(generated("89de9e5e-5ca0-8bba-64f4-8b515dbf69c7", 0)[:2], 16)
    assert first & 3 == 2  # locally administered, for one receiver


def test_a_number_is_a_drive_of_two_buses() -> None:
    assert meanings("1") == {("xvd", 1, 0), ("hd", 1, 0)}
    assert [meanings(name) for name in ("xvdb", "hdb2", "9")] == [{("xvd", 1, 0)}, {("hd", 1, 2)}, {("xvd", 9, 0)}]
    assert (shown("0"), shown("25"), shown("26"), shown("hda")) == ("xvda", "xvdz", "xvdaa", "hda")


@pytest.mark.parametrize(
    ("more", "error"),
    [
        ({}, ["HANDLE_INVALID", "VDI", NULL]),
        ({"type": "CD", "empty": True}, ["VBD_CDS_MUST_BE_READONLY"]),
        ({"empty": True}, ["VBD_NOT_REMOVABLE_MEDIA", "in constructor"]),
        ({"type": "CD", "mode": "RO", "empty": True, "userdevice": "zz"}, ["INVALID_DEVICE", "zz"]),
        ({"type": "CD", "mode": "RO", "empty": True, "userdevice": "xvda"}, ["DEVICE_ALREADY_EXISTS", "xvda"]),
    ],
)
def test_a_drive_must_make_sense(more: dict[str, Any], error: list[str]) -> None:
    async def act(stage: Stage) -> None:
        assert await refused(stage.call("VBD.create", drive(stage, **more))) == error

    play(TEXT, act)


def test_a_cd_drive_that_came_after_the_start_is_unknown_to_the_host() -> None:
    async def act(stage: Stage) -> None:
        late = await stage.call("VBD.create", drive(stage, type="CD", mode="RO", empty=True, userdevice="5"))
        disc = stage.ref("VDI", "tools.iso")
        name = f"{stage.guest('mail')['uuid']}/vbd.xvdf"
        text = f"Object with type VM and id {name} does not exist in xenopsd"
        assert await refused(stage.call("VBD.insert", late, disc)) == ["INTERNAL_ERROR", text]
        assert (await refused(stage.call("VBD.plug", late)))[0] == "OPERATION_NOT_ALLOWED"
        assert await refused(stage.call("VBD.eject", late)) == ["VBD_IS_EMPTY", late]

    play(TEXT, act)


def test_a_disk_comes_and_goes_while_the_guest_runs() -> None:
    async def act(stage: Stage) -> None:
        fields = {
            "name_label": "more", "name_description": "", "SR": stage.ref("SR", "pool-disks"), "virtual_size": 2**30,
            "type": "user", "sharable": False, "read_only": False, "other_config": {}, "xenstore_data": {},
            "sm_config": {}, "tags": [],
        }  # fmt: skip
        vdi = await stage.call("VDI.create", fields)
        vbd = await stage.call("VBD.create", drive(stage, VDI=vdi, userdevice="4"))
        await stage.call("VBD.plug", vbd)
        assert stage.lab.db.get("VBD", vbd)["device"] == "xvde"
        assert await refused(stage.call("VBD.plug", vbd)) == ["DEVICE_ALREADY_ATTACHED", vbd]
        assert await refused(stage.call("VDI.destroy", vdi)) == ["VDI_IN_USE", vdi, "destroy"]
        await stage.call("VBD.unplug", vbd)
        assert await refused(stage.call("VBD.unplug", vbd)) == ["DEVICE_ALREADY_DETACHED", vbd]
        await stage.call("VBD.destroy", vbd)
        await stage.call("VDI.destroy", vdi)

    play(TEXT, act)


@pytest.mark.parametrize(
    ("more", "error"),
    [
        ({"device": ""}, ["INVALID_DEVICE", ""]),
        ({"device": "0"}, ["DEVICE_ALREADY_EXISTS", "0"]),
        ({"MAC": "zz"}, ["MAC_INVALID", "zz"]),
    ],
)
def test_an_interface_must_make_sense(more: dict[str, Any], error: list[str]) -> None:
    async def act(stage: Stage) -> None:
        assert await refused(stage.call("VIF.create", interface(stage, **more))) == error

    play(TEXT, act)


def test_an_interface_moves_only_to_networks_of_its_host() -> None:
    async def act(stage: Stage) -> None:
        (vif,) = stage.guest("mail")["VIFs"]
        await stage.call("VIF.move", vif, stage.ref("network", "tagged"))
        assert await refused(stage.call("VIF.destroy", vif)) == [
            "OPERATION_NOT_ALLOWED",
            "VIF currently attached to a running VM",
        ]
        tags = stage.call("VIF.set_trunks", vif, [7])
        assert await refused(tags) == ["NETWORK_INCOMPATIBLE_WITH_TRUNKS", stage.ref("network", "tagged")]
        await stage.call("VM.pool_migrate", stage.vm("mail"), stage.host("north"), {})

    play(TEXT, act)


def test_addresses_of_an_interface_are_checked() -> None:
    async def act(stage: Stage) -> None:
        (vif,) = stage.guest("mail")["VIFs"]
        wrong = stage.call("VIF.set_ipv4_allowed", vif, ["1.2.3.4", "x"])
        assert await refused(wrong) == ["INVALID_IP_ADDRESS_SPECIFIED", "ipv4_allowed"]
        await stage.call("VIF.set_ipv4_allowed", vif, ["192.0.2.99"])
        await stage.call("VIF.set_locking_mode", vif, "locked")
        bare = stage.call("VIF.configure_ipv4", vif, "Static", "192.0.2.98", "")
        assert await refused(bare) == ["INVALID_CIDR_ADDRESS_SPECIFIED", "address"]
        foreign = stage.call("VIF.configure_ipv4", vif, "Static", "192.0.2.98/24", "")
        assert await refused(foreign) == ["ADDRESS_VIOLATES_LOCKING_CONSTRAINT", "192.0.2.98/24"]
        (cold,) = stage.guest("cold")["VIFs"]
        agentless = stage.call("VIF.configure_ipv4", cold, "None", "", "")
        assert await refused(agentless) == ["VM_LACKS_FEATURE", stage.vm("cold")]

    play(TEXT, act)


def test_a_running_guest_gets_no_more_processors_than_it_may_have() -> None:
    async def act(stage: Stage) -> None:
        vm = stage.vm("mail")
        await stage.lab.call("VM.hard_shutdown", vm)
        await stage.lab.call("VM.set_VCPUs_max", vm, 4)
        await stage.lab.call("VM.start_on", vm, stage.host("north"), False, False)
        await asyncio.sleep(300)  # its agent has started by then
        text = "VCPU values must satisfy: 0 < VCPUs ≤ VCPUs_max"
        assert await refused(stage.call("VM.set_VCPUs_number_live", vm, 5)) == ["INVALID_VALUE", text, "4"]
        await stage.call("VM.set_VCPUs_number_live", vm, 3)
        assert stage.guest("mail")["VCPUs_at_startup"] == 3
        state = ["VM_BAD_POWER_STATE", stage.vm("cold"), "running", "halted"]
        assert await refused(stage.call("VM.set_VCPUs_number_live", stage.vm("cold"), 1)) == state

    play(TEXT, act)


def test_a_guest_without_emulated_devices_gets_a_whole_drive_with_its_disk() -> None:
    async def act(stage: Stage) -> list[Any]:
        db, disk = stage.lab.db, stage.ref("VDI", "tools.iso")
        db.update("VM_metrics", stage.guest("mail")["metrics"], current_domain_type="pvh")
        vbd = await stage.call("VBD.create", drive(stage, type="CD", mode="RO", empty=True, userdevice="9"))
        await stage.call("VBD.insert", vbd, disk)
        full = dict(db.get("VBD", vbd))
        await stage.call("VBD.eject", vbd)
        return [full["currently_attached"], full["VDI"] == disk, dict(db.get("VBD", vbd))]

    _, (attached, inserted, ejected) = play(TEXT, act)
    assert attached
    assert inserted
    assert (ejected["currently_attached"], ejected["empty"], ejected["VDI"]) == (False, True, NULL)


def test_an_interface_is_plugged_into_a_network_that_only_other_hosts_have() -> None:
    async def act(stage: Stage) -> bool:
        network = stage.lab.db.create("network", name_label="theirs", bridge="xapi9")
        stage.lab.db.create("PIF", network=network, host=stage.host("south"))
        vif = await stage.call("VIF.create", interface(stage, network=network))
        await stage.call("VIF.plug", vif)
        return bool(stage.lab.db.get("VIF", vif)["currently_attached"])

    assert play(TEXT, act)[1]


@pytest.mark.parametrize(("kind", "plugged"), [("hvm", True), ("pvh", False)])
def test_an_empty_drive_is_plugged_where_drives_are_emulated(kind: str, plugged: bool) -> None:
    async def act(stage: Stage) -> list[bool]:
        vm = stage.vm("mail")
        await stage.call("VM.hard_shutdown", vm)
        await stage.call("VM.set_domain_type", vm, kind)
        await stage.call("VM.set_PV_kernel", vm, "/boot/guest")
        await stage.call("VM.start", vm, False, False)
        found = [stage.lab.db.get("VBD", vbd) for vbd in stage.guest("mail")["VBDs"]]
        return [drive["currently_attached"] for drive in sorted(found, key=lambda drive: bool(drive["empty"]))]

    assert play(TEXT, act)[1] == [True, plugged]
