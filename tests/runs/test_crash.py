"""However often the driver dies, and wherever: no guest is moved twice, and the end is as promised."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from fake import FakePool
from sqlalchemy import Connection

from xenferry.lab.clock import virtual_run
from xenferry.plan.evacuate import evacuate
from xenferry.runs import control
from xenferry.runs.engine import Report, Setting, drive
from xenferry.runs.journal import Entry, Journal

POOL = """
pool P
host xcp1 memory=64GiB
host xcp2 memory=64GiB
sr shared nfs
guest g1 on=xcp1 memory=2GiB
guest g2 on=xcp1 memory=2GiB
guest g3 on=xcp1 memory=2GiB
"""
GUESTS = ("g1", "g2", "g3")


class Killed(BaseException):
    """The program is no more: nothing that it does from now on reaches the disk."""


class MortalJournal(Journal):
    """A journal whose program dies at the n-th event: just before it is written, or just after."""

    def __init__(self, url: str, dies_at: int, before: bool) -> None:
        super().__init__(url, clock=now)
        self.dies_at, self.dies_before = dies_at, before
        self.written, self.dead = 0, False

    def _append(self, connection: Connection, run: str, kind: str, text: Mapping[str, Any]) -> Entry:
        self.written += 1
        if self.dead or (self.dies_before and self.written >= self.dies_at):
            self.dead = True
            raise Killed
        return super()._append(connection, run, kind, text)

    def _hold(self, connection: Connection, lease: Any) -> None:
        if self.dead or (not self.dies_before and self.written >= self.dies_at):
            self.dead = True
            raise Killed
        super()._hold(connection, lease)

    def release(self, lease: Any) -> None:
        if not self.dead:
            super().release(lease)


def now() -> float:
    return asyncio.get_running_loop().time()


def setting(pool: FakePool, journal: Journal, owner: str) -> Setting:
    return Setting(journal=journal, pool=pool, look=pool.look, owner=owner)


async def die(pool: FakePool, mortal: MortalJournal, run: str) -> bool:
    """Drive until death; whether it came to that."""
    driving = asyncio.create_task(drive(run, setting(pool, mortal, "first 1")))
    await asyncio.wait((driving,))
    if isinstance(error := driving.exception(), Killed):
        return True
    assert error is None
    return False


async def scene(url: str, dies_at: int, before: bool, gap: float, *, tags_lost: bool = False) -> bool:
    pool = FakePool(POOL, marks_after=1.0)
    pool.tags_lost = tags_lost
    plan = evacuate(pool.snapshot(), pool.ref("host", "xcp1"))  # type: ignore[arg-type]
    mortal, journal = MortalJournal(url, dies_at, before), Journal(url, clock=now)
    try:
        run = journal.create(plan, "first 1")
        died = await die(pool, mortal, run)
        await asyncio.sleep(gap)
        report: Report | None = None
        if died:
            known_dead = gap == 0.0
            report = await control.resume(run, setting(pool, journal, "second 2"), gone=lambda owner: known_dead)
            assert (report.state, report.troubles) == ("done", ())
        assert [pool.moves_of(guest) for guest in GUESTS] == [1, 1, 1]
        assert {pool.row("VM", guest)["resident_on"] for guest in GUESTS} == {pool.ref("host", "xcp2")}
        assert not died or (report is not None and report.proof is not None and report.proof.ok)
        return died
    finally:
        mortal.close()
        journal.close()


@pytest.mark.parametrize("before", [True, False], ids=["before", "after"])
@pytest.mark.parametrize("gap", [0.0, 60.0])
@pytest.mark.parametrize("tags_lost", [False, True], ids=["tagged", "untagged"])
def test_no_guest_is_moved_twice_after_a_crash(tmp_path: Path, before: bool, gap: float, tags_lost: bool) -> None:
    for number in range(1, 200):
        try:
            died = virtual_run(scene(f"sqlite:///{tmp_path}/{number}.db", number, before, gap, tags_lost=tags_lost))
        except Killed:  # pragma: no cover (a crash in the test's own hands would hide what it tests)
            pytest.fail("the crash left the driver")
        if not died:
            assert number > 15
            return
    pytest.fail("the driver never came to its end")


def test_a_run_that_nobody_drives_any_more_can_be_taken_over_at_once_when_its_program_is_known_dead(
    tmp_path: Path,
) -> None:
    async def story() -> float:
        url = f"sqlite:///{tmp_path}/j.db"
        pool, mortal, journal = FakePool(POOL), MortalJournal(url, 8, True), Journal(url, clock=now)
        plan = evacuate(pool.snapshot(), pool.ref("host", "xcp1"))  # type: ignore[arg-type]
        run = journal.create(plan, "first 1")
        assert await die(pool, mortal, run)
        begun = now()
        report = await control.resume(run, setting(pool, journal, "second 2"), gone=lambda owner: owner == "first 1")
        assert report.state == "done"
        mortal.close()
        journal.close()
        return now() - begun

    assert virtual_run(story()) < 40


def test_the_journal_shows_the_whole_history_of_both_drivers(tmp_path: Path) -> None:
    async def story() -> None:
        url = f"sqlite:///{tmp_path}/j.db"
        pool, mortal, journal = FakePool(POOL), MortalJournal(url, 8, True), Journal(url, clock=now)
        plan = evacuate(pool.snapshot(), pool.ref("host", "xcp1"))  # type: ignore[arg-type]
        run = journal.create(plan, "first 1")
        await die(pool, mortal, run)
        await control.resume(run[:5], setting(pool, journal, "second 2"))
        seen = control.show(journal, run)
        assert [each.text["owner"] for each in seen.events if each.kind == "claimed"] == ["first 1", "second 2"]
        assert [each.seq for each in seen.events] == list(range(1, len(seen.events) + 1))
        assert {step.state for step in seen.steps} == {"done"}
        assert seen.proof is not None
        assert [fact.before.host for fact in seen.proof.guests if fact.before] == ["xcp1"] * 3
        with pytest.raises(ValueError, match="nothing to go on with"):
            await control.resume(run, setting(pool, journal, "second 2"))
        mortal.close()
        journal.close()

    virtual_run(story())
