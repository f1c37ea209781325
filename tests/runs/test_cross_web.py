"""A run that takes guests to another pool goes on in a server that serves both, and says what is missing in one that
does not.
"""

from __future__ import annotations

import asyncio
from pathlib import Path

from test_cross_run import Pools, connected, on_pools

from xenferry.lab.lab import Lab
from xenferry.pool.capture import read_pool
from xenferry.runs.audit import Audit
from xenferry.runs.journal import Journal
from xenferry.web.desk import Desk
from xenferry.web.house import House


async def carried_out(at: Pools, journal: Journal, *served: Lab) -> str:
    """The run's state after a house that serves these pools has driven it; or why it did not."""
    desks = []
    for lab, connection in zip(at.site.labs, (at.here, at.there), strict=True):
        if lab in served:
            still = await read_pool(connection)
            desks.append(Desk(str(lab.seed), lambda: 0.0, connect=lambda lab=lab: connected(at.site, lab), still=still))
    clock = asyncio.get_running_loop().time
    audit, unused = Audit("sqlite://", clock=clock), Path("plans")
    house = House(desks, journal, audit, plans=unused, owner="server", gone=lambda owner: True)
    run = journal.create(await at.plan("mail"), "ann")
    house.drive(run, desks[0])
    while house.drives(run):  # noqa: ASYNC110 (a person looks again)
        await asyncio.sleep(1.0)
    return house.ended.get(run) or journal.run(run).state


def test_the_other_pool_is_found_among_those_that_are_served() -> None:
    async def story(at: Pools, journal: Journal) -> None:
        assert await carried_out(at, journal, at.east, at.west) == "done"
        at.check_arrived("mail")

    on_pools(story)


def test_a_pool_that_is_not_served_is_named() -> None:
    async def story(at: Pools, journal: Journal) -> None:
        assert "takes guests to pool west" in await carried_out(at, journal, at.east)
        assert at.east.db.find("VM", name_label="mail")

    on_pools(story)
