"""Empty a host: every guest to the host that suits it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from xenferry.cli.frame.choices import choosing, resolve
from xenferry.cli.frame.doing import How, fulfil, plans
from xenferry.cli.frame.learnt import model_of
from xenferry.cli.frame.names import find
from xenferry.cli.frame.source import Source
from xenferry.cli.frame.targets import Aims, aiming, targets_of
from xenferry.cli.frame.via import via

if TYPE_CHECKING:
    from xenferry.plan.evacuate import Choice
    from xenferry.plan.steps import Plan
    from xenferry.pool.snapshot import Snapshot


@click.command()
@click.argument("host")
@click.option("--network", default="", metavar="NET", help="The network that the migrations use: name or subnet.")
@choosing
@aiming
@plans
def command(source: Source, how: How, host: str, network: str, chosen: dict[str, Choice], aims: Aims) -> int:
    """Disable HOST and move all its guests, each to the best host; say for each that cannot go why, and the choices."""

    def make(snapshot: Snapshot) -> Plan:
        from xenferry.plan.evacuate import evacuate

        own = find(snapshot, host, ["host"])[1]
        choices, targets = resolve(snapshot, chosen, own), targets_of(snapshot, aims)
        model = model_of(source, snapshot)
        return evacuate(snapshot, own, choices, network=via(snapshot, network), model=model, targets=targets)

    return fulfil(source, how, make)
