"""Faults ordered in a lab that runs, in the words of the scenario language, and taken back with `fault none`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xenferry.lab import mishaps
from xenferry.lab.scenario.build.faults import read_fault
from xenferry.lab.scenario.error import ScenarioError, one_of
from xenferry.lab.scenario.lines import read
from xenferry.lab.world import Fault, Mishap

if TYPE_CHECKING:
    from xenferry.lab.lab import Lab

NAMED = ("host", "VM", "SR", "network", "VDI")


def change_faults(lab: Lab, text: str) -> None:
    """Carries out one line that begins with `fault`. Raises ScenarioError."""
    if read(text.strip())[0].name == "none":
        lab.world.faults.clear()
        lab.world.mishaps.clear()
        lab.world.deaf.clear()
        return
    order(lab, read_order(lab, text))


def read_order(lab: Lab, text: str) -> Fault | Mishap:
    """What such a line orders; nothing happens yet. Raises ScenarioError."""
    return read_fault(read(text.strip())[0], lambda name: _find(lab, name))


def order(lab: Lab, ordered: Fault | Mishap) -> None:
    """From now on it may happen; what has no time happens at once."""
    if isinstance(ordered, Fault):
        lab.world.faults.append(ordered)
        return
    lab.world.mishaps.append(ordered)
    mishaps.begin(lab)


def _find(lab: Lab, name: str) -> str:
    """The first object with this name; templates and snapshots are none of the guests."""
    for cls in NAMED:
        for ref in lab.db.find(cls, name_label=name):
            if not lab.db.get(cls, ref).get("is_a_template"):
                return ref
    known = [str(row["name_label"]) for cls in NAMED for row in lab.db.all(cls).values()]
    raise ScenarioError(0, f"the unknown object `{name}`", one_of(known, name), "change")
