"""A host is emptied guest by guest, each to a host that takes it; who cannot go is named with reason and choices."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from msgspec.structs import replace
from pools import pool, ref

from xenferry.plan.evacuate import Choice, evacuate
from xenferry.plan.maintenance import enter, leave
from xenferry.plan.steps import (
    ClearTicket,
    Disable,
    Eject,
    Enable,
    Move,
    Plan,
    Resume,
    SetTicket,
    Shutdown,
    Start,
    Suspend,
)
from xenferry.pool.records import Ref
from xenferry.pool.snapshot import Snapshot

POOL = """
pool P
host xcp1 memory=128GiB
  nic eth0 network=lan
host xcp2 memory=64GiB
  nic eth0 network=lan
host xcp3 memory=64GiB
  nic eth0 network=lan
host odd memory=16GiB
  nic eth4 network=other
sr shared nfs
sr isos iso on=xcp1
  image tools
guest a on=xcp1 memory=8GiB
  nic lan
guest b on=xcp1 memory=4GiB
  nic lan
guest c on=xcp1 memory=2GiB
  cd tools
guest d on=xcp1 memory=2GiB
  disk own sr=here
sr here lvm on=xcp1
"""


def made(snapshot: Snapshot, **choices: Choice) -> Plan:
    return evacuate(
        snapshot, ref(snapshot, "host", "xcp1"), {ref(snapshot, "VM", name): each for name, each in choices.items()}
    )


def moves(plan: Plan) -> dict[str, str]:
    return {step.guest.name: step.target.name for step in plan.steps if isinstance(step, Move)}


def test_one_odd_host_keeps_nobody_from_leaving() -> None:
    plan = made(pool(POOL))
    assert set(moves(plan)) == {"a", "b"}
    assert set(moves(plan).values()) <= {"xcp2", "xcp3"}


def test_the_host_is_disabled_first_and_everything_waits_for_that() -> None:
    first, *others = made(pool(POOL)).steps
    assert isinstance(first, Disable)
    assert all(first.key in step.after for step in others)


def test_the_longest_moves_begin_first() -> None:
    assert list(moves(made(pool(POOL)))) == ["a", "b"]


def test_guests_that_cannot_go_are_left_with_reason_and_choices() -> None:
    left = {each.guest.name: each for each in made(pool(POOL)).left}
    assert set(left) == {"c", "d"}
    assert "isos" in left["c"].reason
    assert {"shutdown", "suspend", "eject", "leave"} <= set(left["c"].choices)
    assert "here" in left["d"].reason
    assert "eject" not in left["d"].choices


def test_choices_are_carried_out() -> None:
    plan = made(pool(POOL), c="eject", d="shutdown", b="suspend")
    assert plan.left == ()
    assert set(moves(plan)) == {"a", "c"}
    eject = next(step for step in plan.steps if isinstance(step, Eject))
    assert eject.key in next(step for step in plan.steps if isinstance(step, Move) and step.guest.name == "c").after
    assert [step.guest.name for step in plan.steps if isinstance(step, Shutdown)] == ["d"]
    assert [step.guest.name for step in plan.steps if isinstance(step, Suspend)] == ["b"]


def test_a_choice_for_a_guest_elsewhere_or_an_unknown_one_is_refused() -> None:
    snapshot = pool(POOL + "guest far on=xcp2\n")
    with pytest.raises(ValueError, match="guest far: it does not run on host xcp1"):
        made(snapshot, far="shutdown")
    with pytest.raises(ValueError, match="expected one of move, shutdown"):
        made(snapshot, a="explode")  # type: ignore[arg-type]


def test_a_guest_without_room_is_left_with_the_size_it_needs() -> None:
    plan = made(pool(POOL + "guest giant on=xcp1 memory=100GiB\n"))
    reason = next(each.reason for each in plan.left if each.guest.name == "giant")
    assert "no memory: the guest needs 101 GiB" in reason


def test_one_guest_is_pushed_aside_when_that_makes_room_for_another() -> None:
    text = """
