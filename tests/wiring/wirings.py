"""Pools cabled in ways that people cable them, each with what has to be renamed."""

from __future__ import annotations

from dataclasses import dataclass, field

GUESTS = """
sr shared nfs
guest a on=alpha memory=1GiB
  disk root
  nic {a}
guest b on=beta memory=1GiB
  disk root
  nic {b}
guest c on=alpha memory=1GiB
  disk root
  nic {a}
"""


@dataclass(frozen=True)
class Wiring:
    """`renamed`: host -> how many of its NICs get another name. `told`: what a person answers, host:NIC -> name."""

    text: str
    renamed: dict[str, int]
    told: dict[tuple[str, str], str] = field(default_factory=dict)
    stops: str = ""
    """The guests that cannot leave a host that has to reboot, because only it has their network."""
    asked: bool = False
    """Without that answer it must be asked."""
    orders: tuple[str, ...] = ()
    """What is changed around the pool before anything else, in the scenario language."""


def _pool(hosts: str, a: str = "eth0", b: str = "eth0") -> str:
    return f"pool p\n{hosts.strip()}\n{GUESTS.format(a=a, b=b)}"


WIRINGS = {
    "everything agrees": Wiring(
        _pool("""
host alpha
  nic eth0 ip=10.0.0.1/24 management
host beta
  nic eth0 ip=10.0.0.2/24 management
"""),
        {},
    ),
    "the NICs have IPv6 addresses too": Wiring(
        _pool(
            """
host alpha
  nic eth0 ip=10.0.0.1/24 ip6=2001:db8::1/64 management
  nic eth1 ip6=2001:db8:1::1/64 cable=storage
host beta
  nic eth4 ip=10.0.0.2/24 ip6=2001:db8::2/64 management
  nic eth5 ip6=2001:db8:1::2/64 cable=storage
""",
            b="eth4",
        ),
        {"beta": 2},
        stops="b",
    ),
    "one host has its management on another name": Wiring(
        _pool(
            """
host alpha
  nic eth0 ip=10.0.0.1/24 management
host beta
  nic eth4 ip=10.0.0.2/24 management
""",
            b="eth4",
        ),
        {"beta": 1},
        stops="b",
    ),
    "the coordinator is the odd one of three": Wiring(
        _pool(
            """
host alpha
  nic eth2 ip=10.0.0.1/24 management
host beta
  nic eth0 ip=10.0.0.2/24 management
host gamma
  nic eth0 ip=10.0.0.3/24 management
""",
            a="eth2",
        ),
        {"beta": 1, "gamma": 1},
        stops="b",
    ),
    "two cables are crossed on one host of three": Wiring(
        _pool(
            """
host alpha
  nic eth0 ip=10.0.0.1/24 management
  nic eth1 ip=10.0.1.1/24
host beta
  nic eth1 ip=10.0.0.2/24 management
  nic eth0 ip=10.0.1.2/24
host gamma
  nic eth0 ip=10.0.0.3/24 management
  nic eth1 ip=10.0.1.3/24
""",
            b="eth1",
        ),
        {"beta": 2},
        stops="b",
    ),
    "three cables are rotated": Wiring(
        _pool(
            """
host alpha
  nic eth0 ip=10.0.0.1/24 management
  nic eth1 ip=10.0.1.1/24
  nic eth2 ip=10.0.2.1/24
host beta
  nic eth1 ip=10.0.0.2/24 management
  nic eth2 ip=10.0.1.2/24
  nic eth0 ip=10.0.2.2/24
host gamma
  nic eth0 ip=10.0.0.3/24 management
  nic eth1 ip=10.0.1.3/24
  nic eth2 ip=10.0.2.3/24
""",
            b="eth1",
        ),
        {"beta": 3},
        stops="b",
    ),
    "names have a hole": Wiring(
        _pool("""
host alpha
  nic eth0 ip=10.0.0.1/24 management
  nic eth1 ip=10.0.1.1/24
host beta
  nic eth0 ip=10.0.0.2/24 management
  nic eth3 ip=10.0.1.2/24
"""),
        {"beta": 1},
    ),
    "a replaced card took the next free name": Wiring(
        _pool(
            """
host alpha
  nic eth0 ip=10.0.0.1/24 management
  nic eth1 ip=10.0.1.1/24
host beta
  nic eth5 ip=10.0.0.2/24 management
  nic eth1 ip=10.0.1.2/24
""",
            b="eth5",
        ),
        {"beta": 1},
        stops="b",
    ),
    "a bond on every host, of NICs with other names on one": Wiring(
        _pool(
            """
host alpha
  nic eth0 ip=10.0.0.1/24 management
  nic eth1 cable=guests
  nic eth2 cable=guests
  bond bond0 of=eth1,eth2 network=lan
host beta
  nic eth0 ip=10.0.0.2/24 management
  nic eth3 cable=guests
  nic eth4 cable=guests
  bond bond0 of=eth3,eth4 network=lan
""",
            a="lan",
            b="lan",
        ),
        {},
    ),
    "a VLAN on every host, on a NIC with another name on one": Wiring(
        _pool(
            """
host alpha
  nic eth0 ip=10.0.0.1/24 management
  vlan eth0 7 network=seven
host beta
  nic eth4 ip=10.0.0.2/24 management
  vlan eth4 7
""",
            a="seven",
            b="eth4",
        ),
        {"beta": 1},
        stops="b",
    ),
    "a VLAN on one host only": Wiring(
        _pool(
            """
host alpha
  nic eth0 ip=10.0.0.1/24 management
  vlan eth0 7 network=seven
host beta
  nic eth0 ip=10.0.0.2/24 management
""",
            a="seven",
        ),
        {},
    ),
    "a bond on one host only": Wiring(
        _pool(
            """
host alpha
  nic eth0 ip=10.0.0.1/24 management
  nic eth1 cable=guests
  nic eth2 cable=guests
  bond bond0 of=eth1,eth2 network=lan
host beta
  nic eth0 ip=10.0.0.2/24 management
  nic eth1 cable=guests
  nic eth2 cable=guests
""",
            a="lan",
        ),
        {},
    ),
    "four hosts, two of them wrong in different ways": Wiring(
        _pool(
            """
host alpha
  nic eth0 ip=10.0.0.1/24 management
  nic eth1 ip=10.0.1.1/24
host beta
  nic eth4 ip=10.0.0.2/24 management
  nic eth1 ip=10.0.1.2/24
host gamma
  nic eth1 ip=10.0.0.3/24 management
  nic eth0 ip=10.0.1.3/24
host delta
  nic eth0 ip=10.0.0.4/24 management
  nic eth1 ip=10.0.1.4/24
""",
            b="eth4",
        ),
        {"beta": 1, "gamma": 2},
        stops="b",
    ),
    "crossed on two hosts, a person says which name is right": Wiring(
        _pool(
            """
host alpha
  nic eth0 ip=10.0.0.1/24 management
  nic eth1 ip=10.0.1.1/24
host beta
  nic eth1 ip=10.0.0.2/24 management
  nic eth0 ip=10.0.1.2/24
""",
            b="eth1",
        ),
        {"beta": 2},
        stops="b",
        told={("alpha", "eth0"): "eth0"},
    ),
    "two cables are crossed, and only one of them has addresses": Wiring(
        _pool(
            """
host alpha
  nic eth0 ip=10.0.0.1/24 management
  nic eth1 cable=guests
host beta
  nic eth1 ip=10.0.0.2/24 management
  nic eth0 cable=guests
host gamma
  nic eth0 ip=10.0.0.3/24 management
  nic eth1 cable=guests
""",
            a="eth1",
            b="eth0",
        ),
        {"beta": 2},
        stops="b",
        told={("beta", "eth0"): "eth1"},
        asked=True,
    ),
    "two NICs of a host fit one cable": Wiring(
        _pool("""
host alpha
  nic eth0 ip=10.0.0.1/24 management
  nic eth1 ip=10.0.1.1/24
host beta
  nic eth0 ip=10.0.0.2/24 management
  nic eth4 ip=10.0.1.2/24
  nic eth5 ip=10.0.1.3/24
"""),
        {"beta": 1},
        told={("beta", "eth5"): "eth1"},
        asked=True,
    ),
    "a NIC without a link, and the one with the link has no partner": Wiring(
        _pool(
            """
host alpha
  nic eth0 ip=10.0.0.1/24 management
  nic eth1 cable=guests
host beta
  nic eth0 ip=10.0.0.2/24 management
  nic eth1 cable=guests
  nic eth2 cable=guests
""",
            a="eth1",
        ),
        {"beta": 2},
        told={("beta", "eth2"): "eth1"},
        asked=True,
        orders=("host beta nic eth1 link=off",),
    ),
}
