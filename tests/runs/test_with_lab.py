"""The same against the lab, through the real client: what XAPI does on the way is not made up here."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import msgspec
import pytest
from msgspec.structs import replace
from test_crash import Killed, MortalJournal

from xenferry.lab.clock import virtual_run
from xenferry.lab.lab import Lab
from xenferry.lab.scenario import parse
from xenferry.plan.evacuate import evacuate
from xenferry.plan.maintenance import enter, leave
from xenferry.plan.migrate import migrate
from xenferry.plan.steps import MoveDisk, MoveWithDisks
from xenferry.pool.capture import read_pool
from xenferry.pool.records import Ref
from xenferry.pool.snapshot import Snapshot
from xenferry.runs import control, verify
from xenferry.runs.engine import Report, Setting, drive
from xenferry.runs.journal import Journal
from xenferry.xapi import Connection, connect

POOL = """
pool P
host xcp1 memory=64GiB
host xcp2 memory=64GiB
host xcp3 memory=64GiB
sr shared nfs
sr local1 lvm on=xcp1
sr local2 lvm on=xcp2
guest g1 on=xcp1 memory=2GiB
  disk a sr=shared
guest g2 on=xcp1 memory=4GiB
guest g3 on=xcp1 memory=2GiB
"""


@asynccontextmanager
async def connected(lab: Lab) -> AsyncIterator[Connection]:
    async with connect(lab.address(lab.coordinator), "root", "lab", pin=None, dial=lab.dial) as connection:
        yield connection


def setting(connection: Connection, journal: Journal, owner: str = "ann@desk 1") -> Setting:
    async def look() -> Snapshot:
        return await read_pool(connection)

    return Setting(journal=journal, pool=connection, look=look, owner=owner)


def ref(snapshot: Snapshot, kind: str, name: str) -> Ref:
    return next(key for key, row in snapshot.tables[kind].items() if getattr(row, "name_label", "") == name)


def on_lab(text: str, story: Callable[[Lab, Connection, Journal], Awaitable[None]]) -> None:
    async def scene() -> None:
        lab = Lab.from_scenario(parse(text))
        journal = Journal("sqlite://", clock=asyncio.get_running_loop().time)
        async with connected(lab) as connection:
            await story(lab, connection, journal)
        journal.close()

    virtual_run(scene())


def migrations(lab: Lab, guest: str) -> int:
    uuid = next(row["uuid"] for row in lab.db.all("VM").values() if row["name_label"] == guest)
    messages = lab.db.all("message").values()
    return sum(1 for each in messages if each["name"] == "VM_MIGRATED" and each["obj_uuid"] == uuid)


def proven(report: Report) -> bool:
    return report.state == "done" and report.proof is not None and report.proof.ok


def test_maintenance_there_and_back() -> None:
    async def story(lab: Lab, connection: Connection, journal: Journal) -> None:
        at = setting(connection, journal)
        now = await at.look()
        host = ref(now, "host", "xcp1")
        gone = await control.begin(enter(now, host, {ref(now, "VM", "g3"): "shutdown"}), at)
        assert proven(gone)
        assert [each.after.state for each in gone.proof.guests if each.guest.name == "g3"] == ["Halted"]  # type: ignore[union-attr]
        assert all(each.restarted is not True for each in gone.proof.guests)  # type: ignore[union-attr]
        back = await control.begin(leave(await at.look(), host), at)
        assert proven(back)
        assert {fact.after.host for fact in back.proof.guests} == {"xcp1"}  # type: ignore[union-attr]
        assert all(fact.seconds is not None for fact in back.proof.guests)  # type: ignore[union-attr]

    on_lab(POOL, story)


def test_a_guest_moves_with_its_disks_and_they_are_where_promised() -> None:
    async def story(lab: Lab, connection: Connection, journal: Journal) -> None:
        at = setting(connection, journal)
        now = await at.look()
        plan = migrate(now, [ref(now, "VM", "g1")], sr=ref(now, "SR", "local2"))
        assert isinstance(plan.steps[0], MoveWithDisks)
        assert proven(await control.begin(plan, at))
        later = await at.look()
        vm = later.VM[ref(later, "VM", "g1")]
        assert later.name(vm.resident_on) == "xcp2"
        assert [later.name(later.VDI[later.VBD[vbd].VDI].SR) for vbd in vm.VBDs] == ["local2"]

    on_lab(POOL, story)


def test_the_disks_of_a_guest_that_has_died_meanwhile_are_not_carried_about() -> None:
    async def story(lab: Lab, connection: Connection, journal: Journal) -> None:
        at = setting(connection, journal)
        now = await at.look()
        plan = migrate(now, [ref(now, "VM", "g1")], sr=ref(now, "SR", "local2"))
        await connection.call("VM.hard_shutdown", ref(now, "VM", "g1"))
        report = await control.begin(plan, at)
        assert report.state == "incomplete"
        assert "guest g1 is halted now" in report.troubles[0]
        later = await at.look()
        disks = [later.VBD[vbd].VDI for vbd in later.VM[ref(later, "VM", "g1")].VBDs]
        assert [later.name(later.VDI[disk].SR) for disk in disks] == ["shared"]

    on_lab(POOL, story)


def test_a_guest_that_stops_while_its_disk_moves_is_no_success() -> None:
    text = POOL + "sr second nfs\n"
    now = Snapshot.from_tables(parse(text).tables)
    moved = text.replace("guest g1 on=xcp1", "guest g1 halted").replace("disk a sr=shared", "disk a sr=second")
    later = Snapshot.from_tables(parse(moved).tables)
    plan = migrate(now, [ref(now, "VM", "g1")], sr=ref(now, "SR", "second"))
    (step,) = plan.steps
    assert isinstance(step, MoveWithDisks)
    alone = replace(plan, steps=(MoveDisk(key="one", guest=step.guest, disk=step.disks[0], forecast=step.forecast),))
    before = msgspec.json.encode(verify.facts(now, alone)).decode()
    assert verify.judge(alone, before, {}, later).failures == (
        "guest g1 ran before and is halted now, which no step of this run wanted",
    )


def test_a_disk_that_grew_since_the_plan_was_made_stops_the_step_until_somebody_says_yes() -> None:
    async def story(lab: Lab, connection: Connection, journal: Journal) -> None:
        at = setting(connection, journal)
        now = await at.look()
        plan = migrate(now, [ref(now, "VM", "g1")], sr=ref(now, "SR", "local2"))
        (vdi,) = [each.ref for each in now.VDI.values() if each.name_label == plan.steps[0].disks[0].disk.name]  # type: ignore[union-attr]
        lab.db.update("VDI", vdi, physical_utilisation=2 * now.VDI[vdi].physical_utilisation)
        asked = await control.begin(plan, at)
        assert asked.state == "incomplete"
        assert "the plan states at most" in asked.troubles[0]
        assert migrations(lab, "g1") == 0
        agreed = await control.resume(asked.run, replace(at, accept=frozenset({plan.steps[0].key})))
        assert proven(agreed)

    on_lab(POOL, story)


async def crash_and_resume(url: str, dies_at: int) -> bool:
    lab = Lab.from_scenario(parse(POOL))
    mortal, journal = MortalJournal(url, dies_at, True), Journal(url, clock=asyncio.get_running_loop().time)
    try:
        async with connected(lab) as connection:
            now = await read_pool(connection)
            run = journal.create(evacuate(now, ref(now, "host", "xcp1")), "first 1")
            driving = asyncio.create_task(drive(run, setting(connection, mortal, "first 1")))
            await asyncio.wait((driving,))
            died = isinstance(driving.exception(), Killed)
        async with connected(lab) as connection:
            if died:
                report = await control.resume(run, setting(connection, journal, "second 2"), gone=lambda owner: True)
                assert proven(report), report
        await asyncio.sleep(5.0)  # XAPI writes its message when a migration is over, after the guest has arrived
        assert [migrations(lab, guest) for guest in ("g1", "g2", "g3")] == [1, 1, 1]
        return died
    finally:
        mortal.close()
        journal.close()


def test_no_guest_is_moved_twice_after_a_crash(tmp_path: Path) -> None:
    for number in range(1, 200):
        if not virtual_run(crash_and_resume(f"sqlite:///{tmp_path}/{number}.db", number)):
            assert number > 15
            return
    pytest.fail("the driver never came to its end")
