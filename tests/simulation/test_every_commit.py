"""Three hosts are rebooted in turn; the program is killed around each commit of its journal, one trial for each."""

from __future__ import annotations

import asyncio
from collections import Counter

import pytest
from trial.judge import running
from trial.mortal import Glance, Killed, MortalJournal, connected

from xenferry.lab.clock import virtual_run
from xenferry.lab.context import Context
from xenferry.lab.hosts import power
from xenferry.lab.lab import Lab
from xenferry.lab.scenario import parse
from xenferry.plan.rolling import rolling
from xenferry.runs import control
from xenferry.runs.engine import Report, Setting
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
HOMES = {"g1": "xcp1", "g2": "xcp2", "g3": "xcp3", "own": "xcp3"}
REBOOTED = {"xcp1": 1, "xcp2": 1, "xcp3": 1}


@pytest.mark.parametrize("before", [True, False], ids=["before", "after"])
def test_whenever_the_program_is_killed_the_end_is_the_same(before: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    reboots: Counter[str] = Counter()
    go_down = power.go_down

    async def counted(ctx: Context, host: str, operation: str) -> None:
        await go_down(ctx, host, operation)
        reboots[ctx.db.get("host", host)["name_label"]] += 1

    monkeypatch.setattr(power, "go_down", counted)
    commits = 0
    while virtual_run(_story(commits, before=before)):
        assert reboots == REBOOTED, f"killed around commit {commits}"
        reboots.clear()
        commits += 1
    assert commits > 40, "a run of three hosts writes that much"


async def _story(commits: int, *, before: bool) -> bool:
    """A run that is killed after so many commits, and that somebody goes on with. False: it never came so far."""
    lab, journal = Lab.from_scenario(parse(POOL)), MortalJournal()
    async with connected(lab) as connection:
        plan = rolling(await Glance(lab)(connection), immobile="shutdown", home=True)
    run = journal.create(plan, "first 1")
    journal.doom(commits, before=before)
    if not await _dies(lab, journal, run):
        return False
    journal.doom(-1, before=False)
    await asyncio.sleep(300.0)  # a coordinator that was about to reboot is back by then
    async with connected(lab) as connection:
        report = await control.resume(run, _setting(lab, connection, journal, "second 2"), gone=lambda other: True)
    assert report.state == "done", f"killed around commit {commits}: {report}"
    assert report.proof
    assert report.proof.ok
    names = {vm["uuid"]: vm["name_label"] for vm in lab.db.all("VM").values()}
    assert {names[uuid]: host for uuid, host in running(lab).items()} == HOMES
    assert not lab.history.twice()
    assert all(host["enabled"] for host in lab.db.all("host").values())
    journal.close()
    return True


def _setting(lab: Lab, connection: Connection, journal: MortalJournal, owner: str) -> Setting:
    glance = Glance(lab)
    return Setting(journal=journal, pool=connection, look=lambda: glance(connection), owner=owner)


async def _dies(lab: Lab, journal: MortalJournal, run: str) -> bool:
    async with connected(lab) as connection:

        async def drive() -> Report:
            return await control.resume(run, _setting(lab, connection, journal, "first 1"), gone=lambda other: True)

        driving = asyncio.create_task(drive())
        await asyncio.wait((driving,))
        if driving.exception() is None:
            return False
        assert isinstance(driving.exception(), Killed)
        return True
