"""However a pool is cabled: after the plan every cable has one name, and every guest moves to every host it should."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Mapping

import pytest
from inside import Inside
from wirings import WIRINGS, Wiring

from xenferry.lab.change import change_world
from xenferry.lab.clock import virtual_run
from xenferry.lab.db import Record
from xenferry.lab.lab import Lab
from xenferry.lab.scenario import parse
from xenferry.plan import steps as s
from xenferry.plan.align_nics import align_nics
from xenferry.plan.migrate import migrate
from xenferry.pool.capture import read_pool
from xenferry.pool.records import Ref
from xenferry.pool.snapshot import Snapshot
from xenferry.rules.matrix import Matrix
from xenferry.runs import control
from xenferry.runs.engine import Setting
from xenferry.runs.journal import Journal
from xenferry.xapi import Connection, connect

AGENT_S = 120.0
"""By then the agents of guests that were started have said that they are there."""


@pytest.mark.parametrize("name", WIRINGS)
def test_afterwards_every_guest_moves(name: str) -> None:
    virtual_run(_story(WIRINGS[name]))


async def _story(wiring: Wiring) -> None:
    lab = Lab.from_scenario(parse(wiring.text))
    for order in wiring.orders:
        change_world(lab, order)
    journal = Journal("sqlite://", clock=asyncio.get_running_loop().time)
    async with connect(lab.address(lab.coordinator), "root", "lab", pin=None, dial=lab.dial) as connection:
        before = await read_pool(connection)
        wanted = {_mac(before, *where): name for where, name in wiring.told.items()}
        plan = _plan(wiring, wanted, before)
        assert _renamed(plan) == wiring.renamed
        await _carry_out(plan, lab, connection, journal)
        after = await read_pool(connection)
        assert align_nics(after, told=_told(wanted, after)).steps == (), "nothing is left to do"
        assert _addresses(before) == _addresses(after), "every host has the addresses that it had"
        await asyncio.sleep(AGENT_S)
        for vm in after.guests:
            await _everywhere(vm.ref, lab, connection, journal)
    stopped = {vm["name_label"] for ref, vm in _guests(lab) if lab.history.stopped(ref)}
    assert stopped == set(wiring.stops), "nobody else was stopped"
    journal.close()


TUNNELLED = {
    "over management, which is renamed": """
host beta
  nic eth4 ip=10.0.0.2/24 management
  nic eth5 ip=10.0.1.2/24 cable=storage
""",
    "over a NIC beside it": """
host beta
  nic eth0 ip=10.0.0.2/24 management
  nic eth5 ip=10.0.1.2/24 cable=storage
""",
}


@pytest.mark.parametrize("beta", TUNNELLED)
def test_tunnels_are_there_again_over_the_same_nics(beta: str) -> None:
    virtual_run(_tunnels(TUNNELLED[beta]))


async def _tunnels(beta: str) -> None:
    hosts = "host alpha\n  nic eth0 ip=10.0.0.1/24 management\n  nic eth1 ip=10.0.1.1/24 cable=storage\n"
    lab = Lab.from_scenario(parse(f"pool p\n{hosts}{beta.strip()}\n"))
    journal = Journal("sqlite://", clock=asyncio.get_running_loop().time)
    async with connect(lab.address(lab.coordinator), "root", "lab", pin=None, dial=lab.dial) as connection:
        private = {"name_label": "private", "name_description": "", "MTU": 1500, "other_config": {}, "tags": []}
        network = await connection.call("network.create", private)
        for pif in [pif for pif in (await read_pool(connection)).PIF.values() if pif.IP.startswith("10.0.1.")]:
            tunnel = await connection.call("tunnel.create", pif.ref, network, "vxlan")
            await connection.call("tunnel.set_other_config", tunnel, {"made": "by-hand"})
        before = await read_pool(connection)
        plan = align_nics(before)
        assert {"DropTunnel", "MakeTunnel"} & {type(step).__name__ for step in plan.steps}
        await _carry_out(plan, lab, connection, journal)
        after = await read_pool(connection)
    assert len(_ends(before)) == 2
    assert _ends(after) == _ends(before)
    assert _addresses(after) == _addresses(before)
    journal.close()


def _ends(at: Snapshot) -> set[tuple[str, ...]]:
    """Each end: its host, its network, the NIC it goes over, how, and what a person noted on it."""
    return {
        (
            at.name(at.PIF[each.access_PIF].host),
            at.name(at.PIF[each.access_PIF].network),
            at.PIF[each.transport_PIF].MAC,
            each.protocol,
            str(dict(each.other_config)),
        )
        for each in at.tunnel.values()
        if each.access_PIF in at.PIF and each.transport_PIF in at.PIF
    }


STRANGERS = """
pool p
host alpha
  nic eth0 ip=10.0.0.1/24 management
