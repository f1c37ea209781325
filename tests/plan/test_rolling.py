"""The whole pool in safe groups: the coordinator first and alone, never more hosts down than the others can carry."""

from __future__ import annotations

from pools import GIB, pool, ref

from xenferry.lab.scenario import parse
from xenferry.plan import room
from xenferry.plan import steps as s
from xenferry.plan.evacuate_policy import Targets
from xenferry.plan.rolling import Deed, rolling
from xenferry.plan.schedule.load import job
from xenferry.plan.schedule.play import play
from xenferry.pool.snapshot import Snapshot

FIVE = "pool P\n" + "".join(f"host h{n} memory=64GiB\n" for n in range(1, 6))
GUESTS = "".join(f"guest g{n}{k} on=h{n} memory={6 + k}GiB\n" for n in range(1, 6) for k in range(3))


def names(steps: list[s.AnyStep], kind: type[s.AnyStep]) -> list[str]:
    return [step.host.name for step in steps if isinstance(step, kind)]  # type: ignore[union-attr]


def free_at_all_times(snapshot: Snapshot, plan: s.Plan) -> None:
    """Play the plan: no host ever holds more than it has, nobody moves from or to a host that is down."""
    times = play([job(step) for step in plan.steps], plan.limits)
    known = {step.key: step for step in plan.steps}
    free = {host.name_label: room.free(snapshot)[place] for place, host in enumerate(snapshot.hosts)}
    sizes = {vm.name_label: room.held(vm) for vm in snapshot.guests}
    at = {vm.name_label: snapshot.name(vm.resident_on) for vm in snapshot.guests}
    down: set[str] = set()
    events = [(begin, 1, key) for key, (begin, _) in times.items()] + [(end, 0, key) for key, (_, end) in times.items()]
    for _, begins, key in sorted(events):
        match known[key]:
            case s.Move() as step if begins:
                assert at[step.guest.name] == step.source.name
                assert step.target.name not in down
                free[step.target.name] -= sizes[step.guest.name]
                assert free[step.target.name] >= 0
            case s.Move() as step:
                at[step.guest.name] = step.target.name
                free[step.source.name] += sizes[step.guest.name]
            case s.Disable() as step if begins:
                down.add(step.host.name)
            case s.Reboot() as step if begins:
                assert step.host.name not in at.values(), "nobody is on a host that reboots"
            case s.Enable() as step if not begins:
                down.discard(step.host.name)


def test_the_coordinator_comes_first_and_alone_and_everybody_after_it() -> None:
    snapshot = pool(FIVE + GUESTS)
    plan = rolling(snapshot)
    assert plan.left == ()
    assert names(list(plan.steps), s.Reboot)[0] == "h1"
    assert sorted(names(list(plan.steps), s.Reboot)) == ["h1", "h2", "h3", "h4", "h5"]
    times = play([job(step) for step in plan.steps], plan.limits)
    enabled = next(times[step.key][1] for step in plan.steps if isinstance(step, s.Enable) and step.host.name == "h1")
    others = [times[step.key][0] for step in plan.steps if isinstance(step, s.Disable) and step.host.name != "h1"]
    assert min(others) >= enabled
    free_at_all_times(snapshot, plan)


def test_hosts_are_down_together_where_there_is_room_and_one_by_one_if_asked() -> None:
    snapshot = pool(FIVE + "".join(f"guest g{n} on=h{n} memory=8GiB\n" for n in range(1, 6)))
    many, single = rolling(snapshot), rolling(snapshot, together=1)
    assert many.totals.seconds < single.totals.seconds * 0.7
    assert any(note.startswith("down together, as group 2: ") for note in many.notes)
    moved = [sum(isinstance(step, s.Move) for step in plan.steps) for plan in (many, single)]
    assert moved[1] <= moved[0]
    for plan in (many, single):
        free_at_all_times(snapshot, plan)


def test_in_the_end_everybody_may_be_brought_home() -> None:
    snapshot = pool(FIVE + GUESTS)
    plan = rolling(snapshot, home=True)
    last = {step.guest.name: step.target.name for step in plan.steps if isinstance(step, s.Move)}
    assert last == {vm.name_label: snapshot.name(vm.resident_on) for vm in snapshot.guests}
    free_at_all_times(snapshot, plan)


def test_nobody_goes_from_a_host_that_is_done_to_one_that_is_not() -> None:
    plan = rolling(pool(FIVE + GUESTS))
    done: set[str] = set()
    for step in plan.steps:
        if isinstance(step, s.Move):
            assert not (step.source.name in done and step.target.name not in done)
        if isinstance(step, s.Enable):
            done.add(step.host.name)


