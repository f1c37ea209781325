"""Guests that shall go into another pool: where each goes, with what, and why some stay."""

from __future__ import annotations

from pathlib import Path

import pytest
from pools import GIB, pool, ref

from xenferry.plan import file
from xenferry.plan import steps as s
from xenferry.plan.crossing.maps import overview
from xenferry.plan.crossing.state import Where, put_beside, where
from xenferry.plan.crossing.way import Maps
from xenferry.plan.crossing.wish import cross
from xenferry.plan.done import done
from xenferry.plan.recheck import recheck
from xenferry.plan.words import details, summary
from xenferry.pool.records import NULL
from xenferry.pool.snapshot import Snapshot

EAST = """
pool east
host north memory=64GiB
  nic eth0 speed=10000 management
  nic eth1 network=LAN
host south memory=64GiB
  nic eth0 speed=10000 management
  nic eth1 network=LAN
sr disks nfs default
sr images iso
  image rescue.iso
guest mail on=south memory=8GiB
  disk root size=40GiB
  cd rescue.iso
  nic eth0
  snapshot before
guest web on=north memory=4GiB block=destroy:mine
  disk root size=10GiB
  disk data size=20GiB
  nic LAN
guest wiki halted
  disk data
"""
WEST = """
pool west
host upper memory=32GiB
  nic eth0 speed=10000 management
  nic eth1 network=Campus ip=192.0.6.11/24
host lower memory=32GiB
  nic eth0 speed=1000 management
  nic eth1 network=Campus ip=192.0.6.12/24
sr store nfs default size=2TiB
sr fast nfs size=1TiB
"""


@pytest.fixture
def east() -> Snapshot:
    return pool(EAST)


@pytest.fixture
def west() -> Snapshot:
    return pool(WEST)


def guests(snapshot: Snapshot, *names: str) -> list[str]:
    return [ref(snapshot, "VM", name) for name in names]


def lan_to_campus(east: Snapshot, west: Snapshot, **more: object) -> Maps:
    networks = {ref(east, "network", "LAN"): ref(west, "network", "Campus")}
    return Maps(networks=networks, **more)  # type: ignore[arg-type]


def test_a_running_guest_goes_with_disks_and_interfaces_to_what_people_would_choose(
    east: Snapshot, west: Snapshot
) -> None:
    plan = cross(east, west, guests(east, "mail"), configured="the-west")  # type: ignore[arg-type]
    (step,) = plan.steps
    assert isinstance(step, s.Cross)
    assert (step.there.configured, step.there.pool.uuid, step.there.network) == ("the-west", west.pool.uuid, None)
    assert [(disk.disk.name, disk.source.name, disk.target.name) for disk in step.cargo] == [
        ("mail root", "disks", "store")
    ]
    assert [(link.device, link.of_snapshot) for link in step.links] == [("0", False)]
    assert step.forecast.memory_bytes == 8 * GIB
    chain = [vdi for vdi in east.VDI.values() if vdi.name_label == "mail root"]
    assert step.forecast.disk_bytes >= sum(vdi.physical_utilisation for vdi in chain) > 0, "the snapshot goes along"
    assert step.source is not None
    assert step.source.name == "south"
    assert plan.left == ()
    notes = "\n".join(plan.notes)
    assert "guest mail: snapshots go along" in notes
    assert "takes the CD rescue.iso out" in notes
    assert "UUID and MAC" in notes


def test_a_network_without_a_namesake_there_has_to_be_named(east: Snapshot, west: Snapshot) -> None:
    refused = cross(east, west, guests(east, "web"))  # type: ignore[arg-type]
    assert refused.steps == ()
    (left,) = refused.left
    assert "on network 'LAN', for which none is chosen there. The same holds for 1 more host" in left.reasons[0].text
    assert left.reasons[0].cures == ("Choose one: `--net LAN=NETWORK`.",)
    plan = cross(east, west, guests(east, "web"), maps=lan_to_campus(east, west))  # type: ignore[arg-type]
    (step,) = plan.steps
    assert "NIC 0 from LAN to Campus" in details(step)
    assert summary(step) == "move guest web from north to upper in pool west"
    assert any("blocked operations (destroy)" in note for note in plan.notes)


def test_an_sr_by_name_for_one_of_ours_or_for_all(east: Snapshot, west: Snapshot) -> None:
    fast, disks = ref(west, "SR", "fast"), ref(east, "SR", "disks")
    for srs in ({NULL: fast}, {disks: fast}):
        plan = cross(east, west, guests(east, "mail", "wiki"), maps=Maps(srs=srs))  # type: ignore[arg-type]
        targets = {disk.target.name for step in plan.steps if isinstance(step, s.Cross) for disk in step.cargo}
        assert targets == {"fast"}


