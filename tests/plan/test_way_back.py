"""The way back of a plan: in an order that the pool allows, with its bytes, and nothing that is so already."""

from __future__ import annotations

from msgspec.structs import replace
from pools import GIB, pool, ref

from xenferry.plan import steps as s
from xenferry.plan.back import back
from xenferry.plan.evacuate import evacuate
from xenferry.plan.migrate import migrate
from xenferry.plan.move_storage import move_storage
from xenferry.plan.rolling import rolling
from xenferry.plan.things import thing
from xenferry.pool.snapshot import Snapshot

POOL = pool("""
pool P
host a memory=32GiB
host b memory=32GiB
sr shared nfs default
sr second nfs
guest g on=a memory=2GiB
  disk root size=4GiB
guest h on=b memory=2GiB tag=xenferry:shutdown
""")


def taken_back(plan: s.Plan, snapshot: Snapshot = POOL) -> list[s.AnyStep]:
    return list(back(plan, {step.key for step in plan.steps}, snapshot).steps)


def test_a_host_is_enabled_before_its_guests_come_back() -> None:
    kinds = [type(step) for step in taken_back(evacuate(POOL, ref(POOL, "host", "a")))]
    assert kinds == [s.Enable, s.Move]


def test_what_a_run_left_as_it_was_is_not_touched() -> None:
    steps = taken_back(rolling(POOL, home=True))
    assert not [step for step in steps if isinstance(step, s.Disable | s.Enable | s.Shutdown | s.Start | s.Move)]


def test_a_cold_move_is_taken_back_cold() -> None:
    plan = migrate(POOL, [ref(POOL, "VM", "g")], target=ref(POOL, "host", "b"), cold=True)
    stop, start = taken_back(plan)
    assert isinstance(stop, s.Shutdown)
    assert isinstance(start, s.Start)
    assert start.host.name == "a"


def test_disks_of_a_halted_guest_come_back_through_a_host_that_sees_their_sr() -> None:
    snapshot = pool(
        "pool P\nhost a\nhost b\nsr own ext on=a\nsr shared nfs default\nguest g halted\n  disk root sr=own\n"
    )
    there = migrate(
        snapshot, [ref(snapshot, "VM", "g")], target=ref(snapshot, "host", "a"), sr=ref(snapshot, "SR", "shared")
    )
    (moved,) = there.steps
    away = replace(there, steps=(replace(moved, target=thing(snapshot, "host", ref(snapshot, "host", "b"))),))
    (step,) = taken_back(away, snapshot)
    assert isinstance(step, s.MoveWithDisks)
    assert step.target.name == "a"


def test_the_bytes_of_disks_are_stated_as_they_are_now() -> None:
    there = move_storage(POOL, [ref(POOL, "VM", "g")], ref(POOL, "SR", "second"))
    (step,) = taken_back(there)
    assert isinstance(step, s.MoveWithDisks)
    assert step.forecast.disk_bytes == step.disks[0].bytes > GIB
