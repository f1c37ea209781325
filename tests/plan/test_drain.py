"""Several hosts are emptied at once, or as many as the pool can do without."""

from __future__ import annotations

from pools import GIB, pool, ref

from xenferry.lab.clock import virtual_run
from xenferry.lab.lab import Lab
from xenferry.lab.scenario import parse
from xenferry.plan import room
from xenferry.plan import steps as s
from xenferry.plan.consolidate import consolidate
from xenferry.plan.drain import drain
from xenferry.plan.evacuate_policy import Targets
from xenferry.pool.capture import read_pool
from xenferry.pool.snapshot import Snapshot
from xenferry.runs import control
from xenferry.runs.engine import Setting
from xenferry.runs.journal import Journal
from xenferry.xapi import connect

FIVE = """
pool P
host h0 memory=64GiB
host h1 memory=64GiB
host h2 memory=64GiB
host h3 memory=64GiB
host h4 memory=64GiB
sr own lvm on=h4
guest a on=h0 memory=16GiB
guest b on=h1 memory=16GiB
guest c on=h2 memory=8GiB
guest d on=h3 memory=4GiB
guest e on=h4 memory=2GiB
"""


def refs(snapshot: Snapshot, *names: str) -> list:  # type: ignore[type-arg]
    return [ref(snapshot, "host", name) for name in names]


def moves(plan: s.Plan) -> list[s.Move]:
    return [step for step in plan.steps if isinstance(step, s.Move)]


def disabled(plan: s.Plan) -> set[str]:
    return {step.host.name for step in plan.steps if isinstance(step, s.Disable)}


def test_no_guest_goes_to_a_host_that_is_emptied_too() -> None:
    now = pool(FIVE)
    plan = drain(now, refs(now, "h2", "h3", "h4"))
    assert plan.left == ()
    assert sorted(step.guest.name for step in moves(plan)) == ["c", "d", "e"]
    assert {step.target.name for step in moves(plan)} <= {"h0", "h1"}
    first = {step.key for step in plan.steps if isinstance(step, s.Disable)}
    assert all(first <= set(step.after) for step in moves(plan))


def test_a_guest_that_fits_nowhere_else_is_left_and_the_others_go() -> None:
    now = pool(FIVE + "guest big on=h3 memory=60GiB\n")
    plan = drain(now, refs(now, "h2", "h3"))
    assert [left.guest.name for left in plan.left] == ["big"]
    assert sorted(step.guest.name for step in moves(plan)) == ["c", "d"]


def test_the_pool_does_with_as_few_hosts_as_bear_the_loss_of_one() -> None:
    now = pool(FIVE)
    plan = consolidate(now)
    assert plan.left == ()
    assert disabled(plan) == {"h2", "h3", "h4"}
    assert disabled(consolidate(now, spare=0)) == {"h1", "h2", "h3", "h4"}
    assert disabled(consolidate(now, spare=2)) == {"h3", "h4"}
    free = dict(zip((host.name_label for host in now.hosts), room.free(now), strict=True))
    assert free["h0"] > 31 * GIB, "everybody would fit on the coordinator alone"
    assert "2 of 5 hosts stay on; 1 host is needed at the least by memory alone, none spare" in plan.notes
    assert any(note.startswith("could be switched off afterwards: h4, h3, h2") for note in plan.notes)


def test_hosts_that_cannot_be_emptied_stay_on_and_the_guest_is_named() -> None:
    now = pool(FIVE + "  disk x sr=own\n")
    plan = consolidate(now)
    assert disabled(plan) == {"h1", "h2", "h3"}
    assert any("host h4 stays on: guest e can go nowhere" in note for note in plan.notes)
    tagged = pool(FIVE.replace("guest d on=h3 memory=4GiB", "guest d on=h3 memory=4GiB tag=xenferry:leave"))
    assert "h3" not in disabled(consolidate(tagged))


def test_hosts_are_left_alone_or_kept_on_as_wished() -> None:
    now = pool(FIVE)
    assert "h4" not in disabled(consolidate(now, targets=Targets(avoid=frozenset(refs(now, "h4")))))
    preferred = consolidate(now, targets=Targets(prefer=frozenset(refs(now, "h4"))))
    assert disabled(preferred) == {"h1", "h2", "h3"}
    assert {step.target.name for step in moves(preferred)} == {"h4"}


def test_the_plan_comes_true() -> None:
    async def scene() -> None:
        lab = Lab.from_scenario(parse(FIVE))
        async with connect(lab.address(lab.coordinator), "root", "lab", pin=None, dial=lab.dial) as connection:

            async def look() -> Snapshot:
                return await read_pool(connection)

            journal = Journal("sqlite://", clock=lambda: 0.0)
            plan = consolidate(await look())
            report = await control.begin(plan, Setting(journal=journal, pool=connection, look=look, owner="ann 1"))
            journal.close()
            assert report.state == "done"
            after = await look()
            inhabited = {after.name(vm.resident_on) for vm in after.guests}
            assert inhabited == {"h0", "h1"}
            assert {host.name_label for host in after.hosts if host.enabled} == {"h0", "h1"}

    virtual_run(scene())