def test_without_room_on_the_default_sr_another_one_is_taken_guest_by_guest(east: Snapshot) -> None:
    tight = pool(WEST.replace("size=2TiB", "size=20GiB"))
    plan = cross(east, tight, guests(east, "mail", "wiki"))  # type: ignore[arg-type]
    where = {step.guest.name: {disk.target.name for disk in step.cargo} for step in plan.steps}  # type: ignore[union-attr]
    assert where == {"mail": {"fast"}, "wiki": {"store"}}
    full = pool(WEST.replace("size=2TiB", "size=20GiB").replace("size=1TiB", "size=9GiB"))
    (left,) = cross(east, full, guests(east, "mail", "wiki")).left  # type: ignore[arg-type]
    assert "on SR store of pool west" in left.reason
    assert "--sr" in left.reasons[0].cures[0]


def test_without_a_default_sr_one_with_room_is_taken(east: Snapshot) -> None:
    plan = cross(east, pool(WEST.replace(" default", "")), guests(east, "wiki"))  # type: ignore[arg-type]
    (step,) = plan.steps
    assert [disk.target.name for disk in step.cargo] == ["store"], "the one with most room"  # type: ignore[union-attr]


def test_memory_there_is_counted_for_all_guests_together(west: Snapshot) -> None:
    text = "pool east\nhost north memory=200GiB\nsr disks nfs default\n" + "".join(
        f"guest g{number} on=north memory=12GiB\n  disk root size=5GiB\n" for number in range(6)
    )
    east = pool(text)
    plan = cross(east, west, [vm.ref for vm in east.guests])
    moved = [step for step in plan.steps if isinstance(step, s.Cross)]
    assert sorted(step.there.host.name for step in moved) == ["lower", "lower", "upper", "upper"]
    assert len(plan.left) == 2
    assert "other guests of this plan go there, too" in plan.left[0].reason
    assert plan.wish == "migrate all 6 guests to pool west"
    cold = cross(east, west, [vm.ref for vm in east.guests], cold=True)
    assert len(cold.left) == 2, "they are started there, and then need their memory, too"


def test_a_guest_too_big_for_any_host_may_still_go_halted(west: Snapshot) -> None:
    east = pool(
        "pool east\nhost north memory=200GiB\nsr disks nfs default\nguest big on=north memory=40GiB\n  disk a\n"
    )
    (left,) = cross(east, west, [vm.ref for vm in east.guests]).left
    assert "other guests" not in left.reason
    assert any("shut the guest down first" in choice for choice in left.choices)
    off = pool("pool east\nhost north memory=200GiB\nsr disks nfs default\nguest big halted memory=40GiB\n  disk a\n")
    (step,) = cross(off, west, [vm.ref for vm in off.guests]).steps
    assert step.forecast.memory_bytes == 0


def test_cold_shuts_down_takes_over_and_starts_there(east: Snapshot, west: Snapshot) -> None:
    target = ref(west, "host", "upper")
    plan = cross(east, west, guests(east, "mail"), target=target, cold=True)  # type: ignore[arg-type]
    down, over, up = plan.steps
    assert isinstance(down, s.Shutdown)
    assert isinstance(over, s.Cross)
    assert isinstance(up, s.StartThere)
    assert (over.after, up.after) == ((down.key,), (over.key,))
    assert over.source is None
    assert up.forecast.pause_seconds > over.forecast.seconds
    assert plan.wish == "migrate mail to host upper of pool west, shut down meanwhile"


def test_who_can_only_go_cold_is_told_so(west: Snapshot) -> None:
    east = pool("pool e\nhost n vendor=AuthenticAMD\nsr d nfs default\nguest g on=n\n  disk a\n")
    (left,) = cross(east, west, [vm.ref for vm in east.guests]).left
    assert "move it while it is shut down (--cold)" in left.choices
    assert cross(east, west, [vm.ref for vm in east.guests], cold=True).left == ()


def test_the_slower_of_both_links_limits_the_forecast(east: Snapshot, west: Snapshot) -> None:
    for host, bits in (("upper", 2.5e9), ("lower", 1e9)):
        (step,) = cross(east, west, guests(east, "mail"), target=ref(west, "host", host)).steps  # type: ignore[arg-type]
        assert step.forecast.bits_per_second == bits


def test_a_kept_plan_is_held_against_both_pools(east: Snapshot, west: Snapshot, tmp_path: Path) -> None:
    plan = cross(east, west, guests(east, "mail"), configured="w")  # type: ignore[arg-type]
    file.save(plan, tmp_path / "p.json")
    kept = file.load(tmp_path / "p.json")
    assert kept == plan
    assert recheck(kept, put_beside(east, west)) == ()
    hosts = {key: host for key, host in west.host.items() if host.uuid != kept.steps[0].there.host.uuid}  # type: ignore[union-attr]
    fewer = west.with_tables({"host": hosts}, 1.0)
    found = recheck(kept, put_beside(pool(EAST), fewer))
    assert [each.fatal for each in found] == [True]
    assert "is not in pool west any more" in found[0].text