pool P
host xcp1 memory=64GiB
host xcp2 memory=32GiB
host xcp3 memory=24GiB
guest m on=xcp1 memory=18GiB
guest n on=xcp1 memory=18GiB
"""
    plan = made(pool(text))
    assert plan.left == ()
    assert sorted(moves(plan).values()) == ["xcp2", "xcp3"]


def test_maintenance_writes_the_ticket_before_anybody_moves() -> None:
    snapshot = pool(POOL)
    steps = enter(snapshot, ref(snapshot, "host", "xcp1"), {ref(snapshot, "VM", "d"): "shutdown"}).steps
    assert isinstance(steps[0], Disable)
    assert steps[0].stays
    assert isinstance(steps[1], SetTicket)
    assert [guest.name for guest in steps[1].halted] == ["d"]
    assert {guest.name for guest in steps[1].migrated} == {"a", "b"}
    assert all(steps[1].key in step.after for step in steps[2:])


def ticketed(migrated: str = "", halted: str = "", suspended: str = "") -> Snapshot:
    text = """
pool P
host xcp1 memory=64GiB disabled
host xcp2 memory=64GiB
host xcp3 memory=64GiB
sr shared nfs
guest a on=xcp2 memory=8GiB
guest b on=xcp2 memory=4GiB halted
guest c on=xcp2 memory=4GiB suspended
  disk root
guest big on=xcp2 memory=4GiB
  disk local sr=two
sr two lvm on=xcp2
"""
    plain = pool(text)
    uuid = {vm.name_label: vm.uuid for vm in plain.guests}
    config = {"MAINTENANCE_MODE": "true"}
    for key, names in (("MIGRATED", migrated), ("HALTED", halted), ("SUSPENDED", suspended)):
        config[f"MAINTENANCE_MODE_EVACUATED_VMS_{key}"] = ",".join(uuid.get(name, name) for name in names.split())
    from msgspec.structs import replace

    hosts = {
        key: replace(host, other_config=config) if host.name_label == "xcp1" else host
        for key, host in plain.host.items()
    }
    return plain.with_tables({"host": hosts}, 0.0)


def test_the_end_of_maintenance_brings_everybody_home_as_they_were() -> None:
    snapshot = ticketed("a", "b", "c")
    steps = leave(snapshot, ref(snapshot, "host", "xcp1")).steps
    assert [type(step) for step in steps] == [Enable, Move, Resume, Start, ClearTicket]
    assert all(steps[0].key in step.after for step in steps[1:])
    assert set(steps[-1].after) == {step.key for step in steps[:-1]}


def test_not_home_but_running_is_a_note() -> None:
    snapshot = ticketed("a big gone-uuid")
    plan = leave(snapshot, ref(snapshot, "host", "xcp1"))
    assert moves(plan) == {"a": "xcp1"}
    assert plan.left == ()
    assert "guest big is not home but runs on xcp2" in plan.notes[0]
    assert "guest gone-uuid, which is not in the pool any more" in plan.notes[1]


def test_a_host_without_a_ticket_is_only_enabled() -> None:
    snapshot = pool("pool P\nhost xcp1 disabled\nhost xcp2 coordinator\n")
    plan = leave(snapshot, ref(snapshot, "host", "xcp1"))
    assert [type(step) for step in plan.steps] == [Enable]
    assert "carries no return ticket" in plan.notes[0]


def test_a_guest_without_tools_is_not_planned_to_be_shut_down_cleanly() -> None:
    made = pool("pool P\nhost a\nhost b\nguest bare on=a drivers=no\n")
    bare = ref(made, "VM", "bare")
    told = Snapshot(
        {**made.tables, "VM": {**made.VM, bare: replace(made.VM[bare], allowed_operations=("hard_shutdown",))}}
    )
    plan = evacuate(told, ref(told, "host", "a"), {bare: "shutdown"})
    assert [type(step).__name__ for step in plan.steps] == ["Disable"]
    assert "cleanly" in plan.left[0].reason


@pytest.mark.parametrize("wish", [evacuate, enter, leave])
def test_of_a_host_out_of_reach_nothing_is_asked(wish: Callable[[Snapshot, Ref], Plan]) -> None:
    text = "pool p\nhost a\nhost b\n  set metrics.live=false\nsr nas nfs\nguest g on=b memory=1GiB\n  disk root\n"
    snapshot = pool(text)
    plan = wish(snapshot, ref(snapshot, "host", "b"))
    assert plan.steps == ()
    assert any("out of the coordinator's reach" in left.reason for left in plan.left)
