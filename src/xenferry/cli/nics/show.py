"""Every NIC of every host: its cable as far as it can be told, name, network, address."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click
from msgspec import Struct

from xenferry.cli.frame.paper import say, say_json, say_table
from xenferry.cli.frame.source import Source, load, reads

if TYPE_CHECKING:
    from xenferry.pool.records import Ref
    from xenferry.pool.snapshot import Snapshot


class Nic(Struct, frozen=True):
    """One NIC of one host."""

    cable: int
    """The same number: on the same cable, as far as addresses and names tell."""
    host: str
    device: str
    mac: str
    network: str
    address: str
    carrier: bool
    speed: int
    """Mbit/s; 0 without a link."""
    why: str
    """How the cable was told."""
    agreed: bool
    """Do all hosts on this cable call it the same?"""


@click.command()
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
@reads
def command(source: Source, as_json: bool) -> int:
    """Show which NICs hang on the same cable, and which of them have different names. Exit status 1 if some do."""
    nics = list_nics(load(source))
    odd = sorted({nic.cable for nic in nics if not nic.agreed})
    if as_json:
        say_json(nics)
        return 1 if odd else 0
    header = ("cable", "host", "NIC", "MAC", "address", "link")
    say_table(header, [(str(nic.cable), nic.host, nic.device, nic.mac, nic.address, _link(nic)) for nic in nics])
    for number in odd:
        _say_odd([nic for nic in nics if nic.cable == number])
    if not odd:
        say("Every cable has one name on all its hosts.", style="bold green")
    return 1 if odd else 0


def list_nics(snapshot: Snapshot) -> list[Nic]:
    """All physical NICs, cable by cable."""
    from xenferry.pool.cables import cables

    return [
        _nic(snapshot, ref, number, cable.why, cable.agreed(snapshot))
        for number, cable in enumerate(cables(snapshot), 1)
        for ref in cable.nics
    ]


def _nic(snapshot: Snapshot, ref: Ref, cable: int, why: str, agreed: bool) -> Nic:
    pif = snapshot.PIF[ref]
    metrics = snapshot.PIF_metrics.get(pif.metrics)
    return Nic(
        cable=cable,
        host=snapshot.name(pif.host),
        device=pif.device,
        mac=pif.MAC,
        network=snapshot.name(pif.network),
        address=pif.IP,
        carrier=bool(metrics and metrics.carrier),
        speed=metrics.speed if metrics and metrics.carrier else 0,
        why=why,
        agreed=agreed,
    )


def _link(nic: Nic) -> str:
    return f"{nic.speed} Mbit/s" if nic.carrier else "none"


def _say_odd(nics: list[Nic]) -> None:
    names = ", ".join(f"{nic.device} on {nic.host}" for nic in nics)
    say(f"Cable {nics[0].cable} is {names} ({nics[0].why}): for XAPI these are different networks.", style="bold red")
    say(
        "Cure: `xenferry nics plan` shows the smallest renaming, `xenferry nics apply` does it.",
        indent=2,
        style="green",
    )
