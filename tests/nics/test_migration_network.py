"""The network of migrations: which it is, who can use it, and naming it by its subnet."""

from __future__ import annotations

import asyncio

import pytest

from xenferry.cli.frame.failure import Wrong
from xenferry.cli.frame.via import via
from xenferry.lab.clock import virtual_run
from xenferry.lab.lab import Lab
from xenferry.lab.scenario import parse
from xenferry.plan.choose_network import choose_network
from xenferry.plan.migrate import migrate
from xenferry.pool.capture import read_pool
from xenferry.pool.migration_network import chosen, road, roads
from xenferry.pool.records import Ref
from xenferry.pool.snapshot import Snapshot
from xenferry.runs import control
from xenferry.runs.engine import Setting
from xenferry.runs.journal import Journal
from xenferry.xapi import connect

POOL = """
pool p
host a
  nic eth0 ip=192.0.2.11/24 management
  nic eth1 network=fast ip=10.0.1.1/24
  nic eth2 network=half ip=10.0.2.1/24
  nic eth3 network=dark ip=10.0.3.1/24
host b
  nic eth0 ip=192.0.2.12/24 management
  nic eth1 network=fast ip=10.0.1.2/24
  nic eth2 network=half
  nic eth3 network=dark ip=10.0.3.2/24 no-link
host c
  nic eth0 ip=192.0.2.13/24 management
  nic eth1 network=fast ip=10.0.1.3/24
  nic eth3 network=dark ip=10.0.4.3/24 unplugged
sr shared nfs
guest web on=a memory=1GiB
  disk root sr=shared
  nic eth0
"""


def seen(text: str = POOL) -> Snapshot:
    return Snapshot.from_tables(parse(text).tables)


def named(s: Snapshot, name: str) -> Ref:
    return next(ref for ref, each in s.network.items() if each.name_label == name)


def test_without_a_choice_it_is_managements_and_others_are_offered() -> None:
    s = seen()
    first, *others = roads(s)
    assert (first.management, first.usable, first.chosen) == (True, True, False)
    assert [each.name for each in others if each.usable] == ["fast"]
    assert chosen(s) is None
    assert via(s, "") is None


def test_the_pools_choice_comes_first_and_is_used() -> None:
    s = seen(POOL.replace("pool p", "pool p migration-network=fast"))
    assert roads(s)[0].name == "fast"
    assert via(s, "") == named(s, "fast")
    assert via(s, "half") == named(s, "half"), "what is named goes before it"


def test_each_host_that_cannot_use_it_is_told_with_the_reason() -> None:
    s = seen()
    told = {name: [end.against for end in road(s, named(s, name)).ends] for name in ("fast", "half", "dark")}
    assert told["fast"] == ["", "", ""]
    assert told["half"] == ["", "no address on eth2", "no interface on it"]
    assert told["dark"] == ["", "no link on eth3", "its interface eth3 is unplugged"]
    assert "10.0.3.0/24, 10.0.4.0/24" in road(s, named(s, "dark")).doubts[0]


def test_hosts_with_other_mtus_are_a_doubt() -> None:
    scenario = parse(POOL)
    pif = next(pif for pif in scenario.tables["PIF"].values() if pif["IP"] == "10.0.1.2")
    pif["MTU"] = 9000
    s = Snapshot.from_tables(scenario.tables)
    (doubt,) = road(s, named(s, "fast")).doubts
    assert "1500 on a and c, 9000 on b" in doubt


def test_a_network_is_found_by_its_subnet() -> None:
    s = seen()
    assert via(s, "10.0.1.0/24") == via(s, "10.0.1.77/24") == named(s, "fast")
    with pytest.raises(Wrong, match=r"No host has an address in 10\.9"):
        via(s, "10.9.0.0/24")
    with pytest.raises(Wrong, match=r"several networks: .*fast, half"):
        via(s, "10.0.0.0/16")


def test_a_choice_that_a_host_cannot_use_is_no_step() -> None:
    s = seen()
    plan = choose_network(s, named(s, "half"))
    assert plan.steps == ()
    assert [left.guest.name for left in plan.left] == ["b", "c"]


async def _story() -> None:
    lab = Lab.from_scenario(parse(POOL))
    journal = Journal("sqlite://", clock=asyncio.get_running_loop().time)
    async with connect(lab.address(lab.coordinator), "root", "lab", pin=None, dial=lab.dial) as connection:

        async def look() -> Snapshot:
            return await read_pool(connection)

        setting = Setting(journal=journal, pool=connection, look=look, owner="test")
        fast = named(await look(), "fast")
        assert (await control.begin(choose_network(await look(), fast), setting)).state == "done"
        s = await look()
        assert via(s, "") == fast
        assert choose_network(s, fast).steps == (), "nothing is left to do"
        web = next(vm.ref for vm in s.guests if vm.name_label == "web")
        plan = migrate(s, [web], target=s.hosts[1].ref, network=via(s, ""))
        assert (await control.begin(plan, setting)).state == "done"
        assert lab.history.where(web) == [s.hosts[1].ref]
    journal.close()


def test_a_choice_is_kept_in_the_pool_and_guests_go_that_way() -> None:
    virtual_run(_story())
