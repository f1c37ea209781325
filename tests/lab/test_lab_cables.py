"""Links and cables under bonds and VLANs: what a pulled cable does to storage, to management and to XAPI's records."""

from __future__ import annotations

from typing import Any

from stage import Stage, play, refused

from xenferry.lab.change import change_world
from xenferry.lab.network import cables
from xenferry.lab.network.boot import on_network

BONDED = """
host north
  nic eth0
  nic eth1
  bond bond0 of=eth0,eth1 ip=192.0.2.11/24 management
host south
  nic eth0
  nic eth1
  bond bond0 of=eth0,eth1 ip=192.0.2.12/24 management
server nas address=192.0.2.200
  export /srv
"""
CONFIG = {"server": "nas", "serverpath": "/srv"}


def bond(stage: Stage, host: str) -> Any:
    (found,) = (each for each in stage.lab.db.all("Bond").values() if master(stage, each)["host"] == stage.host(host))
    return found


def master(stage: Stage, record: Any) -> Any:
    return stage.lab.db.get("PIF", record["master"])


def metrics(stage: Stage, host: str) -> Any:
    return stage.lab.db.get("PIF_metrics", master(stage, bond(stage, host))["metrics"])


async def probe(stage: Stage, host: str) -> Any:
    return await stage.call("SR.probe", stage.host(host), CONFIG, "nfs", {})


def test_a_bond_lives_as_long_as_one_of_its_cables() -> None:
    async def act(stage: Stage) -> None:
        assert (bond(stage, "south")["links_up"], metrics(stage, "south")["speed"]) == (2, 20_000)
        change_world(stage.lab, "host south nic eth0 link=off")
        assert (bond(stage, "south")["links_up"], metrics(stage, "south")["speed"]) == (1, 10_000)
        assert "SRlist" in await probe(stage, "south")
        assert on_network(stage.lab, stage.host("south"))
        change_world(stage.lab, "host south nic eth1 link=off")
        assert not metrics(stage, "south")["carrier"]
        error = await refused(probe(stage, "south"))
        assert error[0] == "SR_BACKEND_FAILURE_108"
        assert not on_network(stage.lab, stage.host("south"))
        change_world(stage.lab, "host south nic eth1 link=on")
        assert on_network(stage.lab, stage.host("south"))

    play(BONDED, act)


def test_a_member_plugged_into_another_switch_does_not_help() -> None:
    async def act(stage: Stage) -> None:
        change_world(stage.lab, "host south nic eth0 cable=elsewhere")
        change_world(stage.lab, "host south nic eth1 cable=elsewhere")
        assert not on_network(stage.lab, stage.host("south"))

    play(BONDED, act)


TAGGED = """
host north
  nic eth0 ip=192.0.2.11/24 management
  nic eth1
  vlan eth1 42 network=storage
server nas address=198.51.100.200
  export /srv
"""


def test_a_vlan_hangs_on_the_cable_of_its_card() -> None:
    async def act(stage: Stage) -> None:
        (tagged,) = stage.lab.db.find("PIF", VLAN=42)
        await stage.call("PIF.reconfigure_ip", tagged, "Static", "198.51.100.1", "255.255.255.0", "", "")
        dom0 = stage.lab.world.dom0[stage.host("north")]
        assert [nic.name for nic in cables.carriers(stage.lab.db, dom0, tagged)] == ["eth1"]
        assert "SRlist" in await probe(stage, "north")
        change_world(stage.lab, "host north nic eth1 link=off")
        assert (await refused(probe(stage, "north")))[0] == "SR_BACKEND_FAILURE_108"
        change_world(stage.lab, "host north nic eth1 link=on")
        change_world(stage.lab, "host north nic eth0 link=off")
        assert "SRlist" in await probe(stage, "north")

    play(TAGGED, act)


def test_a_card_that_has_lost_its_name_carries_nothing() -> None:
    async def act(stage: Stage) -> None:
        dom0 = stage.lab.world.dom0[stage.host("north")]
        dom0.nics[0].name, dom0.nics[1].name = "eth7", "eth0"
        (management,) = stage.lab.db.find("PIF", device="eth0")
        assert cables.carriers(stage.lab.db, dom0, management) == [dom0.nics[1]]
        dom0.nics[1].name = "eth8"
        assert not cables.linked(stage.lab.db, dom0, management)

    play(TAGGED, act)