STUCK = """
pool P
host h1 memory=64GiB
host h2 memory=64GiB
host h3 memory=64GiB
guest a on=h1 memory=4GiB
guest b on=h2 memory=4GiB
  disk own sr=here
sr here lvm on=h2
"""


def test_a_host_that_cannot_be_emptied_is_left_out_with_the_guest_and_the_reason() -> None:
    plan = rolling(pool(STUCK))
    assert sorted(names(list(plan.steps), s.Reboot)) == ["h1", "h3"]
    (left,) = plan.left
    assert left.guest.name == "b"
    assert "cannot leave host h2, which is why that cannot be emptied" in left.reason
    assert "here" in left.reason


def test_guests_that_can_go_nowhere_are_shut_down_meanwhile_if_that_is_said() -> None:
    for text, immobile in (
        (STUCK, "shutdown"),
        (STUCK.replace("4GiB\n  disk", "4GiB tag=xenferry:shutdown\n  disk"), "leave"),
    ):
        plan = rolling(pool(text), immobile=immobile)  # type: ignore[arg-type]
        assert plan.left == ()
        own = [step for step in plan.steps if getattr(step, "guest", None) is not None and step.guest.name == "b"]  # type: ignore[union-attr]
        assert [type(step) for step in own] == [s.Shutdown, s.Start]
        reboot = next(step for step in plan.steps if isinstance(step, s.Reboot) and step.host.name == "h2")
        assert own[0].key in reboot.after


def test_a_command_comes_before_the_reboot_and_only_the_hosts_named_are_touched() -> None:
    snapshot = pool(FIVE + GUESTS)
    plan = rolling(snapshot, [ref(snapshot, "host", "h3")], Deed(reboot=True, hook="update $XENFERRY_HOST"))
    assert [type(step) for step in plan.steps if not isinstance(step, s.Move)] == [
        s.Disable,
        s.Hook,
        s.Reboot,
        s.Enable,
    ]
    assert {step.source.name for step in plan.steps if isinstance(step, s.Move)} == {"h3"}


def test_a_disabled_host_is_left_out_and_named() -> None:
    plan = rolling(pool("pool P\nhost h1\nhost h2\nhost h3 disabled\n"))
    assert sorted(names(list(plan.steps), s.Reboot)) == ["h1", "h2"]
    assert "host h3 is disabled and left out" in plan.notes


def test_high_availability_keeps_room_for_a_failure() -> None:
    text = FIVE.replace("pool P", "pool P ha\n  set ha_host_failures_to_tolerate=2")
    guests = "".join(f"guest g{n} on=h{n} memory=20GiB\n" for n in range(1, 6))
    with_ha, without = rolling(pool(text + guests)), rolling(pool(FIVE + guests))
    together = [sum(note.startswith("down together") for note in plan.notes) for plan in (with_ha, without)]
    assert together[1] > 0
    assert with_ha.totals.seconds >= without.totals.seconds
    assert room.free(pool(FIVE + guests))[0] > 20 * GIB


def test_in_a_pool_of_two_hosts_everybody_goes_back_and_both_are_done() -> None:
    snapshot = pool("pool P\nhost h1 memory=64GiB\nhost h2 memory=64GiB\n" + "guest a on=h1\nguest b on=h2\n")
    plan = rolling(snapshot)
    assert plan.left == ()
    assert names(list(plan.steps), s.Reboot) == ["h1", "h2"]
    free_at_all_times(snapshot, plan)


def test_nobody_goes_back_to_a_host_that_shall_take_no_guests() -> None:
    snapshot = pool("pool P\nhost h1 memory=64GiB\nhost h2 memory=64GiB\n" + "guest a on=h1\nguest b on=h2\n")
    plan = rolling(snapshot, targets=Targets(avoid=frozenset({ref(snapshot, "host", "h1")})))
    assert names(list(plan.steps), s.Reboot) == ["h1"]
    assert [step.target.name for step in plan.steps if isinstance(step, s.Move)] == ["h2"]


def test_what_was_asked_for_in_vain_is_not_proposed_again() -> None:
    tables = parse("pool P\nhost h1 memory=64GiB\nhost h2 memory=64GiB\nguest old on=h1 hvm drivers=no\n").tables
    (old,) = (row for row in tables["VM"].values() if row["name_label"] == "old")
    old["allowed_operations"] = ["hard_shutdown"]
    snapshot = Snapshot.from_tables(tables)
    (asked,) = rolling(snapshot, immobile="shutdown").left
    assert "from inside" in asked.choices[0]
    assert not [choice for choice in asked.choices if "--immobile" in choice]
    (unasked,) = rolling(snapshot).left
    assert "--immobile shutdown" in unasked.choices[0]
