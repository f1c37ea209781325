"""The journal on both of its databases: one driver at a time, whoever asks at the same moment; and nothing is lost."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator

import pytest
from postgres import postgresql

from xenferry.lab.lab import Lab
from xenferry.lab.scenario import parse
from xenferry.plan.evacuate import evacuate
from xenferry.plan.steps import Plan
from xenferry.pool.snapshot import Snapshot
from xenferry.runs.audit import Audit
from xenferry.runs.journal import LEASE_SECONDS, Journal, Lease, LeaseLost, StepState, Taken

POOL = "pool P\nhost xcp1\nhost xcp2\nsr shared nfs\nguest g on=xcp1 memory=1GiB\n  disk root\n"


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path_factory.mktemp('journal')}/journal.db"
        return
    with postgresql() as found:
        yield found


@pytest.fixture
def journal(url: str) -> Iterator[Journal]:
    made = Journal(url, clock=time.time)
    yield made
    made.close()


def plan() -> Plan:
    tables = Lab.from_scenario(parse(POOL)).db.tables
    snapshot = Snapshot.from_tables(tables, taken_at=0.0)
    return evacuate(snapshot, snapshot.hosts[0].ref)


def test_of_many_who_claim_a_run_at_once_one_gets_it(url: str, journal: Journal) -> None:
    run = journal.create(plan(), "somebody")
    start, claimed, refused = threading.Barrier(8), list[str](), list[str]()

    def claim(owner: str) -> None:
        own = Journal(url, clock=time.time)
        start.wait()
        try:
            claimed.append(own.claim(run, owner).owner)
        except Taken:
            refused.append(owner)
        own.close()

    threads = [threading.Thread(target=claim, args=(f"driver {number}",)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(claimed) == 1
    assert len(refused) == 7
    assert journal.run(run).owner == claimed[0]
    assert journal.driven(run)
    journal.expire(run, claimed[0])
    assert not journal.driven(run)


def test_whoever_was_taken_over_writes_no_more(url: str) -> None:
    now = [1000.0]
    journal = Journal(url, clock=lambda: now[0])
    run = journal.create(plan(), "first")
    first = journal.claim(run, "first")
    journal.set_step(first, StepState(key="k", state="started"), "step-started", {"text": "begun"})
    now[0] += LEASE_SECONDS + 1.0
    second = journal.claim(run, "second")
    with pytest.raises(LeaseLost):
        journal.set_step(first, StepState(key="k", state="done"), "step-done", {})
    assert journal.steps(run)["k"].state == "started"
    assert [entry.kind for entry in journal.events(run)] == ["created", "claimed", "step-started", "claimed"]
    assert journal.plan(run) == plan()
    journal.release(second)
    journal.close()


def test_a_run_whose_driver_is_not_heard_of_is_called_abandoned(url: str) -> None:
    now = [1000.0]
    journal = Journal(url, clock=lambda: now[0])
    run = journal.create(plan(), "first")
    lease = journal.claim(run, "first")
    journal.set_run(lease, state="running")
    assert journal.run(run).state == "running"
    now[0] += LEASE_SECONDS + 1.0
    assert journal.run(run).state == "abandoned"
    journal.claim(run, "second")
    assert journal.run(run).state == "running"
    journal.set_run(Lease(plan().pool.uuid, run, "second"), state="done")
    now[0] += LEASE_SECONDS + 1.0
    assert journal.run(run).state == "done"
    journal.close()


def test_deeds_are_kept_in_order_with_their_reasons(url: str) -> None:
    audit = Audit(url, clock=lambda: 5.0)
    audit.note("ann from 127.0.0.1", "act", "approved: evacuate host xcp1", pool="home", run="r1", why="firmware")
    audit.note("bob from 127.0.0.1", "act", "stopped", run="r1")
    newest, older = audit.latest(2)
    assert (newest.deed, newest.why, older.why, older.time) == ("stopped", "", "firmware", 5.0)
    assert newest.seq > older.seq
    audit.close()
