"""Disks come to another SR while their guests run, with bytes, room and the limits of XAPI and the drivers told."""

from __future__ import annotations

from pools import GIB, pool, ref

from xenferry.plan.move_storage import move_storage, of_sr
from xenferry.plan.steps import MoveWithDisks, Plan
from xenferry.pool.snapshot import Snapshot

POOL = """
pool P
host a memory=64GiB
host b memory=64GiB
sr shared nfs size=1TiB
sr own lvm on=a size=1TiB
guest web on=a memory=2GiB
  disk root size=20GiB sr=own
  disk data size=10GiB sr=own
guest db on=a memory=2GiB
  disk root size=20GiB sr=own
guest old on=a memory=2GiB
  disk root size=20GiB sr=own layers=29
guest there on=a memory=2GiB
  disk root size=20GiB sr=shared
"""


def plan(text: str, *names: str) -> Plan:
    snapshot = pool(text)
    return move_storage(snapshot, [ref(snapshot, "VM", name) for name in names], ref(snapshot, "SR", "shared"))


def test_a_running_guest_stays_on_its_host_and_all_its_disks_go() -> None:
    made = plan(POOL, "web")
    (step,) = made.steps
    assert isinstance(step, MoveWithDisks)
    assert step.source is not None
    assert (step.source.name, step.target.name) == ("a", "a")
    assert {disk.target.name for disk in step.disks} == {"shared"}
    assert made.totals.disk_bytes > 0
    assert made.totals.seconds > 0
    assert made.wish == "move disks of web to SR shared"


def test_never_more_than_three_run_on_one_host() -> None:
    assert plan(POOL, "web", "db").limits.storage_per_host == 3


def test_guests_are_found_by_the_sr_they_leave() -> None:
    snapshot: Snapshot = pool(POOL)
    names = {snapshot.VM[vm].name_label for vm in of_sr(snapshot, ref(snapshot, "SR", "own"))}
    assert names == {"web", "db", "old"}


def test_a_chain_that_has_no_room_for_the_moves_snapshot_waits_for_merging() -> None:
    made = plan(POOL, "old", "db")
    assert [step.key for step in made.steps] == [f"move-{uuid}" for uuid in _uuids("db")]
    (left,) = made.left
    assert left.guest.name == "old"
    assert "29 layers" in left.reason
    assert "merge" in left.choices[0]


def test_what_comes_is_told_against_what_is_free() -> None:
    """Each guest fits by itself; together they do not, which XAPI would find out in the middle."""
    snapshot = pool(POOL)
    used = snapshot.SR[ref(snapshot, "SR", "shared")].physical_utilisation
    coming = plan(POOL, "web", "db").totals.disk_bytes
    assert "come to it" in " ".join(plan(POOL, "web", "db").notes)
    small = POOL.replace("nfs size=1TiB", f"nfs size={(used + coming - 1) // GIB}GiB")
    made = plan(small, "web", "db")
    assert not made.left
    assert any("not all of it fits" in note for note in made.notes)


def test_nothing_moves_that_is_there_already() -> None:
    made = plan(POOL, "there")
    assert made.steps == ()
    assert "already" in " ".join(made.notes)


def _uuids(*names: str) -> list[str]:
    snapshot = pool(POOL)
    return [snapshot.VM[ref(snapshot, "VM", name)].uuid for name in names]


def test_a_guest_does_not_leave_its_host_for_the_sake_of_its_disks() -> None:
    apart = POOL.replace("nfs size=1TiB", "nfs size=1TiB unplugged=a").replace("there on=a", "there on=b")
    made = plan(apart, "web")
    assert made.steps == ()
    assert "a, where guest web runs, is not connected to SR shared" in made.left[0].reason
    assert "storage check" in made.left[0].choices[0]


def test_a_choice_names_an_option_of_the_command_that_has_it() -> None:
    """The guest's memory is not there a second time on its host, so only a move while it is shut down is left."""
    made = plan(POOL.replace("db on=a memory=2GiB", "db on=a memory=40GiB"), "db")
    assert any("`xenferry migrate --cold`" in choice for choice in made.left[0].choices)
