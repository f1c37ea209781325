"""A guest that may stand still for so long only is not moved if it is known to, and stopped if it turns out to."""

from __future__ import annotations

import asyncio

import pytest
from msgspec.structs import replace

from xenferry.lab.clock import virtual_run
from xenferry.lab.history import Pause
from xenferry.lab.lab import Lab
from xenferry.lab.scenario import parse
from xenferry.plan import pause
from xenferry.plan import steps as s
from xenferry.plan.consolidate import consolidate
from xenferry.plan.evacuate import evacuate
from xenferry.plan.forecast import ASSUMED
from xenferry.plan.rebalance import rebalance
from xenferry.plan.rolling import rolling
from xenferry.pool.capture import read_pool
from xenferry.pool.records import Ref
from xenferry.pool.snapshot import Snapshot
from xenferry.runs import control
from xenferry.runs.engine import Report, Setting
from xenferry.runs.journal import Journal
from xenferry.xapi import connect

POOL = """
pool P
host h0 memory=64GiB
  nic eth0 speed=10000 management
host h1 memory=64GiB
  nic eth0 speed=10000 management
guest calm on=h1 memory=2GiB
guest busy on=h1 memory=8GiB dirty={dirty}MiB/s tag={tag}
"""


def snapshot_of(dirty: int = 5, tag: str = "xenferry:pause=2s") -> Snapshot:
    return Snapshot.from_tables(parse(POOL.format(dirty=dirty, tag=tag)).tables)


def named(now: Snapshot, name: str) -> Ref:
    return next(vm.ref for vm in now.guests if vm.name_label == name)


def knowing(now: Snapshot, mib: float) -> object:
    return replace(ASSUMED, rewriting={now.VM[named(now, "busy")].uuid: mib * 2**20})


def moved(plan: s.Plan) -> set[str]:
    return {step.guest.name for step in plan.steps if isinstance(step, s.Move)}


@pytest.mark.parametrize(
    ("tag", "seconds"),
    [("500ms", 0.5), ("2s", 2.0), ("2", 2.0), ("1.5 s", 1.5), ("2min", 120.0), ("soon", 0.0), ("", 0.0)],
)
def test_a_tag_says_how_long(tag: str, seconds: float) -> None:
    now = snapshot_of()
    vm = replace(now.VM[named(now, "busy")], tags=(f"xenferry:pause={tag}",))
    assert pause.limit(now, vm) == seconds
    assert pause.limit(now, replace(vm, tags=())) is None


def test_a_guest_known_to_stand_still_too_long_is_left_to_a_person() -> None:
    now = snapshot_of()
    model = knowing(now, 250)
    plan = evacuate(now, now.hosts[1].ref, model=model)  # type: ignore[arg-type]
    assert moved(plan) == {"calm"}
    (left,) = plan.left
    assert "busy would stand still for about" in left.reason
    assert "250 MiB a second" in left.reason
    assert "move it all the same: --move busy" in left.choices
    insisted = evacuate(now, now.hosts[1].ref, {named(now, "busy"): "move"}, model=model)  # type: ignore[arg-type]
    assert moved(insisted) == {"busy", "calm"}
    assert evacuate(now, now.hosts[1].ref, model=knowing(now, 20)).left == ()  # type: ignore[arg-type]


def test_no_other_plan_moves_it_either() -> None:
    now = snapshot_of()
    model = knowing(now, 250)
    for plan in (rolling(now, model=model), rebalance(now, model=model), consolidate(now, spare=0, model=model)):  # type: ignore[arg-type]
        assert "busy" not in moved(plan)
        assert "busy" in f"{plan.left} {plan.notes}" or plan.wish == "use the hosts alike"


def drive(dirty: int, tag: str, *, accept: bool = False) -> tuple[Report, list[Pause], str]:
    """Empty h1 without knowing anything of its guests; the report, the pauses, and where the busy guest is."""

    async def scene() -> tuple[Report, list[Pause], str]:
        lab = Lab.from_scenario(parse(POOL.format(dirty=dirty, tag=tag)))
        async with connect(lab.address(lab.coordinator), "root", "lab", pin=None, dial=lab.dial) as connection:

            async def look() -> Snapshot:
                return await read_pool(connection)

            now = await look()
            journal = Journal("sqlite://", clock=asyncio.get_running_loop().time)
            plan = evacuate(now, now.hosts[1].ref)
            keys = frozenset(step.key for step in plan.steps if accept)
            at = Setting(journal=journal, pool=connection, look=look, owner="ann 1", accept=keys)
            report = await control.begin(plan, at)
            journal.close()
            after, pauses = await look(), [each for each in lab.hypervisor.history.pauses if each.guest == guest(now)]
            return report, pauses, after.name(after.VM[guest(now)].resident_on)

    def guest(now: Snapshot) -> Ref:
        return named(now, "busy")

    return virtual_run(scene())


def test_a_guest_that_turns_out_to_write_too_fast_is_stopped_before_its_pause() -> None:
    report, pauses, where = drive(250, "xenferry:pause=1s")
    assert (report.state, where, pauses) == ("incomplete", "h1", [])
    assert any("would stand still for more than the 1.0 s" in text for text in report.troubles), report.troubles


def test_it_goes_through_if_a_person_accepts_that_and_if_it_keeps_to_its_limit() -> None:
    report, (stood,), where = drive(250, "xenferry:pause=1s", accept=True)
    assert (report.state, where) == ("done", "h0")
    assert (stood.end or 0.0) - stood.begin > 1.0, "it would have been too long indeed"
    for dirty in (5, 40, 100):
        report, (stood,), where = drive(dirty, "xenferry:pause=1s")
        assert (report.state, where) == ("done", "h0")
        assert (stood.end or 0.0) - stood.begin <= 1.0
