"""Every remedy does away with its finding, on a lab that is the example of the finding's rule."""

from __future__ import annotations

import asyncio

import pytest

from xenferry.lab.clock import virtual_run
from xenferry.lab.lab import Lab
from xenferry.lab.scenario import parse
from xenferry.plan import remedies
from xenferry.plan import steps as s
from xenferry.plan.back import back
from xenferry.plan.cure import cure
from xenferry.pool.capture import read_pool
from xenferry.pool.snapshot import Snapshot
from xenferry.rules import catalogue, judge
from xenferry.rules.finding import Finding
from xenferry.runs import control
from xenferry.runs.engine import Report, Setting
from xenferry.runs.journal import Journal
from xenferry.xapi import Connection, connect

SCENES = {
    code: catalogue.article(code).example
    for code in sorted(
        remedies.codes() - {"disk-not-on-host", "shadow-multiplier-invalid", "vcpus-invalid", "bond-member-network"}
    )
} | {
    "bond-member-network": """
pool p
host xcp1
  nic eth0 management
  nic eth1 network=LAN
  nic eth2
  bond bond0 of=eth1,eth2 network=Both
host xcp2
  nic eth0 management
  nic eth1 network=LAN
  nic eth2
  bond bond0 of=eth1,eth2 network=Both
guest web on=xcp1
  nic LAN
""",
    "disk-not-on-host": """
pool p
host xcp1
host xcp2
host xcp3
sr nfs nfs on=xcp1,xcp2 unplugged=xcp2
guest web on=xcp1
  disk root sr=nfs
""",
    "shadow-multiplier-invalid": """
pool p
host xcp1
guest web halted
  set HVM_shadow_multiplier=0.5
""",
    "vcpus-invalid": """
pool p
host xcp1
guest web halted
  set VCPUs_at_startup=4
  set VCPUs_max=2
""",
}
"""The rules' own examples, but where those hold a guest that only a person can cure."""


def of(snapshot: Snapshot, code: str) -> list[Finding]:
    return [finding for finding in judge(snapshot) if finding.code == code]


async def carry_out(connection: Connection, plan: s.Plan) -> Report:
    async def look() -> Snapshot:
        return await read_pool(connection)

    journal = Journal("sqlite://", clock=asyncio.get_running_loop().time)
    try:
        return await control.begin(plan, Setting(journal=journal, pool=connection, look=look, owner="ann@desk 1"))
    finally:
        journal.close()


def test_every_remedy_belongs_to_a_rule() -> None:
    assert remedies.codes() <= catalogue.modules().keys()


@pytest.mark.parametrize("code", sorted(SCENES))
def test_a_remedy_does_away_with_its_finding(code: str) -> None:
    async def scene() -> None:
        lab = Lab.from_scenario(parse(SCENES[code]))
        async with connect(lab.address(lab.coordinator), "root", "lab", pin=None, dial=lab.dial) as connection:
            before = await read_pool(connection)
            findings = of(before, code)
            assert findings
            plan = cure(before, findings)
            assert plan.steps
            assert plan.left == ()
            report = await carry_out(connection, plan)
            assert report.troubles == ()
            assert report.proof is not None
            assert report.proof.ok
            assert of(await read_pool(connection), code) == []

    virtual_run(scene())


BLOCKED = catalogue.article("operation-blocked").example


def test_a_cure_can_be_taken_back() -> None:
    async def scene() -> None:
        lab = Lab.from_scenario(parse(BLOCKED))
        async with connect(lab.address(lab.coordinator), "root", "lab", pin=None, dial=lab.dial) as connection:
            before = await read_pool(connection)
            plan = cure(before, of(before, "operation-blocked"))
            await carry_out(connection, plan)
            again = back(plan, {step.key for step in plan.steps}, await read_pool(connection))
            assert again.wish == "take back: cure operation-blocked"
            assert (await carry_out(connection, again)).troubles == ()
            assert of(await read_pool(connection), "operation-blocked") == of(before, "operation-blocked")

    virtual_run(scene())


def test_what_only_a_person_can_do_is_left_with_its_cures() -> None:
    snapshot = Snapshot.from_tables(parse(catalogue.article("pci-attached").example).tables)
    findings = of(snapshot, "pci-attached")
    plan = cure(snapshot, findings)
    assert plan.steps == ()
    assert [(left.guest.name, left.choices) for left in plan.left] == [
        (snapshot.name(finding.subject), finding.cures) for finding in findings
    ]


def test_a_field_that_plans_do_not_touch_is_refused() -> None:
    from xenferry.runs.mend import Unable, mend

    snapshot = Snapshot.from_tables(parse(BLOCKED).tables)
    guest = snapshot.guests[0]
    thing = s.Thing("VM", guest.uuid, guest.name_label)
    step = s.Set(key="k", what=thing, field="is_a_template", value=1, before=0)
    with pytest.raises(Unable, match=r"VM\.is_a_template"):
        asyncio.run(mend(step, None, snapshot))  # type: ignore[arg-type]  # the pool is never asked


def test_steps_that_findings_have_in_common_are_done_once() -> None:
    text = SCENES["disk-not-on-host"] + "guest db on=xcp1\n  disk root sr=nfs\n"
    snapshot = Snapshot.from_tables(parse(text).tables)
    findings = of(snapshot, "disk-not-on-host")
    assert len(findings) == 2
    plan = cure(snapshot, findings)
    assert [type(step) for step in plan.steps] == [s.PlugPBD, s.CreatePBD]
