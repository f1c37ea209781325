"""The journal of earlier runs teaches how long moves of this pool take."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
from fake import FakePool

from xenferry.lab.clock import virtual_run
from xenferry.plan.evacuate import evacuate
from xenferry.plan.forecast import ASSUMED
from xenferry.runs import control
from xenferry.runs.engine import Setting
from xenferry.runs.experience import learn
from xenferry.runs.journal import Journal

POOL = "pool P\nhost xcp1\nhost xcp2\n" + "".join(f"guest g{n} on=xcp1 memory={n}GiB\n" for n in range(1, 6))


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    opened = Journal(f"sqlite:///{tmp_path}/journal.db", clock=lambda: asyncio.get_running_loop().time())
    yield opened
    opened.close()


def test_a_pool_that_is_slow_is_forecast_to_be_slow(journal: Journal) -> None:
    pool = FakePool(POOL, seconds=120.0)
    snapshot = pool.snapshot()
    plan = evacuate(snapshot, next(host.ref for host in snapshot.hosts if host.name_label == "xcp1"))
    virtual_run(control.begin(plan, Setting(journal=journal, pool=pool, look=pool.look, owner="ann@desk 1")))
    model = learn(journal, snapshot.pool.uuid)
    assert model.learnt == 5
    assert model.seconds(10) > 3 * ASSUMED.seconds(10)
    assert learn(journal, "another pool") == ASSUMED
