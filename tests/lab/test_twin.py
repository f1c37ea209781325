"""A twin: a lab booted from a capture of a lab is the same pool, says the same of it and does the same with it."""

from __future__ import annotations

import asyncio
import copy
from typing import Any

import pytest

from xenferry.lab.clock import virtual_run
from xenferry.lab.datamodel import datamodel
from xenferry.lab.error import LabError
from xenferry.lab.lab import Lab
from xenferry.lab.scenario import load, shipped
from xenferry.lab.scenario.generate import generate

PASSING = ("session", "task")
"""Classes whose objects belong to who asks."""
Tables = dict[str, dict[str, dict[str, Any]]]


async def capture(lab: Lab) -> Tables:
    """What a client reads, class by class."""
    found: Tables = {}
    for cls, model in datamodel().classes.items():
        if "get_all_records" in model.calls and not model.removed and cls not in PASSING:
            found[cls] = copy.deepcopy(await lab.call(f"{cls}.get_all_records"))
    return {cls: rows for cls, rows in found.items() if rows}


def captured(lab: Lab) -> Tables:
    return virtual_run(capture(lab))


def pools() -> list[str]:
    return list(shipped())


@pytest.mark.parametrize("name", pools())
def test_a_twins_capture_is_the_capture_it_was_made_from(name: str) -> None:
    first = captured(Lab.from_scenario(load(name)))
    assert captured(Lab.from_capture(copy.deepcopy(first))) == first


@pytest.mark.parametrize("name", pools())
def test_a_twin_gives_the_same_answers_to_what_moves_ask(name: str) -> None:
    """Also where hidden facts may count (sizes of GPUs, functions of cards): there the twin knows less."""
    original = Lab.from_scenario(load(name))
    twin = Lab.from_capture(captured(Lab.from_scenario(load(name))))
    assert virtual_run(answers(original)) == virtual_run(answers(twin))


async def answers(lab: Lab) -> list[Any]:
    found = []
    for host in list(lab.db.all("host")):
        found.append(await answer(lab, "host.get_vms_which_prevent_evacuation", host))
        found.append(await answer(lab, "host.compute_free_memory", host))
        found += [await answer(lab, "VM.assert_can_boot_here", vm, host) for vm in list(lab.db.all("VM"))]
    found += [await answer(lab, "VM.get_possible_hosts", vm) for vm in list(lab.db.all("VM"))]
    return found


async def answer(lab: Lab, method: str, *params: Any) -> Any:
    try:
        return await lab.call(method, *params)
    except LabError as error:
        return error.description


def test_a_twin_goes_the_same_way() -> None:
    """The same deeds end alike at the same times, and the pools are the same afterwards."""

    async def deeds(lab: Lab) -> tuple[list[Any], float, Tables]:
        hosts = list(lab.db.all("host"))
        done = [await answer(lab, "host.disable", hosts[0]), await answer(lab, "host.evacuate", hosts[0], "", 0)]
        guest = next(ref for ref, vm in lab.db.all("VM").items() if vm["power_state"] == "Running")
        done += [await answer(lab, "VM.suspend", guest), await answer(lab, "VM.resume", guest, False, False)]
        await asyncio.sleep(3600)
        return done, asyncio.get_running_loop().time(), await capture(lab)

    tables = captured(Lab.from_scenario(generate(3, 12)))
    one = virtual_run(deeds(Lab.from_capture(copy.deepcopy(tables), seed=7)))
    other = virtual_run(deeds(Lab.from_scenario(generate(3, 12), seed=7)))
    assert one == other
