"""The updates that wait for a host."""

from __future__ import annotations

from xenferry.lab.scenario.build.site import BuiltHost, Site
from xenferry.lab.scenario.error import one_of
from xenferry.lab.scenario.lines import Line
from xenferry.lab.scenario.values import names
from xenferry.lab.updates.available import GUIDANCES, KINDS, Update


def build_updates(site: Site, host: BuiltHost) -> None:
    """Each `update` line is a package, and what it asks for once it is installed."""
    found = {line.name: wanted(line) for line in host.line.of("update")}
    if found:
        site.records.hide("host", host.ref, updates=found)


def wanted(line: Line) -> Update:
    """What the line asks for, by kind; `full` holds what is mandatory and recommended, too."""
    asked = {kind: [_guidance(line, name) for name in names(line.values.get(kind, ""))] for kind in KINDS}
    everything = [one for kind in KINDS for one in asked[kind]]
    return asked | {"full": [*dict.fromkeys(everything)]}


def _guidance(line: Line, name: str) -> str:
    if name not in GUIDANCES:
        raise line.wrong(f"`{name}`", one_of(GUIDANCES, name))
    return name
