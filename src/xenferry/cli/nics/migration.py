"""Which network carries migrations, and which others could."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from xenferry.cli.frame.paper import say, say_json, say_table
from xenferry.cli.frame.source import Source, load, reads
from xenferry.cli.frame.via import find_network

if TYPE_CHECKING:
    from xenferry.pool.migration_network import End, Road


@click.command()
@click.argument("network", default="")
@click.option("--json", "as_json", is_flag=True, help="As JSON (docs/json.md).")
@reads
def command(source: Source, network: str, as_json: bool) -> int:
    """Show the network that carries migrations, and each host's address, link and MTU there; then the others.

    NETWORK, by name, UUID or subnet (10.0.1.0/24), shows this one only. Exit status 1 if a host cannot use the first.
    """
    from xenferry.pool.migration_network import road, roads

    snapshot = load(source)
    found = (road(snapshot, find_network(snapshot, network)),) if network else roads(snapshot)
    if as_json:
        say_json(found)
    else:
        for number, each in enumerate(found):
            _say(each, used=number == 0 and not network)
    return 0 if found and found[0].usable else 1


def _say(road: Road, *, used: bool) -> None:
    role = " It is the pool's choice." if road.chosen else " It carries management." if road.management else ""
    where = f" ({', '.join(road.subnets)})" if road.subnets else ""
    verdict = "every host can use it." if road.usable else "not every host can use it."
    first = "Migrations go over n" if used else "N"
    say(f"{first}etwork {road.name}{where}: {verdict}{role}", style="bold" if road.usable else "bold yellow", hang=2)
    say_table(("host", "NIC", "address", "link", "MTU"), [_row(end) for end in road.ends], indent=2)
    for end in road.ends:
        if end.against:
            say(f"{end.host}: {end.against}.", style="yellow", indent=2, hang=2)
    for doubt in road.doubts:
        say(f"{doubt}.", style="yellow", indent=2, hang=2)
    say()


def _row(end: End) -> tuple[str, ...]:
    link = f"{end.speed} Mbit/s" if end.speed else "none" if end.device else ""
    return (end.host, end.device, end.address, link, str(end.mtu) if end.mtu else "")
