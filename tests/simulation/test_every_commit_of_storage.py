"""A share is added and disks move; the program is killed around each commit of its journal, one trial for each."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest
from trial.mortal import Glance, Killed, MortalJournal, connected

from xenferry.lab.clock import virtual_run
from xenferry.lab.lab import Lab
from xenferry.lab.scenario import parse
from xenferry.plan.add_storage import add_nfs
from xenferry.plan.move_storage import move_storage, of_sr
from xenferry.plan.steps import Plan
from xenferry.pool.snapshot import Snapshot
from xenferry.runs import control
from xenferry.runs.engine import Report, Setting
from xenferry.xapi import Connection

POOL = """
pool P
host a memory=32GiB
host b memory=32GiB
server nas
  export /vol
server other
  export /more
sr old nfs server=nas path=/vol
guest g1 on=a memory=2GiB
  disk one size=2GiB sr=old
  disk two size=1GiB sr=old
guest g2 on=b memory=2GiB
  disk one size=2GiB sr=old
sr own lvm on=a
"""
SHARE = {"server": "other", "serverpath": "/more"}
OLD = "6f1c2f6e-0a3b-4c55-9d2e-3b1a0c9d8e7f"
Make = Callable[[Snapshot], Plan]
Check = Callable[[Lab, Report], None]


def added(**options: bool | str) -> Make:
    return lambda seen: add_nfs(seen, SHARE, "new", **options)  # type: ignore[arg-type]


def moved(seen: Snapshot) -> Plan:
    by_name = {sr.name_label: sr.ref for sr in seen.SR.values()}
    return move_storage(seen, of_sr(seen, by_name["old"]), by_name["target"])


def is_there_once(lab: Lab, report: Report) -> None:
    """One SR, connected everywhere, one directory."""
    assert report.state == "done", report
    (sr,) = lab.db.find("SR", name_label="new")
    assert len(lab.db.find("PBD", SR=sr, currently_attached=True)) == len(lab.db.find("PBD", SR=sr)) == 2
    assert set(lab.world.servers["other"].exports["/more"].directories) == {lab.db.get("SR", sr)["uuid"]}


def is_the_default(lab: Lab, report: Report) -> None:
    is_there_once(lab, report)
    (sr,) = lab.db.find("SR", name_label="new")
    assert [pool["default_SR"] for pool in lab.db.all("pool").values()] == [sr]


def is_attached_with_its_disks(lab: Lab, report: Report) -> None:
    is_there_once(lab, report)
    assert lab.world.servers["other"].exports["/more"].directories == {OLD: {"disk.vhd"}}


def is_gone_without_a_trace(lab: Lab, report: Report) -> None:
    """Host b is kept out: nothing may stay."""
    assert report.state != "done"
    assert not lab.db.find("SR", name_label="new"), report
    assert not [pbd for pbd in lab.db.all("PBD").values() if pbd["device_config"].get("server") == "other"]
    assert lab.world.servers["other"].exports["/more"].directories == {}
    assert not [1 for dom0 in lab.world.dom0.values() for place in dom0.mounts.values() if place[0] == "other"]


def has_every_disk_once(lab: Lab, report: Report) -> None:
    """All disks are on the target and nowhere else, and the guests never stopped."""
    assert report.state == "done", report
    (old,), (target,) = lab.db.find("SR", name_label="old"), lab.db.find("SR", name_label="target")
    assert not lab.db.find("VDI", SR=old)
    assert len(lab.db.find("VDI", SR=target)) == 3
    assert not lab.history.twice()
    for name in ("g1", "g2"):
        (vm,) = lab.db.find("VM", name_label=name)
        record = lab.db.get("VM", vm)
        assert record["power_state"] == "Running"
        disks = [vbd for vbd in (lab.db.get("VBD", ref) for ref in record["VBDs"]) if vbd["type"] == "Disk"]
        assert disks
        assert all(lab.db.get("VDI", vbd["VDI"])["SR"] == target for vbd in disks)


def keep_b_out(lab: Lab) -> None:
    (kept,) = lab.db.find("host", name_label="b")
    lab.world.servers["other"].unmountable.add(kept)


def lay_down(lab: Lab) -> None:
    lab.world.servers["other"].exports["/more"].directories[OLD] = {"disk.vhd"}


def nothing(lab: Lab) -> None:
    """The pool is as the scenario has it."""


STORIES = {
    "added": (added(), is_there_once, nothing, ""),
    "added as default": (added(make_default=True), is_the_default, nothing, ""),
    "attached": (added(uuid=OLD), is_attached_with_its_disks, lay_down, ""),
    "refused on a host": (added(), is_gone_without_a_trace, keep_b_out, ""),
    "disks moved": (moved, has_every_disk_once, nothing, "sr target nfs server=other path=/more\n"),
}


@pytest.mark.parametrize("before", [True, False], ids=["before", "after"])
@pytest.mark.parametrize("story", STORIES)
def test_whenever_the_program_is_killed_nothing_is_orphaned(story: str, before: bool) -> None:
    commits = 0
    while virtual_run(_story(story, commits, before=before)):
        commits += 1
    assert commits > 3


async def _story(story: str, commits: int, *, before: bool) -> bool:
    """A run that is killed after so many commits, and that somebody goes on with. False: it never came so far."""
    make, check, prepare, more = STORIES[story]
    lab, journal = Lab.from_scenario(parse(POOL + more)), MortalJournal()
    prepare(lab)
    async with connected(lab) as connection:
        plan = make(await Glance(lab)(connection))
    run = journal.create(plan, "first 1")
    journal.doom(commits, before=before)
    if not await _dies(lab, journal, run):
        return False
    journal.doom(-1, before=False)
    await asyncio.sleep(60.0)
    async with connected(lab) as connection:
        report = await control.resume(run, _setting(lab, connection, journal, "second 2"), gone=lambda other: True)
    await asyncio.sleep(600.0)  # what goes on in the pool comes to rest
    try:
        check(lab, report)
    except AssertionError as wrong:
        wrong.add_note(f"killed around commit {commits} of `{story}`")
        raise
    finally:
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
