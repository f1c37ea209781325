"""Big pools for measuring: as many hosts and guests as wanted, always the same for the same seed."""

from __future__ import annotations

import random
from collections.abc import Iterator

from xenferry.lab.scenario.parse import Scenario, parse


def generate(hosts: int = 16, guests: int = 200, seed: int = 1) -> Scenario:
    """A pool of this size: shared NFS for most disks, and a share of guests that something holds where they are.

    The memory of the hosts is dimensioned so that the guests fill about 60 % of it.
    """
    return parse("\n".join(_text(hosts, guests, random.Random(seed))), source=f"generated, seed {seed}")  # noqa: S311


def _text(hosts: int, guests: int, chance: random.Random) -> Iterator[str]:
    memory = max(64, -(-guests * 4 // hosts) * 10 // 6 + 16)
    yield f"pool generated-{hosts}-{guests}"
    yield from (f"server nas{n}\n  export /pool" for n in range(1, 4))
    for n in range(1, hosts + 1):
        yield f"host host{n:04} memory={memory}GiB cpus=64"
        yield "  nic eth0 management\n  nic eth1 network=storage\n  nic eth2 network=guests"
        yield from (f"  vlan eth2 {100 + tag} network=vlan-{100 + tag}" for tag in range(4))
    yield from (f"sr shared{n} nfs server=nas{n} path=/pool size=200TiB" for n in range(1, 4))
    yield from (f"sr local{n:04} ext on=host{n:04}" for n in range(1, hosts + 1))
    for n in range(guests):
        yield from _guest(n, f"host{n % hosts + 1:04}", chance)


def _guest(position: int, host: str, chance: random.Random) -> Iterator[str]:
    memory = chance.choice((1, 2, 4, 4, 8))
    drivers = chance.choices(("yes", "no", "old"), (96, 2, 2))[0]
    state = chance.choices(("", " halted"), (92, 8))[0]
    yield f"guest guest{position:05} on={host} memory={memory}GiB drivers={drivers}{state}"
    odd = chance.random()
    home = f"local{host.removeprefix('host')}" if odd < 0.03 else f"shared{chance.randint(1, 3)}"
    yield f"  disk root sr={home}"
    if odd > 0.97:
        yield "  cd guest-tools.iso"
    yield f"  nic vlan-{100 + chance.randrange(4)}" if odd > 0.05 else "  nic guests"
