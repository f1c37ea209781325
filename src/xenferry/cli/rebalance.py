"""Even out the hosts' memory and CPUs with as few moves as that takes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from xenferry.cli.frame.doing import How, fulfil, plans
from xenferry.cli.frame.learnt import model_of
from xenferry.cli.frame.source import Source
from xenferry.cli.frame.targets import targets_of
from xenferry.cli.frame.via import via

if TYPE_CHECKING:
    from xenferry.plan.steps import Plan
    from xenferry.pool.snapshot import Snapshot


@click.command()
@click.option("--most", type=click.IntRange(1), metavar="N", help="Move at most N guests.")
@click.option("--avoid", multiple=True, metavar="HOST", help="Leave this host and its guests alone.")
@click.option("--network", default="", metavar="NET", help="The network that the migrations use: name or subnet.")
@plans
def command(source: Source, how: How, most: int | None, avoid: tuple[str, ...], network: str) -> int:
    """Move guests from full and busy hosts to others, until no move is worth it any more."""

    def make(snapshot: Snapshot) -> Plan:
        from xenferry.plan.rebalance import rebalance

        model = model_of(source, snapshot)
        return rebalance(
            snapshot, most=most, network=via(snapshot, network), model=model, targets=targets_of(snapshot, (avoid, ()))
        )

    return fulfil(source, how, make)
