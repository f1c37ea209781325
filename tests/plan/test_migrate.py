"""Guests move live where the pool allows it, with their disks only where they must, and it is said why not."""

from __future__ import annotations

from msgspec.structs import replace
from pools import GIB, pool, ref

from xenferry.plan.migrate import migrate
from xenferry.plan.steps import Move, MoveWithDisks, Plan, Shutdown, Start
from xenferry.pool.snapshot import Snapshot

POOL = """
pool P
host xcp1 memory=64GiB
  nic eth0 network=lan management ip=192.0.2.11/24 speed=10000
  nic eth1 network=fast ip=198.51.100.11/24
host xcp2 memory=32GiB
  nic eth0 network=lan management ip=192.0.2.12/24 speed=10000
  nic eth1 network=fast ip=198.51.100.12/24
host xcp3 memory=48GiB
  nic eth0 network=lan management ip=192.0.2.13/24 speed=10000
sr shared nfs
sr big nfs size=10TiB
sr local1 lvm on=xcp1 size=1TiB
sr local2 lvm on=xcp2 size=1TiB
guest web on=xcp1 memory=8GiB
  disk root size=20GiB sr=shared
  nic lan
guest pinned on=xcp1 memory=2GiB
  disk data size=40GiB sr=local1
guest off on=xcp1 halted memory=2GiB
  disk old size=10GiB sr=shared
guest huge on=xcp1 memory=40GiB
guest idle on=xcp1 paused memory=1GiB
"""


def plan(snapshot: Snapshot, *names: str, to: str = "", sr: str = "", network: str = "", cold: bool = False) -> Plan:
    return migrate(
        snapshot,
        [ref(snapshot, "VM", name) for name in names],
        target=ref(snapshot, "host", to) if to else None,
        sr=ref(snapshot, "SR", sr) if sr else None,
        network=ref(snapshot, "network", network) if network else None,
        cold=cold,
    )


def test_a_running_guest_with_shared_disks_moves_without_them() -> None:
    (step,) = plan(pool(POOL), "web", to="xcp2").steps
    assert isinstance(step, Move)
    assert (step.source.name, step.target.name) == ("xcp1", "xcp2")
    assert (step.forecast.memory_bytes, step.forecast.disk_bytes) == (8 * GIB, 0)
    assert 8 * GIB * 8 / 2.5e9 < step.forecast.seconds < 60


def test_without_a_target_the_host_with_most_memory_left_is_chosen() -> None:
    made = plan(pool(POOL), "web")
    assert [step.target.name for step in made.steps if isinstance(step, Move)] == ["xcp3"]


def test_moves_planned_before_count_against_the_memory_of_those_that_follow() -> None:
    made = plan(pool(POOL), "huge", "web")
    assert [step.target.name for step in made.steps if isinstance(step, Move)] == ["xcp3", "xcp2"]


def test_a_guest_that_is_there_already_needs_nothing() -> None:
    made = plan(pool(POOL), "web", to="xcp1")
    assert made.steps == ()
    assert "already runs on host xcp1" in made.notes[0]


def test_disks_out_of_the_target_s_reach_come_along_and_their_bytes_are_stated() -> None:
    snapshot = pool(POOL)
    (step,) = plan(snapshot, "pinned", to="xcp2").steps
    assert isinstance(step, MoveWithDisks)
    assert [(disk.target.name, disk.device) for disk in step.disks] == [("big", "0")]
    vdi = next(each for each in snapshot.VDI.values() if each.name_label == step.disks[0].disk.name)
    assert step.forecast.disk_bytes == step.disks[0].bytes >= vdi.physical_utilisation > 0
    assert step.forecast.disk_bytes <= vdi.physical_utilisation * 1.05


def test_a_guest_with_local_disks_is_not_moved_by_itself_to_anywhere() -> None:
    made = plan(pool(POOL), "pinned")
    assert made.steps == ()
    assert made.left[0].guest.name == "pinned"
    assert "xcp2" in made.left[0].reason
    assert "name the host, and its disks go along: --to xcp3" in made.left[0].choices
    assert not any("--cold" in choice for choice in made.left[0].choices), "its disks would not move then either"


def test_a_cold_move_is_offered_where_it_would_work() -> None:
    refused = pool(POOL.replace("guest pinned on=xcp1", "guest pinned on=xcp1 block=pool_migrate:no"))
    made = plan(refused, "pinned", to="xcp2")
    assert made.steps == ()
    assert "move it while it is shut down (--cold)" in made.left[0].choices
    assert len(plan(refused, "pinned", to="xcp2", cold=True).steps) == 3


def test_an_sr_named_moves_only_the_disks_and_the_guest_stays() -> None:
    (step,) = plan(pool(POOL), "pinned", sr="big").steps
    assert isinstance(step, MoveWithDisks)
    assert step.source == step.target
    assert [disk.target.name for disk in step.disks] == ["big"]


