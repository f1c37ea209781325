"""The whole pool rebooted on the lab, coordinator included: through the real client, and again after a crash."""

from __future__ import annotations

import asyncio
from collections import Counter
from pathlib import Path

import pytest
from test_crash import Killed, MortalJournal
from test_with_lab import connected, on_lab, proven, setting

from xenferry.lab.clock import virtual_run
from xenferry.lab.context import Context
from xenferry.lab.hosts import power
from xenferry.lab.lab import Lab
from xenferry.lab.scenario import parse
from xenferry.plan.cure import cure
from xenferry.plan.rolling import Deed, rolling
from xenferry.plan.steps import Forecast, Plan, Reboot
from xenferry.pool.capture import read_pool
from xenferry.rules import judge
from xenferry.runs import control
from xenferry.runs.engine import drive
from xenferry.runs.experience import learn
from xenferry.runs.journal import Journal
from xenferry.xapi import Connection

POOL = """
pool P
host xcp1 memory=32GiB
host xcp2 memory=32GiB
host xcp3 memory=32GiB
sr shared nfs
guest g1 on=xcp1 memory=4GiB
guest g2 on=xcp2 memory=4GiB
guest g3 on=xcp3 memory=4GiB
guest own on=xcp3 memory=1GiB
  disk root sr=here
sr here lvm on=xcp3
"""


def test_every_host_is_rebooted_once_and_every_guest_still_runs() -> None:
    async def story(lab: Lab, connection: Connection, journal: Journal) -> None:
        at = setting(connection, journal)
        now = await at.look()
        booted = {host.name_label: host.other_config["boot_time"] for host in now.hosts}
        report = await control.begin(rolling(now, immobile="shutdown", home=True), at)
        assert proven(report), report
        then = await at.look()
        assert all(host.enabled for host in then.hosts)
        assert all(host.other_config["boot_time"] != booted[host.name_label] for host in then.hosts)
        where = {vm.name_label: (vm.power_state, then.name(vm.resident_on)) for vm in then.guests}
        expected = {"g1": "xcp1", "g2": "xcp2", "g3": "xcp3", "own": "xcp3"}
        assert where == {name: ("Running", host) for name, host in expected.items()}

    on_lab(POOL, story)


def test_the_next_forecast_knows_how_long_its_hosts_are_gone() -> None:
    async def story(lab: Lab, connection: Connection, journal: Journal) -> None:
        at = setting(connection, journal)
        first = rolling(await at.look(), immobile="shutdown")
        assert {cost.seconds for cost in reboots(first)} == {600.0}, "nothing is known yet"
        assert "assumed: a host that reboots is back after 3 min to 20 min" in first.notes
        assert proven(await control.begin(first, at))
        now = await at.look()
        second = rolling(now, immobile="shutdown", model=learn(journal, now.pool.uuid))
        took = {key: step.changed - (step.started or 0.0) for key, step in journal.steps(journal.runs()[0].id).items()}
        for cost, key in zip(
            reboots(second), (step.key for step in second.steps if isinstance(step, Reboot)), strict=True
        ):
            assert cost.seconds == pytest.approx(took[key])
            assert cost.seconds_low < cost.seconds < cost.seconds_high
        assert any("learnt from 3 earlier reboots of this pool" in note for note in second.notes)

    on_lab(POOL, story)


def reboots(plan: Plan) -> list[Forecast]:
    """What the reboots of the plan are expected to cost."""
    return [step.forecast for step in plan.steps if isinstance(step, Reboot)]


def test_nobody_starts_by_himself_meanwhile_and_afterwards_all_is_as_before() -> None:
    text = POOL.replace("pool P", "pool P\n  set other_config.auto_poweron=true")
    text += "guest off halted memory=1GiB\n  set other_config.auto_poweron=true\n"

    async def story(lab: Lab, connection: Connection, journal: Journal) -> None:
        at = setting(connection, journal)
        (off,) = lab.db.find("VM", name_label="off")
        plan = rolling(await at.look(), immobile="shutdown")
        report = await control.begin(plan, at)
        assert proven(report), report
        started = [run.begin for run in lab.history.of(off)]
        held = (await at.look()).pool.other_config
        assert held["auto_poweron"] == "true"
        assert not [key for key in held if key.startswith("xenferry-held")]
        assert all(begin >= asyncio.get_running_loop().time() for begin in started), "it was left alone"

    on_lab(text, story)


def test_a_run_that_stops_leaves_a_mark_by_which_everybody_can_release() -> None:
    text = POOL.replace("pool P", "pool P\n  set other_config.auto_poweron=true")

    async def story(lab: Lab, connection: Connection, journal: Journal) -> None:
        at = setting(connection, journal)
        plan = rolling(await at.look(), deed=Deed(reboot=True, hook="exit 3"), together=1, immobile="shutdown")
        report = await control.begin(plan, at)
        assert report.state == "incomplete"
        now = await at.look()
        (found,) = [each for each in judge(now) if each.code == "power-on-held"]
        mended = await control.begin(cure(now, [found]), setting(connection, Journal("sqlite://", clock=lambda: 0.0)))
        assert mended.state == "done"
        after = (await at.look()).pool.other_config
        assert after["auto_poweron"] == "true"
        assert "xenferry-held-auto_poweron" not in after

    on_lab(text, story)


def test_a_command_is_run_for_each_host_and_its_failure_stops_the_run(tmp_path: Path) -> None:
    told = tmp_path / "hosts"

    async def story(lab: Lab, connection: Connection, journal: Journal) -> None:
        at = setting(connection, journal)
        command = f'echo "$XENFERRY_HOST" >> {told}; test "$XENFERRY_HOST" != xcp2 || {{ echo disk full; exit 3; }}'
        report = await control.begin(rolling(await at.look(), deed=Deed(reboot=False, hook=command), together=1), at)
        assert report.state == "incomplete"
        assert any("xcp2 ended with status 3: disk full" in trouble for trouble in report.troubles)
        assert told.read_text().split()[0] == "xcp1", "the coordinator"
        assert not (await at.look()).hosts[1].enabled, "a host whose update failed takes no guests"

    on_lab(POOL, story)


@pytest.mark.parametrize("dies_at", range(4, 46, 5))
def test_a_run_that_was_killed_goes_on_and_reboots_nobody_twice(
    dies_at: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    reboots: Counter[str] = Counter()
    go_down = power.go_down

    async def counted(ctx: Context, host: str, operation: str) -> None:
        await go_down(ctx, host, operation)
        reboots[ctx.db.get("host", host)["name_label"]] += 1

    monkeypatch.setattr(power, "go_down", counted)

    async def scene() -> None:
        lab, url = Lab.from_scenario(parse(POOL)), f"sqlite:///{tmp_path}/journal.db"
        mortal, journal = MortalJournal(url, dies_at, True), Journal(url, clock=asyncio.get_running_loop().time)
        async with connected(lab) as connection:
            plan = rolling(await read_pool(connection), immobile="shutdown")
            run = journal.create(plan, "first 1")
            driving = asyncio.create_task(drive(run, setting(connection, mortal, "first 1")))
            await asyncio.wait((driving,))
            assert isinstance(driving.exception(), Killed)
        await asyncio.sleep(300.0)  # a coordinator that was about to reboot is back by then
        async with connected(lab) as connection:
            report = await control.resume(run, setting(connection, journal, "second 2"), gone=lambda owner: True)
            assert proven(report), report
        mortal.close()
        journal.close()

    virtual_run(scene())
    assert reboots == {"xcp1": 1, "xcp2": 1, "xcp3": 1}
