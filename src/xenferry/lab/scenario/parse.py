"""From the text of a scenario to a whole pool in XenAPI's own shape, and the world around it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from xenferry.lab.scenario.build.device import attach_devices, build_devices
from xenferry.lab.scenario.build.edits import apply_edits
from xenferry.lab.scenario.build.faults import build_fault
from xenferry.lab.scenario.build.guest import build_guest, build_template, finish_guests
from xenferry.lab.scenario.build.host import build_host, finish_host
from xenferry.lab.scenario.build.network import build_nics, declare_network, name_bridges
from xenferry.lab.scenario.build.pool import build_pool, finish_pool, pool_level
from xenferry.lab.scenario.build.site import Site
from xenferry.lab.scenario.build.storage import build_server, build_sr, build_tools, finish_srs
from xenferry.lab.scenario.error import ScenarioError
from xenferry.lab.scenario.lines import Line, read
from xenferry.lab.scenario.records import Records
from xenferry.lab.world import World


@dataclass(frozen=True)
class Scenario:
    """A pool: XenAPI's tables, the fields XAPI hides, the world outside, and which line made which object.

    `tables` is {class: {ref: record}} with every field of XAPI 26.17's datamodel, as `get_all_records` answers in
    JSON-RPC. `lines` maps a reference to the 1-based line that made it; what no line made is not in it.
    """

    name: str
    tables: dict[str, dict[str, dict[str, Any]]]
    internal: dict[str, dict[str, dict[str, Any]]]
    world: World
    lines: dict[str, int]


def parse(text: str, source: str = "<scenario>") -> Scenario:
    """Build the pool that a text describes.

    Raises:
        ScenarioError: the text cannot be understood, with line, what was seen and what was expected.
    """
    try:
        return _build(read(text))
    except ScenarioError as error:
        raise ScenarioError(error.line, error.seen, error.expected, source) from None


def _build(top: list[Line]) -> Scenario:
    pools = [line for line in top if line.keyword == "pool"]
    hosts = [line for line in top if line.keyword == "host"]
    if len(pools) > 1:
        raise pools[1].wrong("a second pool", "one pool for each scenario")
    if not hosts:
        raise ScenarioError(0, "no host", "at least one `host NAME` line")
    pool_line = pools[0] if pools else Line(0, "pool", ["lab"])
    records = Records(pool_line.name)
    site = Site(pool_line, records, World())
    pool = build_pool(site, pool_line)
    _networks_and_hosts(site, top, hosts)
    _storage(site, top)
    finish_pool(site, pool, pool_line)
    _guests(site, top)
    _finish(site, top, pool, pool_line)
    return Scenario(pool_line.name, records.tables, records.internal, site.world, records.lines)


def _each(top: list[Line], keyword: str, build: Callable[[Line], None]) -> None:
    for line in top:
        if line.keyword == keyword:
            build(line)


def _networks_and_hosts(site: Site, top: list[Line], hosts: list[Line]) -> None:
    _each(top, "network", lambda line: declare_network(site, line))
    for line in hosts:
        build_host(site, line, len(hosts))
    for host in site.hosts.values():
        build_nics(site, host)
        build_devices(site, host)
    name_bridges(site)


def _storage(site: Site, top: list[Line]) -> None:
    _each(top, "server", lambda line: build_server(site, line))
    _each(top, "sr", lambda line: build_sr(site, line))
    build_tools(site)


def _guests(site: Site, top: list[Line]) -> None:
    _each(top, "guest", lambda line: build_guest(site, line))
    _each(top, "guest", lambda line: attach_devices(site, line))
    build_template(site)


def _finish(site: Site, top: list[Line], pool: str, pool_line: Line) -> None:
    guests = [line for line in top if line.keyword == "guest"]
    finish_guests(site, guests, pool_level(site))
    finish_srs(site)
    for host in site.hosts.values():
        finish_host(site, host)
    _each(top, "fault", lambda line: build_fault(site, line))
    apply_edits(site, pool_line, "pool", pool)
    homes: dict[str, tuple[str, dict[str, str]]] = {
        "host": ("host", {name: host.ref for name, host in site.hosts.items()}),
        "network": ("network", site.networks),
        "sr": ("SR", site.srs),
        "guest": ("VM", site.guests),
    }
    for line in top:
        if line.keyword in homes:
            kind, known = homes[line.keyword]
            apply_edits(site, line, kind, known[line.name])
