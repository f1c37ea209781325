"""Make a network the one that migrations use."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from xenferry.cli.frame.doing import How, fulfil, plans
from xenferry.cli.frame.source import Source
from xenferry.cli.frame.via import find_network

if TYPE_CHECKING:
    from xenferry.plan.steps import Plan
    from xenferry.pool.snapshot import Snapshot


@click.command()
@click.argument("network")
@plans
def command(source: Source, how: How, network: str) -> int:
    """Let migrations go over NETWORK (name, UUID or subnet such as 10.0.1.0/24) from now on, if every host can use it.

    The choice is kept in the pool, where Xen Orchestra keeps it, too. `--network` of a command goes before it.
    """

    def make(snapshot: Snapshot) -> Plan:
        from xenferry.plan.choose_network import choose_network

        return choose_network(snapshot, find_network(snapshot, network))

    return fulfil(source, how, make)
