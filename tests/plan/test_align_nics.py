"""Names of NICs are made to agree with the cables, safely."""

from __future__ import annotations

from xenferry.lab.scenario import parse
from xenferry.plan import steps as s
from xenferry.plan.align_nics import align_nics
from xenferry.pool.snapshot import Snapshot

POOL = """
pool p
host a
  nic eth0 ip=10.0.0.1/24 management
host b
  nic eth4 ip=10.0.0.2/24 management
sr disks-a lvm on=a
sr disks-b lvm on=b
guest web on=a
  disk root sr=disks-a
  nic eth0
"""
WITH_GUEST = (
    POOL
    + """
guest mail on=b
  disk root sr=disks-b
  nic eth4
"""
)


def snapshot(text: str) -> Snapshot:
    return Snapshot.from_tables(parse(text).tables)


def steps(plan: s.Plan) -> list[str]:
    return [type(step).__name__ for step in plan.steps]


def test_the_member_is_renamed_and_not_the_coordinator() -> None:
    plan = align_nics(snapshot(POOL))
    assert steps(plan) == ["Disable", "RenameNics", "Reboot", "ScanPIFs", "Enable"]
    rename = plan.steps[1]
    assert isinstance(rename, s.RenameNics)
    assert rename.host.name == "b"
    assert [name for _, name in rename.names] == ["eth0"]


def test_a_host_whose_reboot_could_not_be_told_is_not_planned() -> None:
    tables = parse(POOL).tables
    for host in tables["host"].values():
        host["other_config"].pop("boot_time")
    plan = align_nics(Snapshot.from_tables(tables))
    assert plan.steps == ()
    assert any("does not say when it was booted" in note for note in plan.notes)


def test_a_management_nic_takes_its_address_along() -> None:
    rename = align_nics(snapshot(POOL)).steps[1]
    assert isinstance(rename, s.RenameNics)
    assert rename.management is not None
    assert (rename.management.device, rename.management.mode, rename.management.ip) == ("eth0", "static", "10.0.0.2")


def test_a_host_with_running_guests_is_left_alone_unless_they_may_stop() -> None:
    plan = align_nics(snapshot(WITH_GUEST))
    assert steps(plan) == []
    assert [left.guest.name for left in plan.left] == ["mail"]


def test_guests_that_may_stop_are_started_again_on_the_right_network() -> None:
    plan = align_nics(snapshot(WITH_GUEST), shut_down=True)
    assert steps(plan) == ["Disable", "Shutdown", "RenameNics", "Reboot", "ScanPIFs", "MoveVIF", "Enable", "Start"]
    follow = next(step for step in plan.steps if isinstance(step, s.MoveVIF))
    assert follow.guest.name == "mail"
    assert "eth0" in follow.network.name
    waited = {step.key for step in plan.steps}
    assert all(set(step.after) <= waited for step in plan.steps)


def test_nothing_is_planned_where_names_agree() -> None:
    assert align_nics(snapshot(POOL.replace("eth4", "eth0"))).steps == ()


def test_a_vlan_on_a_renamed_nic_is_built_anew() -> None:
    plan = align_nics(snapshot(POOL.replace("host b\n", "host b\n  vlan eth4 100\n")))
    assert steps(plan) == ["Disable", "RenameNics", "Reboot", "ScanPIFs", "MakeVLAN", "SetUpPIF", "Enable"]
    assert plan.left == ()


def test_the_way_back_by_the_console_is_told_to_the_letter() -> None:
    pool = snapshot(POOL)
    mac = next(pif.MAC for pif in pool.PIF.values() if pif.device == "eth4")
    (note,) = (note for note in align_nics(pool).notes if "does not answer" in note)
    assert f"interface-rename --update eth4={mac}; systemctl stop xapi xcp-networkd; " in note
    assert r"printf 'DEVICE=eth4\nMODE=static\nIP=10.0.0.2\nNETMASK=255.255.255.0\n' > /var/tmp/network-reset" in note
    assert "MANAGEMENT_INTERFACE='xenbr4'" in note
    assert note.endswith("; reboot`")
