"""Every call of the lab is made, in any order and with anything its types allow: it may refuse, never fall over.

What falls over answers INTERNAL_ERROR with a Python exception in it; XAPI's own INTERNAL_ERROR has OCaml's words.
"""

from __future__ import annotations

import asyncio
import re
from random import Random
from typing import Any

import pytest

from xenferry.lab import implicit, registry
from xenferry.lab.arguments import enums
from xenferry.lab.clock import virtual_run
from xenferry.lab.datamodel import NULL, Call, datamodel
from xenferry.lab.error import LabError
from xenferry.lab.faults import Dropped
from xenferry.lab.lab import Lab
from xenferry.lab.scenario import parse

POOL = """
host north memory=64GiB
  nic eth0 management
  nic eth1
  gpu 0000:3b:00.0 "NVIDIA Tesla T4" types=T4-4Q
  usb dongle
  update qemu-4.2.1-6 full=RebootHost
host south memory=64GiB
  nic eth0 management
  nic eth1
  vlan eth1 7
sr pool-disks nfs default
sr array lvmoiscsi
sr cache ext on=south
network inner internal
guest mail on=north memory=8GiB
  disk root
  cd guest-tools.iso
  nic eth0
  vtpm
  snapshot s
guest idle halted
  disk root
  nic eth1
guest draw halted
  vgpu 0000:3b:00.0 type=T4-4Q
  usb dongle
guest asleep suspended
  disk root
"""
LONGEST_S = 9000.0
"""XAPI waits up to two hours for an operation to end."""
LEFT_OUT = frozenset({"event.from", "event.next"})
"""They wait for something that does not come."""
PYTHON = re.compile(r"\w*Error\(|\w*Exception\(|StopIteration\(")
TEXTS = ("", "0", "1", "x", "name.pem", "192.0.2.9", "true")
NUMBERS = (0, 1, -1, 5, 2**31)
SEEDS = range(3)


def known_calls() -> list[tuple[str, Call]]:
    found = []
    for model in datamodel().classes.values():
        for name, each in model.calls.items():
            simulated = registry.find(f"{model.name}.{name}") or implicit.find(model.name, name)
            if simulated and not each.removed and each.session and f"{model.name}.{name}" not in LEFT_OUT:
                found.append((f"{model.name}.{name}", each))
    return found


def anything(kind: str, lab: Lab, random: Random) -> Any:
    """A value of this type: a reference is one of an object, now and then of none."""
    if kind.endswith(" map"):
        key, _, item = kind.removeprefix("(").removesuffix(") map").partition(" -> ")
        return {anything(key, lab, random): anything(item, lab, random)} if random.random() < 0.5 else {}
    if kind.endswith(" set"):
        return [anything(kind.removesuffix(" set"), lab, random) for _ in range(random.randrange(3))]
    if kind.endswith(" ref"):
        refs = list(lab.db.all(kind.removesuffix(" ref")))
        return random.choice(refs) if refs and random.random() < 0.9 else random.choice((NULL, "nonsense"))
    if kind.endswith(" record"):
        fields = datamodel().classes[kind.removesuffix(" record")].fields.values()
        return {field.name: anything(field.type, lab, random) for field in fields}
    if kind.startswith("enum "):
        return random.choice(sorted(enums()[kind.removeprefix("enum ")]) or ["x"])
    plain = {"int": random.choice(NUMBERS), "bool": random.random() < 0.5, "float": random.choice((0.0, 1.5))}
    return plain.get(kind, "20261123T00:00:00Z" if kind == "datetime" else random.choice(TEXTS))


async def make(lab: Lab, name: str, each: Call, random: Random) -> str:
    """How the call fell over, or nothing."""
    try:
        params = [anything(kind, lab, random) for _, kind in each.params]
        await asyncio.wait_for(lab.call(name, *params), LONGEST_S)
    except LabError as error:
        if error.code == "INTERNAL_ERROR" and PYTHON.match(error.params[0]):
            return f"{name} {params}: {error}"
    except (Dropped, ConnectionError):
        pass  # a call before has stopped the toolstack
    return ""


@pytest.mark.parametrize("seed", SEEDS)
def test_no_call_falls_over(seed: int) -> None:
    async def main() -> list[str]:
        random = Random(seed)  # noqa: S311 (the same calls each time)
        lab = Lab.from_scenario(parse(POOL), seed=seed)
        calls = known_calls()
        random.shuffle(calls)
        found = [await make(lab, name, each, random) for name, each in calls]
        return [each for each in found if each]

    assert virtual_run(main()) == []
