"""Big pools and many pools for measuring: as many hosts and guests as wanted, always the same for the same seed."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator

from xenferry.lab.scenario.parse import Scenario, parse

NAME = re.compile(r"generated-(\d+)x(\d+)(?:-(\d+))?")
"""`generated-64x4000` is a pool of 64 hosts and 4,000 guests, `generated-64x4000-7` another one of that size."""


def generate(hosts: int = 16, guests: int = 200, seed: int = 1, name: str = "") -> Scenario:
    """A pool of this size: shared NFS for most disks, and a share of guests that something holds where they are.

    The memory of the hosts is dimensioned so that the guests fill about 60 % of it. Pools of the same name have the
    same references.
    """
    return parse(written(hosts, guests, seed, name), source=f"generated, seed {seed}")


def fleet(pools: int, hosts: int = 3, guests: int = 20) -> Iterator[Scenario]:
    """So many different pools of this size, called pool0001 and so on."""
    return (generate(hosts, guests, seed, f"pool{seed:04}") for seed in range(1, pools + 1))


def written(hosts: int, guests: int, seed: int = 1, name: str = "") -> str:
    """The pool as a text in the scenario language."""
    chance = random.Random(seed)  # noqa: S311 (a made-up pool)
    return "\n".join(_text(name or f"generated-{hosts}-{guests}", hosts, guests, chance))


def named(name: str) -> str | None:
    """The text of the pool with a name such as `generated-64x4000`; None for other names."""
    match = NAME.fullmatch(name)
    return written(int(match[1]), int(match[2]), int(match[3] or 1)) if match else None


def _text(name: str, hosts: int, guests: int, chance: random.Random) -> Iterator[str]:
    memory = max(64, -(-guests * 4 // hosts) * 10 // 6 + 16)
    yield f"pool {name}"
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
