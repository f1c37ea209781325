"""A plan becomes true of the pool, side by side as far as the limits allow; what goes wrong is said."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fake import FakePool
from msgspec.structs import replace

from xenferry.lab.clock import virtual_run
from xenferry.plan import steps as s
from xenferry.plan.evacuate import evacuate
from xenferry.plan.maintenance import enter, leave
from xenferry.plan.steps import Move, Plan
from xenferry.runs import control
from xenferry.runs.engine import Limits, Report, Setting, drive
from xenferry.runs.journal import Entry, Journal, LeaseLost, Taken
from xenferry.xapi import Unreachable, XapiError

POOL = """
pool P
host xcp1 memory=64GiB
host xcp2 memory=64GiB
host xcp3 memory=64GiB
sr shared nfs
guest g1 on=xcp1 memory=2GiB
guest g2 on=xcp1 memory=2GiB
guest g3 on=xcp1 memory=2GiB
guest g4 on=xcp1 memory=2GiB
guest g5 on=xcp1 memory=2GiB
"""
GUESTS = ("g1", "g2", "g3", "g4", "g5")


def now() -> float:
    return asyncio.get_running_loop().time()


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    opened = Journal(f"sqlite:///{tmp_path}/journal.db", clock=now)
    yield opened
    opened.close()


def setting(pool: FakePool, journal: Journal, **more: Any) -> Setting:
    return Setting(journal=journal, pool=pool, look=pool.look, owner=more.pop("owner", "ann@desk 1"), **more)


def emptying(pool: FakePool) -> Plan:
    return evacuate(pool.snapshot(), pool.ref("host", "xcp1"))  # type: ignore[arg-type]


def carry_out(pool: FakePool, journal: Journal, plan: Plan | None = None, **more: Any) -> Report:
    return virtual_run(control.begin(plan or emptying(pool), setting(pool, journal, **more)))


def test_an_evacuation_is_carried_out_and_proved(journal: Journal) -> None:
    pool = FakePool(POOL)
    report = carry_out(pool, journal)
    assert (report.state, report.troubles, report.next) == ("done", (), "")
    assert report.proof is not None
    assert [proof.after.host for proof in report.proof.guests] != []
    assert all(proof.ok and proof.restarted is False for proof in report.proof.guests)
    assert {proof.before.host for proof in report.proof.guests if proof.before} == {"xcp1"}
    assert all(proof.seconds is not None and 9 < proof.seconds < 12 for proof in report.proof.guests)
    assert not pool.row("host", "xcp1")["enabled"]
    assert pool.row("host", "xcp1")["resident_VMs"] == [pool.row("host", "xcp1")["control_domain"]]


def test_as_many_guests_leave_a_host_at_once_as_fill_its_link(journal: Journal) -> None:
    pool = FakePool(POOL.replace("memory=2GiB", "memory=10GiB"))
    plan = emptying(pool)
    assert set(plan.limits.links.values()) == {1e10}
    carry_out(pool, journal, plan)
    assert pool.most_at_once == 4  # streams of 2.5 Gbit/s


def test_no_more_guests_leave_a_host_at_once_than_the_limit_says(journal: Journal) -> None:
    pool = FakePool(POOL)
    carry_out(pool, journal, limits=Limits(per_host=2))
    assert pool.most_at_once == 2


def test_nothing_is_done_that_is_so_already(journal: Journal) -> None:
    pool = FakePool(POOL)
    plan = emptying(pool)
    carry_out(pool, journal, plan)
    before = list(pool.history)
    report = carry_out(pool, journal, plan)
    assert report.state == "done"
    assert pool.history == before


def test_progress_is_told_with_percent_bytes_and_seconds_left(journal: Journal) -> None:
    pool, seen = FakePool(POOL), list[Entry]()
    carry_out(pool, journal, listen=seen.append)
    steps = [entry.text for entry in seen if entry.kind == "progress" and entry.text["name"] == "g1"]
    percents = [text["percent"] for text in steps]
    assert percents == sorted(percents)
    assert percents[-1] == 99
    half = next(text for text in steps if text["percent"] == 50)
    assert half["bytes_done"] == half["bytes_total"] // 2 > 0
    assert half["seconds_left"] is not None


def test_a_refused_guest_does_not_stop_the_others(journal: Journal) -> None:
    pool = FakePool(POOL)
    pool.errors["VM.pool_migrate", 2] = XapiError("VM_REQUIRES_NETWORK", ("OpaqueRef:a", "OpaqueRef:b"))
    report = carry_out(pool, journal)
    assert report.state == "incomplete"
    assert len(report.troubles) == 1
    assert "VM_REQUIRES_NETWORK" in report.troubles[0]
    assert report.proof is not None
    assert [proof.ok for proof in report.proof.guests].count(False) == 1
    assert "promised was: runs on" in report.proof.failures[0]
    assert f"resume {report.run}" in report.next


def test_what_a_driver_says_of_its_mount_options_reaches_the_journal_without_the_password(journal: Journal) -> None:
    pool = FakePool(POOL)
    said = ("", "mount -o username=bob,password=hunter2 //bob:hunter2@nas/isos failed")
    pool.errors["VM.pool_migrate", 1] = XapiError("SR_BACKEND_FAILURE_111", said)
    report = carry_out(pool, journal)
    told = " ".join([*report.troubles, *(str(each.text) for each in journal.events(report.run))])
    assert "SR_BACKEND_FAILURE_111" in told
    assert "hunter2" not in told


def test_steps_behind_a_failed_one_are_not_begun(journal: Journal) -> None:
    pool = FakePool(POOL)
    pool.errors["host.disable", 1] = XapiError("HA_OPERATION_WOULD_BREAK_FAILOVER_PLAN", ())
    report = carry_out(pool, journal)
    assert pool.history == []
    assert len(report.troubles) == 6
    assert "not begun, because steps before it are not done" in report.troubles[1]


def test_a_busy_host_is_asked_again_and_does_not_count_as_a_failed_try(journal: Journal) -> None:
    pool = FakePool(POOL)
    for number in range(1, 40):
        pool.errors["host.disable", number] = XapiError("OTHER_OPERATION_IN_PROGRESS", ("host", "x", "reboot"))
    assert carry_out(pool, journal).state == "done"


def test_temporary_errors_are_retried_only_so_often(journal: Journal) -> None:
    pool = FakePool(POOL)
    for number in range(1, 100):
        pool.errors["host.disable", number] = XapiError("CANNOT_CONTACT_HOST", ())
    report = carry_out(pool, journal)
    assert report.state == "incomplete"
    assert pool.counts["host.disable"] == 5
    assert "tried 5 times" in report.troubles[0]


def test_a_vanished_task_is_looked_up_in_the_pool_and_the_guest_moved_once(journal: Journal) -> None:
    pool = FakePool(POOL)

    async def scene() -> Report:
        run = asyncio.create_task(control.begin(emptying(pool), setting(pool, journal)))
        await asyncio.sleep(5)
        pool.tables["task"].clear()  # as a toolstack restart does; the move itself goes on
        return await run

    assert virtual_run(scene()).state == "done"
    assert [pool.moves_of(guest) for guest in GUESTS] == [1] * 5


def test_a_guest_that_somebody_else_moves_is_waited_for(journal: Journal) -> None:
    pool = FakePool(POOL)

    async def scene() -> Report:
        plan = emptying(pool)
        target = next(step.target.uuid for step in plan.steps if isinstance(step, Move) and step.guest.name == "g1")
        host = next(ref for ref, row in pool.tables["host"].items() if row["uuid"] == target)
        await pool.start("VM.pool_migrate", pool.ref("VM", "g1"), host, {})
        return await control.begin(plan, setting(pool, journal))

    assert virtual_run(scene()).state == "done"
    assert pool.moves_of("g1") == 1


def test_a_guest_shut_down_meanwhile_is_no_success(journal: Journal) -> None:
    pool = FakePool(POOL)
    plan = emptying(pool)
    pool.row("VM", "g2")["power_state"] = "Halted"
    report = carry_out(pool, journal, plan)
    assert report.state == "incomplete"
    assert "guest g2 is halted now" in report.troubles[0]


def test_a_second_driver_is_refused_with_the_name_of_the_first(journal: Journal) -> None:
    pool = FakePool(POOL, seconds=60)

    async def scene() -> str:
        plan = emptying(pool)
        first = asyncio.create_task(control.begin(plan, setting(pool, journal)))
        await asyncio.sleep(1)
        with pytest.raises(Taken) as refused:
            await control.begin(plan, setting(pool, journal, owner="bob@laptop 2"))
        with pytest.raises(Taken):
            await control.resume(journal.runs()[0].id, setting(pool, journal, owner="bob@laptop 2"))
        await first
        return str(refused.value)

    assert "driven by ann@desk 1" in virtual_run(scene())


def test_a_driver_that_was_taken_over_touches_nothing_any_more(journal: Journal) -> None:
    pool = FakePool(POOL)

    async def scene() -> None:
        run = journal.create(emptying(pool), "ann@desk 1")
        first = asyncio.create_task(drive(run, setting(pool, journal)))
        await asyncio.sleep(1)
        journal.expire(run, "ann@desk 1")
        journal.claim(run, "bob@laptop 2")
        started = list(pool.history)
        with pytest.raises(LeaseLost):
            await first
        assert pool.history == started

    virtual_run(scene())


@pytest.mark.parametrize(("how", "moved"), [("finish", 2), ("tasks", 0)])
def test_a_cancelled_run_hands_out_nothing_more_and_can_go_on(journal: Journal, how: Any, moved: int) -> None:
    pool = FakePool(POOL, seconds=60)

    async def scene() -> None:
        first = asyncio.create_task(control.begin(emptying(pool), setting(pool, journal, limits=Limits(per_host=2))))
        await asyncio.sleep(10)
        run = journal.runs()[0].id
        control.cancel(journal, run, how)
        report = await first
        assert report.state == "cancelled"
        assert f"runs resume {run}" in report.next
        away = [guest for guest in GUESTS if pool.row("VM", guest)["resident_on"] != pool.ref("host", "xcp1")]
        assert len(away) == moved
        assert not any(pool.row("VM", guest)["current_operations"] for guest in GUESTS)
        report = await control.resume(run, setting(pool, journal))
        assert report.state == "done"

    virtual_run(scene())


def test_a_pool_that_does_not_answer_for_a_while_is_waited_for(journal: Journal) -> None:
    pool = FakePool(POOL)

    async def look() -> Any:
        if 3 < now() < 300:
            raise Unreachable("xcp1 does not answer")
        return await pool.look()

    report = virtual_run(
        control.begin(emptying(pool), Setting(journal=journal, pool=pool, look=look, owner="ann@desk 1"))
    )
    assert report.state == "done"
    assert [pool.moves_of(guest) for guest in GUESTS] == [1] * 5
    assert "unreachable" in [entry.kind for entry in journal.events(report.run)]


def test_a_run_is_cancelled_although_the_pool_does_not_answer(journal: Journal) -> None:
    pool = FakePool(POOL, seconds=60)

    async def look() -> Any:
        if now() > 5:
            raise Unreachable("xcp1 does not answer")
        return await pool.look()

    async def scene() -> Report:
        at = Setting(journal=journal, pool=pool, look=look, owner="ann@desk 1")
        driving = asyncio.create_task(control.begin(emptying(pool), at))
        await asyncio.sleep(20)
        control.cancel(journal, journal.runs()[0].id, "finish")
        return await driving

    report = virtual_run(scene())
    assert (report.state, journal.run(report.run).state) == ("cancelled", "cancelled")
    assert report.troubles


def test_maintenance_empties_a_host_and_brings_everybody_home(journal: Journal) -> None:
    pool = FakePool(POOL)
    host = pool.ref("host", "xcp1")
    off = pool.ref("VM", "g5")
    report = carry_out(pool, journal, enter(pool.snapshot(), host, {off: "shutdown"}))  # type: ignore[arg-type,dict-item]
    assert report.state == "done"
    kept = pool.row("host", "xcp1")["other_config"]
    assert kept["MAINTENANCE_MODE"] == "true"
    assert kept["MAINTENANCE_MODE_EVACUATED_VMS_HALTED"] == pool.row("VM", "g5")["uuid"]
    assert len(kept["MAINTENANCE_MODE_EVACUATED_VMS_MIGRATED"].split(",")) == 4
    back = carry_out(pool, journal, leave(pool.snapshot(), host))  # type: ignore[arg-type]
    assert (back.state, back.troubles) == ("done", ())
    assert {pool.row("VM", guest)["resident_on"] for guest in GUESTS} == {host}
    assert {pool.row("VM", guest)["power_state"] for guest in GUESTS} == {"Running"}
    assert not any(key.startswith("MAINTENANCE_MODE") for key in pool.row("host", "xcp1")["other_config"])


def test_a_host_on_which_a_guest_still_runs_is_not_rebooted(journal: Journal) -> None:
    pool = FakePool(POOL)
    row = pool.row("host", "xcp1")
    host, booted = s.Thing("host", row["uuid"], "xcp1"), row["other_config"]["boot_time"]
    steps = (s.Disable(key="d", host=host), s.Reboot(key="r", after=("d",), host=host, booted=booted))
    plan = replace(emptying(pool), steps=steps)
    report = carry_out(pool, journal, plan)
    assert report.state == "incomplete"
    assert any("xcp1 is not empty: g1, g2, g3, g4, g5 would be lost by the reboot" in each for each in report.troubles)
    assert not any("reboot" in call[0] for call in pool.history)