def test_an_sr_that_the_guest_s_host_cannot_see_takes_the_guest_along() -> None:
    (step,) = plan(pool(POOL), "web", sr="local2").steps
    assert isinstance(step, MoveWithDisks)
    assert step.target.name == "xcp2"


def test_a_target_that_cannot_see_the_sr_named_is_refused_in_words() -> None:
    made = plan(pool(POOL), "web", to="xcp3", sr="local2")
    assert made.steps == ()
    assert "xcp3: " in made.left[0].reason
    assert "SR local2" in made.left[0].reason


def test_a_guest_too_big_for_the_target_is_left_with_the_figures() -> None:
    made = plan(pool(POOL), "huge", to="xcp2")
    assert "xcp2: the guest needs 40" in made.left[0].reason
    assert "GiB is left" in made.left[0].reason


def test_a_halted_guest_whose_disks_are_in_reach_needs_no_move() -> None:
    made = plan(pool(POOL), "off", to="xcp2")
    assert made.steps == ()
    assert made.left == ()
    assert "nothing to move; it may start on xcp2" in made.notes[0]


def test_a_halted_guest_s_disks_move_to_the_sr_named() -> None:
    (step,) = plan(pool(POOL), "off", sr="big").steps
    assert isinstance(step, MoveWithDisks)
    assert step.source is None
    assert step.forecast.memory_bytes == 0


def test_a_paused_guest_is_left() -> None:
    made = plan(pool(POOL), "idle", to="xcp2")
    assert "is paused" in made.left[0].reason


def test_cold_means_shut_down_move_start_in_that_order() -> None:
    steps = plan(pool(POOL), "pinned", to="xcp2", cold=True).steps
    assert [type(step) for step in steps] == [Shutdown, MoveWithDisks, Start]
    assert [step.after for step in steps] == [(), (steps[0].key,), (steps[1].key,)]
    assert steps[2].forecast.pause_seconds > 30


def test_a_migration_network_must_be_on_the_target() -> None:
    snapshot = pool(POOL)
    (step,) = plan(snapshot, "web", to="xcp2", network="fast").steps
    assert isinstance(step, Move)
    assert step.network is not None
    made = plan(snapshot, "web", to="xcp3", network="fast")
    assert made.left[0].reason == "xcp3: the host has no NIC on migration network fast"


def test_a_missing_network_is_said_in_the_rules_words_and_with_its_cures() -> None:
    made = plan(pool(POOL.replace("  nic lan\n", "  nic fast\n", 1)), "web", to="xcp3")
    assert made.steps == ()
    assert "fast" in made.left[0].reason
    assert len(made.left[0].choices) > 1


def test_a_disk_with_changed_block_tracking_is_not_moved_by_surprise() -> None:
    made = plan(pool(POOL.replace("size=20GiB sr=shared", "size=20GiB sr=shared cbt")), "web", sr="big")
    assert "changed block tracking" in made.left[0].reason


def test_disks_of_guests_that_stay_move_one_after_the_other_where_memory_is_short() -> None:
    tight = pool(
        """\
pool P
host xcp1 memory=48GiB
sr nas nfs
sr local lvm on=xcp1
guest a on=xcp1 memory=9GiB
  disk root sr=local
guest b on=xcp1 memory=9GiB
  disk root sr=local
guest c on=xcp1 memory=9GiB
  disk root sr=local
"""
    )
    made = plan(tight, "a", "b", sr="nas")
    assert made.left == ()
    first, second = made.steps
    assert first.after == ()
    assert second.after == (first.key,)


def test_a_guest_that_xapi_cannot_shut_down_is_not_planned_to_move_cold() -> None:
    able = pool("pool P\nhost xcp1\nhost xcp2\nsr nas nfs\nguest old hvm\n  disk root sr=nas\n")
    assert len(plan(able, "old", to="xcp2", cold=True).steps) == 2
    guest = ref(able, "VM", "old")
    unable = replace(able.VM[guest], allowed_operations=("hard_shutdown",))
    made = plan(able.with_tables({"VM": {**able.VM, guest: unable}}, 0.0), "old", to="xcp2", cold=True)
    assert made.steps == ()
    assert "cannot be shut down cleanly" in made.left[0].reason
    assert any("from inside" in choice for choice in made.left[0].choices)


def test_a_cold_move_is_refused_for_what_stands_against_the_stopped_guest() -> None:
    apart = pool("pool P\nhost xcp1\nhost xcp2\nsr local lvm on=xcp1\nguest old\n  disk root sr=local\n")
    left = plan(apart, "old", to="xcp2", cold=True).left[0]
    assert "SR 'local'" in left.reason or "SR local" in left.reason
    assert "only running guests move" not in left.reason
