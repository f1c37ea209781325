"""Every NIC with its cable, link, card, and what stands on it; and the switches that hosts hear of."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest

from xenferry.cli.frame.dom0 import Dom0s
from xenferry.lab.dom0.server import serve_dom0
from xenferry.lab.lab import Lab
from xenferry.lab.scenario import parse
from xenferry.pool.neighbour import Neighbour
from xenferry.pool.nics import Nic, Vlan, list_nics
from xenferry.pool.snapshot import Snapshot
from xenferry.probe import neighbours
from xenferry.probe.dom0 import Login

POOL = """
pool p
host alpha
  nic eth0 ip=10.0.0.1/24 management neighbour=core1/12/20 driver=tg3
  nic eth1 cable=guests neighbour=core1/13
  nic eth2 cable=guests no-link neighbour=core2/13
  bond bond0 of=eth1,eth2 network=lan mode=lacp
  vlan bond0 7 network=seven
host beta
  nic eth0 ip=10.0.0.2/24 management
"""


def table() -> dict[tuple[str, str], Nic]:
    return {(nic.host, nic.device): nic for nic in list_nics(Snapshot.from_tables(parse(POOL).tables))}


def test_a_nic_is_shown_with_its_card_link_and_address() -> None:
    nic = table()["alpha", "eth0"]
    assert (nic.address, nic.driver, nic.pci, nic.speed, nic.management) == (
        "10.0.0.1", "tg3", "0000:01:00.0", 10_000, True
    )  # fmt: skip
    assert (nic.why, nic.sure, nic.agreed) == ("addresses in 10.0.0.0/24", "sure", True)


def test_a_member_of_a_bond_is_shown_with_what_stands_on_the_bond() -> None:
    nics = table()
    for device in ("eth1", "eth2"):
        nic = nics["alpha", device]
        assert (nic.bond, nic.network, nic.vlans) == ("bond0 (lacp)", "lan", (Vlan(7, "seven", ""),))
    assert [nics["alpha", device].carrier for device in ("eth1", "eth2")] == [True, False]


async def _ask(pin: bool) -> tuple[dict[tuple[str, str], Neighbour], tuple[str, ...]]:
    lab = Lab.from_scenario(parse(POOL))
    s = Snapshot.from_tables(lab.db.tables)
    async with serve_dom0(lab) as servers:
        at = {s.host[ref].address: where for ref, where in servers.items()}  # type: ignore[index]

        def enter(address: str) -> Login:
            return Login(address=at[address].address, port=at[address].port, password=lambda: "lab")

        found, silent = await Dom0s(enter, lambda address, key: pin).neighbours(s)
    return {(s.name(s.PIF[ref].host), s.PIF[ref].device): each for ref, each in found.items()}, silent


def test_a_host_tells_its_switches_and_one_without_lldpd_is_named() -> None:
    found, silent = asyncio.run(_ask(pin=True))
    assert found == {("alpha", "eth0"): Neighbour("core1", "12", 20), ("alpha", "eth1"): Neighbour("core1", "13")}
    assert len(silent) == 1
    assert silent[0].startswith("beta: dom0 has no `lldpctl`")


def test_hosts_whose_key_is_not_trusted_are_asked_nothing() -> None:
    found, silent = asyncio.run(_ask(pin=False))
    assert found == {}
    assert all("nothing was sent" in reason for reason in silent)


LISTS = {
    "lldp": [{"interface": [{"eth0": {
        "chassis": [{"id": [{"type": "mac", "value": "aa:bb"}]}], "port": [{"descr": [{"value": "uplink"}]}]
    }}]}]
}  # fmt: skip
ONE = {"lldp": {"interface": {"eth3": {
    "chassis": {"sw": {"id": {}}}, "port": {"id": {"value": "Gi1/0/4"}},
    "vlan": [{"vlan-id": "7", "pvid": False}, {"vlan-id": "20", "pvid": True}],
}}}}  # fmt: skip


@pytest.mark.parametrize(
    ("said", "found"),
    [
        (ONE, {"eth3": Neighbour("sw", "Gi1/0/4", 20)}),
        ({"lldp": {}}, {}),
        ({"lldp": {"interface": [{"eth1": {}}, "odd"]}}, {"eth1": Neighbour("", "")}),
        (LISTS["lldp"][0] | {"lldp": LISTS["lldp"][0]}, {"eth0": Neighbour("aa:bb", "uplink")}),
        ([], {}),
    ],
    ids=["one", "none", "odd", "lists", "nonsense"],
)
def test_both_forms_of_lldpctl_are_read(said: Any, found: dict[str, Neighbour]) -> None:
    assert neighbours.read(json.dumps(said)) == found


def test_what_is_no_json_is_told() -> None:
    with pytest.raises(ValueError, match="no JSON"):
        neighbours.read("unknown command")
