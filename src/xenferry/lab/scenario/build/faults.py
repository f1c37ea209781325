"""Failures that a scenario, or a line typed into a running lab, orders beforehand."""

from __future__ import annotations

from collections.abc import Callable

from xenferry.lab.mishaps import KINDS
from xenferry.lab.scenario.build.site import Site
from xenferry.lab.scenario.error import one_of
from xenferry.lab.scenario.lines import Line
from xenferry.lab.scenario.values import names, number, seconds
from xenferry.lab.world import Fault, Mishap

Find = Callable[[str], str]
"""The reference of the object with this name; raises ScenarioError."""
EFFECTS = ("error", "drop", "slow", "garble", "drip")
CHOICES = {"drop": ("before", "after"), "when": ("task", "late"), "garble": ("cut", "html", "nonsense")}


def build_fault(site: Site, line: Line) -> None:
    """Put a fault or a mishap into the world."""
    ordered = read_fault(line, lambda name: site.object(line, name))
    if isinstance(ordered, Fault):
        site.world.faults.append(ordered)
    else:
        site.world.mishaps.append(ordered)


def read_fault(line: Line, find: Find) -> Fault | Mishap:
    """What the line orders. A name with a dot is a call, one without is a mishap of `xenferry.lab.mishaps`."""
    return _fault(line, find) if "." in line.name else _mishap(line, find)


def _mishap(line: Line, find: Find) -> Mishap:
    values = line.values
    if line.name not in KINDS:
        raise line.wrong(f"the unknown fault `{line.name}`", f"a call such as VM.start, or {one_of(KINDS, line.name)}")
    for key in values.keys() - {"on", "at"}:
        raise line.wrong(f"`{key}` of {line.name}", "on= and at= only")
    if ("on" in values) != bool(KINDS[line.name][0]):
        raise line.wrong(f"`{line.name}`", "on= with a host or guest, where the fault concerns one, and only there")
    on = find(values["on"]) if "on" in values else ""
    return Mishap(line.name, on, seconds(line, values["at"]) if "at" in values else 0.0)


def _fault(line: Line, find: Find) -> Fault:
    values = line.values
    for key, allowed in CHOICES.items():
        if values.get(key, "") not in ("", *allowed):
            raise line.wrong(f"{key}={values[key]}", " or ".join(f"{key}={each}" for each in allowed))
    if values.keys().isdisjoint(EFFECTS):
        raise line.wrong(f"a fault of {line.name} that does nothing", ", ".join(f"{each}=" for each in EFFECTS))
    if "at" in values or ("when" in values and "error" not in values):
        raise line.wrong(f"a fault of {line.name}", "at= with a named fault only, when= with error= only")
    return Fault(
        call=line.name,
        on=find(values["on"]) if "on" in values else "",
        error=tuple(names(values.get("error", ""))),
        after=number(line, values.get("after", "0")),
        times=number(line, values.get("times", "1")),
        drop=values.get("drop", ""),
        slow=seconds(line, values.get("slow", "0s")),
        when=values.get("when", ""),
        chance=_chance(line, values.get("chance", "100%")),
        seed=number(line, values.get("seed", "0")),
        garble=values.get("garble", ""),
        drip=seconds(line, values.get("drip", "0s")),
    )


def _chance(line: Line, text: str) -> float:
    percent = number(line, text.removesuffix("%")) if text.endswith("%") else -1
    if not 0 <= percent <= 100:
        raise line.wrong(f"chance={text}", "a percentage such as chance=20%")
    return percent / 100