host beta
  nic eth4 ip=10.0.0.2/24 management
host gamma
  nic eth4 ip=10.0.0.3/24 management
host delta
  nic eth0 ip=10.0.0.4/24 management
sr shared nfs
guest web on=alpha memory=1GiB
  disk root sr=shared
  nic eth0
"""


async def _surprise() -> None:
    lab = Lab.from_scenario(parse(STRANGERS))
    journal = Journal("sqlite://", clock=asyncio.get_running_loop().time)
    dom0 = Inside(lab, dead="beta")
    async with connect(lab.address(lab.coordinator), "root", "lab", pin=None, dial=lab.dial) as connection:
        plan = align_nics(await read_pool(connection))
        assert _renamed(plan) == {"beta": 1, "gamma": 1}
        setting = Setting(journal=journal, pool=connection, look=lambda: read_pool(connection), owner="t", dom0=dom0)
        report = await control.begin(plan, setting)
    assert dom0.renamed == ["beta"], "the next host is left alone"
    assert report.state == "incomplete"
    assert any("beta" in trouble for trouble in report.troubles)
    console = next(note for note in plan.notes if note.startswith("if beta does not answer"))
    assert "interface-rename --update eth4=" in console
    assert not any(lab.history.stopped(ref) for ref, _ in _guests(lab))
    journal.close()


def test_a_host_that_does_not_come_back_stops_the_rest_and_its_way_back_was_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("xenferry.runs.carry.REBOOT_SECONDS", 300.0)
    virtual_run(_surprise())


def _guests(lab: Lab) -> list[tuple[str, Record]]:
    return [(ref, vm) for ref, vm in lab.db.all("VM").items() if not vm["is_control_domain"]]


def _plan(wiring: Wiring, wanted: Mapping[str, str], before: Snapshot) -> s.Plan:
    if wiring.asked:
        asked = align_nics(before)
        assert asked.steps == ()
        assert asked.left, "what cannot be known is asked"
    told = _told(wanted, before)
    gentle = align_nics(before, told=told)
    assert sorted(left.guest.name for left in gentle.left) == sorted(wiring.stops), gentle.left
    plan = align_nics(before, told=told, shut_down=True)
    assert plan.left == (), plan.left
    return plan


def _mac(at: Snapshot, host: str, device: str) -> str:
    return next(p.MAC for p in at.PIF.values() if p.physical and (at.name(p.host), p.device) == (host, device))


def _told(wanted: Mapping[str, str], at: Snapshot) -> dict[Ref, str]:
    """What a person says of NICs, whatever they are called by now."""
    return {ref: wanted[pif.MAC] for ref, pif in at.PIF.items() if pif.physical and pif.MAC in wanted}


def _renamed(plan: s.Plan) -> dict[str, int]:
    found: Counter[str] = Counter()
    for step in plan.steps:
        if isinstance(step, s.RenameNics):
            found[step.host.name] += len(step.names)
    return dict(found)


async def _carry_out(plan: s.Plan, lab: Lab, connection: Connection, journal: Journal) -> None:
    if plan.steps:
        setting = Setting(
            journal=journal, pool=connection, look=lambda: read_pool(connection), owner="test 1", dom0=Inside(lab)
        )
        report = await control.begin(plan, setting)
        assert report.state == "done", report
        assert report.proof
        assert report.proof.ok


def _addresses(at: Snapshot) -> set[tuple[str, str, tuple[str, ...], bool]]:
    with_one = (pif for pif in at.PIF.values() if pif.IP or any(pif.IPv6))
    return {(at.name(pif.host), pif.IP, tuple(filter(None, pif.IPv6)), pif.management) for pif in with_one}


async def _everywhere(vm: Ref, lab: Lab, connection: Connection, journal: Journal) -> None:
    """To each of the other hosts in turn, as XAPI does it and as the rules foresee it."""
    for host in [host.ref for host in (await read_pool(connection)).hosts]:
        now = await read_pool(connection)
        if now.VM[vm].resident_on == host:
            continue
        assert Matrix(now).why(now.VM[vm], now.host[host]) == ()
        await _carry_out(migrate(now, [vm], target=host), lab, connection, journal)
        assert lab.history.where(vm) == [host]
