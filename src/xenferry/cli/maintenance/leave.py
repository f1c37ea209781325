"""Enable a host again and bring its guests home."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from xenferry.cli.frame.doing import How, fulfil, plans
from xenferry.cli.frame.learnt import model_of
from xenferry.cli.frame.names import find
from xenferry.cli.frame.source import Source
from xenferry.cli.frame.via import via

if TYPE_CHECKING:
    from xenferry.plan.steps import Plan
    from xenferry.pool.snapshot import Snapshot


@click.command()
@click.argument("host")
@click.option("--network", default="", metavar="NET", help="The network that the migrations use: name or subnet.")
@plans
def command(source: Source, how: How, host: str, network: str) -> int:
    """End the maintenance of HOST: enable it, bring home, start and resume the guests noted on it."""

    def make(snapshot: Snapshot) -> Plan:
        from xenferry.plan.maintenance import leave

        return leave(
            snapshot,
            find(snapshot, host, ["host"])[1],
            network=via(snapshot, network),
            model=model_of(source, snapshot),
        )

    return fulfil(source, how, make)
