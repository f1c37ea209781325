"""A host that boots starts the halted guests of the pool that shall run by themselves, wherever there is room."""

from __future__ import annotations

import asyncio

import pytest

from xenferry.lab.clock import virtual_run
from xenferry.lab.lab import Lab
from xenferry.lab.scenario import parse

POOL = """
pool p
  set other_config.auto_poweron={pool}
host xcp1
host xcp2
sr shared nfs
guest own halted
  set other_config.auto_poweron=true
  disk root
guest other halted
  disk root
"""


@pytest.mark.parametrize(("pool", "runs"), [("true", True), ("false", False)])
def test_guests_start_when_a_host_boots_if_the_pool_wants_it(pool: str, runs: bool) -> None:
    async def story() -> None:
        lab = Lab.from_scenario(parse(POOL.format(pool=pool)))
        member = next(ref for ref in lab.db.all("host") if ref != lab.coordinator)
        lab.restart_toolstack(member)
        await asyncio.sleep(120.0)
        assert _ran(lab) == set(), "a toolstack that restarts is no boot"
        await lab.crash(member)
        lab.revive(member)
        await asyncio.sleep(300.0)
        assert _ran(lab) == ({"own"} if runs else set())

    virtual_run(story())


def _ran(lab: Lab) -> set[str]:
    """The guests that ever ran."""
    seen = (lab.db.get("VM", run.guest) for run in lab.history.runs)
    return {vm["name_label"] for vm in seen if not vm["is_control_domain"]}
