"""The server sees a host under the address of the NIC that leads to it, not always of the management interface."""

from __future__ import annotations

from xenferry.lab.scenario import parse
from xenferry.pool.snapshot import Snapshot
from xenferry.probe.route import way

POOL = """
pool P
host xcp1
  nic eth0 network=lan management ip=192.0.2.11/24
  nic eth1 network=storage ip=198.51.100.11/24
host xcp2
  nic eth0 network=lan management ip=192.0.2.12/24
  nic eth1 network=storage
"""


def found(server: str) -> list[tuple[str, str, bool]]:
    snapshot = Snapshot.from_tables(parse(POOL).tables)
    ways = [way(snapshot, host, server) for host in snapshot.hosts]
    return [(each.address, each.device, each.direct) for each in ways]


def test_a_nic_in_the_servers_subnet_leads_there() -> None:
    assert found("198.51.100.200") == [("198.51.100.11", "eth1", True), ("192.0.2.12", "eth0", False)]


def test_elsewhere_the_default_route_does() -> None:
    away = [("192.0.2.11", "eth0", False), ("192.0.2.12", "eth0", False)]
    assert found("203.0.113.5") == away
    assert found("nas.example") == away
    assert found("2001:db8::1") == away
