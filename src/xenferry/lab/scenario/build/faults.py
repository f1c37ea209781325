"""Failures that a scenario orders beforehand."""

from __future__ import annotations

from xenferry.lab.scenario.build.site import Site
from xenferry.lab.scenario.lines import Line
from xenferry.lab.scenario.values import names, number, seconds
from xenferry.lab.world import Fault


def build_fault(site: Site, line: Line) -> None:
    """Put a fault into the world."""
    values = line.values
    drop = values.get("drop", "")
    if drop not in ("", "before", "after"):
        raise line.wrong(f"drop={drop}", "drop=before or drop=after")
    if not {"error", "drop", "slow"} & set(values):
        raise line.wrong(f"a fault of {line.name} that does nothing", "error=, drop= or slow=")
    fault = Fault(
        call=line.name,
        on=site.object(line, values["on"]) if "on" in values else "",
        error=tuple(names(values.get("error", ""))),
        after=number(line, values.get("after", "0")),
        times=number(line, values.get("times", "1")),
        drop=drop,
        slow=seconds(line, values["slow"]) if "slow" in values else 0.0,
    )
    site.world.faults.append(fault)
