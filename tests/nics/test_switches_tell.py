"""What switches say of their ports tells cables apart and together, where addresses do not."""

from __future__ import annotations

import pytest

from xenferry.lab.scenario import parse
from xenferry.plan import steps as s
from xenferry.plan.align_nics import align_nics
from xenferry.pool.cables import Trust, cables
from xenferry.pool.neighbour import Neighbour, neighbours, with_neighbours
from xenferry.pool.records import Ref
from xenferry.pool.snapshot import Snapshot

POOL = """
pool p
host alpha
  nic eth0 ip=10.0.0.1/24 management
  nic eth1
host beta
  nic eth1 ip=10.0.0.2/24 management
  nic eth0
host gamma
  nic eth0 ip=10.0.0.3/24 management
  nic eth1
"""
CROSSED = {("alpha", "eth1"): Neighbour("core1", "2", 20), ("beta", "eth0"): Neighbour("core1", "4", 20)}


def seen(told: dict[tuple[str, str], Neighbour], text: str = POOL) -> Snapshot:
    bare = Snapshot.from_tables(parse(text).tables)
    return with_neighbours(bare, {nic(bare, *where): port for where, port in told.items()})


def nic(at: Snapshot, host: str, device: str) -> Ref:
    return next(ref for ref, pif in at.PIF.items() if (at.name(pif.host), pif.device) == (host, device))


def test_ports_in_one_vlan_of_a_switch_are_one_cable() -> None:
    at = seen(CROSSED)
    cable = next(each for each in cables(at) if nic(at, "beta", "eth0") in each.nics)
    assert set(cable.nics) == {nic(at, "alpha", "eth1"), nic(at, "beta", "eth0"), nic(at, "gamma", "eth1")}
    alone = next(
        each for each in cables(seen(CROSSED, POOL[: POOL.index("host gamma")])) if nic(at, "beta", "eth0") in each.nics
    )
    assert (alone.trust, alone.why) == (Trust.SWITCH, "ports in VLAN 20 of switch core1")


def test_with_that_nothing_has_to_be_asked() -> None:
    assert align_nics(seen({})).left, "without it the plan asks"
    plan = align_nics(seen(CROSSED))
    assert plan.left == ()
    (rename,) = (step for step in plan.steps if isinstance(step, s.RenameNics))
    assert (rename.host.name, len(rename.names)) == ("beta", 2)


@pytest.mark.parametrize(
    ("other", "together"),
    [
        (Neighbour("core1", "9", 20), True),
        (Neighbour("core1", "9", 30), False),
        (Neighbour("core2", "9", 30), True),
        (Neighbour("core1", "9"), True),
    ],
    ids=["same VLAN", "another VLAN of the switch", "another switch tells nothing", "no VLAN tells nothing"],
)
def test_two_vlans_of_one_switch_are_two_cables_whatever_the_names(other: Neighbour, *, together: bool) -> None:
    at = seen({("alpha", "eth1"): Neighbour("core1", "2", 20), ("gamma", "eth1"): other})
    both = {nic(at, "alpha", "eth1"), nic(at, "gamma", "eth1")}
    assert any(both <= set(cable.nics) for cable in cables(at)) is together


def test_addresses_weigh_more_than_switches() -> None:
    at = seen({("alpha", "eth0"): Neighbour("core1", "1", 10), ("gamma", "eth0"): Neighbour("core1", "3", 30)})
    both = {nic(at, "alpha", "eth0"), nic(at, "gamma", "eth0")}
    assert any(both <= set(cable.nics) and cable.trust is Trust.SUBNET for cable in cables(at))


def test_asking_again_replaces_what_was_heard() -> None:
    at = seen(CROSSED)
    again = with_neighbours(at, {nic(at, "alpha", "eth1"): Neighbour("core7", "1")})
    assert neighbours(again) == {nic(at, "alpha", "eth1"): Neighbour("core7", "1")}