def test_where_a_guest_is_follows_from_both_snapshots(east: Snapshot, west: Snapshot) -> None:
    (step,) = cross(east, west, guests(east, "wiki")).steps  # type: ignore[arg-type]
    assert isinstance(step, s.Cross)
    assert where(step, east) is None, "nobody looked there"
    wiki = east.VM[ref(east, "VM", "wiki")]
    gone = east.with_tables({"VM": {key: vm for key, vm in east.VM.items() if vm != wiki}}, 1.0)
    with_it = west.with_tables({"VM": {**west.VM, wiki.ref: wiki}}, 1.0)
    found = {}
    for here in (east, gone):
        for there in (west, with_it):
            looked = put_beside(here.with_tables({}, 1.0), there)
            found[where(step, looked)] = done(step, looked)
    assert found == {Where.HERE: False, Where.BOTH: False, Where.THERE: True, Where.NOWHERE: False}


def test_when_memory_is_short_whole_hosts_are_emptied_and_named(west: Snapshot) -> None:
    hosts = "".join(f"host h{number} memory=64GiB\n" for number in range(3))
    sizes = {"h0": (9, 9, 9), "h1": (14, 14), "h2": (8, 8, 8)}
    runs = "".join(
        f"guest {host}-{number} on={host} memory={gib}GiB\n  disk root size=5GiB\n"
        for host, all_of_it in sizes.items()
        for number, gib in enumerate(all_of_it)
    )
    east = pool(f"pool east\n{hosts}sr disks nfs default\n{runs}")
    plan = cross(east, west, [vm.ref for vm in east.guests])
    gone = {step.guest.name for step in plan.steps if isinstance(step, s.Cross)}
    assert {"h2-0", "h2-1", "h2-2"} <= gone
    (note,) = [note for note in plan.notes if "empty afterwards" in note]
    assert "h2" in note
    assert "xe pool-eject" in note
    assert "h0" not in note, "it is the coordinator"
    assert {left.guest.name for left in plan.left} | gone == {vm.name_label for vm in east.guests}


def test_cold_guests_are_shut_down_no_sooner_than_they_can_be_taken_over(west: Snapshot) -> None:
    runs = "".join(f"guest g{number} on=north memory=1GiB\n  disk root size=5GiB\n" for number in range(7))
    east = pool(f"pool east\nhost north\nsr disks nfs default\n{runs}")
    upper, lower = ref(west, "host", "upper"), ref(west, "host", "lower")
    for target, at_once in ((upper, 3), (lower, 1)):
        plan = cross(east, west, [vm.ref for vm in east.guests], target=target, cold=True)
        shutdowns = [step for step in plan.steps if isinstance(step, s.Shutdown)]
        assert sum(not step.after for step in shutdowns) == at_once, "as many as the link there carries, three at most"
        moves = {step.key for step in plan.steps if isinstance(step, s.Cross)}
        waits = [key for step in shutdowns for key in step.after]
        assert set(waits) <= moves
        assert len(waits) == len(set(waits)) == 7 - at_once


def test_a_long_plan_says_all_disks_and_networks_together(west: Snapshot) -> None:
    text = "".join(f"guest g{number} halted\n  disk root size=5GiB\n  nic eth0\n" for number in range(21))
    east = pool(f"pool east\nhost north\nsr disks nfs default\n{text}")
    refs = [vm.ref for vm in east.guests]
    plan = cross(east, west, refs)
    disks, nics = overview(plan.steps)
    assert disks.startswith("disks from disks to store: 21, at most ")
    assert nics.endswith(": 21")
    assert overview(cross(east, west, refs[:20]).steps) == ()


def test_a_host_that_still_holds_disks_is_not_offered(west: Snapshot) -> None:
    text = (
        "pool east\nhost first memory=64GiB\nhost second memory=64GiB\nhost third memory=64GiB\nsr disks nfs default\n"
        "sr here lvm on=second\nsr there lvm on=third\n"
        "guest big on=first memory=50GiB\n  disk a sr=disks\n"
        "guest two on=second memory=4GiB\n  disk b sr=here\n"
        "guest three on=third memory=4GiB\n  disk c sr=there\n"
        "guest asleep halted\n  disk d sr=there cbt\n"
    )
    east = pool(text)
    plan = cross(east, west, [vm.ref for vm in east.guests])
    assert {left.guest.name for left in plan.left} == {"big", "asleep"}
    (note,) = [note for note in plan.notes if "empty afterwards" in note]
    assert note.startswith("host second is empty"), "on the third a disk stays behind that pool-eject would erase"


def test_where_no_host_can_be_emptied_as_many_guests_as_fit_go(west: Snapshot) -> None:
    runs = "".join(
        f"guest {size}-{number} on=north memory={size}GiB\n  disk root size=5GiB\n"
        for size in (2, 12)
        for number in range(8)
    )
    east = pool(f"pool east\nhost north memory=256GiB\nsr disks nfs default\n{runs}")
    plan = cross(east, west, [vm.ref for vm in east.guests])
    gone = [step.guest.name for step in plan.steps if isinstance(step, s.Cross)]
    assert sum(name.startswith("2-") for name in gone) == 8, "the small ones first"
    assert len(gone) > 8
    assert len(gone) + len(plan.left) == 16
    assert not any("empty afterwards" in note for note in plan.notes)
