"""Every NIC of every host: its cable as far as it can be told, name, link, what stands on it, and what card it is."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

import click

from xenferry.cli.frame.cabling import switched, switches
from xenferry.cli.frame.paper import say, say_json, say_table
from xenferry.cli.frame.source import Source, load, reads

if TYPE_CHECKING:
    from xenferry.pool.neighbour import Neighbour
    from xenferry.pool.nics import Nic


@click.command()
@switches
@click.option("--json", "as_json", is_flag=True, help="As JSON (docs/json.md).")
@reads
def command(source: Source, ask_dom0: bool, as_json: bool) -> int:
    """Show which NICs hang on the same cable and how that is known, and which of them have different names.

    With every NIC: its link, address, networks, VLANs and bond, card, slot and driver. Exit status 1 if a cable has
    several names.
    """
    from xenferry.pool.nics import list_nics

    nics = list_nics(switched(source, load(source), ask_dom0=ask_dom0))
    odd = [nic for nic in nics if not nic.agreed]
    if as_json:
        say_json(nics)
        return 1 if odd else 0
    for _, group in groupby(nics, key=lambda nic: nic.cable):
        _say_cable(list(group))
    _say_cards(nics)
    if not odd:
        say("Every cable has one name on all its hosts.", style="bold green")
    else:
        say("`xenferry nics plan` shows the smallest renaming, `xenferry nics apply` does it.", style="green")
    return 1 if odd else 0


def _say_cable(nics: list[Nic]) -> None:
    """A cable: whom it connects, why we think so, and what each host has on it."""
    first = nics[0]
    if len(nics) == 1:
        say(f"Cable {first.cable}: {first.device} on {first.host} alone", style="bold")
    elif first.agreed:
        say(f"Cable {first.cable}: {_names(nics)}; {first.sure}: {first.why}", style="bold", hang=2)
    else:
        names = ", ".join(f"{nic.device} on {nic.host}" for nic in nics)
        say(
            f"Cable {first.cable}: {names}; {first.sure}: {first.why}. For XAPI these are different networks.",
            style="bold red",
            hang=2,
        )
    rows = [(nic.host, nic.device, _link(nic), nic.address, _carries(nic)) for nic in nics]
    say_table(("host", "NIC", "link", "address", "carries"), rows, indent=2)
    say()


def _names(nics: list[Nic]) -> str:
    """What the hosts call it, each name once."""
    return ", ".join(dict.fromkeys(nic.device for nic in nics)) + f" on {len({nic.host for nic in nics})} hosts"


def _link(nic: Nic) -> str:
    if not nic.plugged:
        return "unplugged" if not nic.carrier else f"{_speed(nic.speed)}, unplugged"
    return _speed(nic.speed) if nic.carrier else "NO LINK"


def _speed(mbit: int) -> str:
    return f"{mbit / 1000:g} Gbit/s" if mbit >= 1000 else f"{mbit} Mbit/s"


def _carries(nic: Nic) -> str:
    """Its role, network, bond and VLANs."""
    told = ["management"] if nic.management else []
    told += [f"in {nic.bond}"] if nic.bond else []
    told += [nic.network] if nic.network else []
    told += [f"MTU {nic.mtu}"] if nic.mtu != 1500 else []
    told += [f"VLAN {vlan.tag}: {vlan.network}" + (f" {vlan.address}" if vlan.address else "") for vlan in nic.vlans]
    return "; ".join(told)


def _say_cards(nics: tuple[Nic, ...]) -> None:
    """What people look for with the cable in their hand: by host, as the cards are plugged."""
    asked = any(nic.neighbour for nic in nics)
    header = ("host", "NIC", "MAC", "slot", "driver", *(("switch",) if asked else ()))
    rows = [
        (nic.host, nic.device, nic.mac, nic.pci, nic.driver, *((_neighbour(nic.neighbour),) if asked else ()))
        for nic in sorted(nics, key=lambda nic: (nic.host, len(nic.device), nic.device))
    ]
    say_table(header, rows)
    say()


def _neighbour(seen: Neighbour | None) -> str:
    if seen is None:
        return ""
    return f"{seen.switch} {seen.port}" + (f", VLAN {seen.vlan}" if seen.vlan >= 0 else "")
