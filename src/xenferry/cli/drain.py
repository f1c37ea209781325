"""Empty several hosts at once: a rack, a switch, hosts that go back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from xenferry.cli.frame.choices import choosing, resolve
from xenferry.cli.frame.doing import How, fulfil, plans
from xenferry.cli.frame.failure import Wrong
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
@click.argument("hosts", nargs=-1, required=True, metavar="HOST...")
@click.option("--network", default="", metavar="NET", help="The network that the migrations use: name or subnet.")
@choosing
@aiming
@plans
def command(
    source: Source, how: How, hosts: tuple[str, ...], network: str, chosen: dict[str, Choice], aims: Aims
) -> int:
    """Disable all these HOSTs and move their guests to the other hosts of the pool, planned together.

    No guest is moved to a host that is emptied next. They stay disabled. To empty a whole pool, take its guests to
    another one: `xenferry migrate --to-pool`.
    """

    def make(snapshot: Snapshot) -> Plan:
        from xenferry.plan.drain import drain

        emptied = [find(snapshot, name, ["host"])[1] for name in dict.fromkeys(hosts)]
        if len(set(emptied)) == len(snapshot.hosts):
            raise Wrong(
                "These are all hosts of the pool: name those to be emptied, or use `xenferry migrate --to-pool`."
            )
        choices, targets = resolve(snapshot, chosen, *emptied), targets_of(snapshot, aims)
        model = model_of(source, snapshot)
        return drain(
            snapshot,
            list(dict.fromkeys(emptied)),
            choices,
            network=via(snapshot, network),
            model=model,
            targets=targets,
        )

    return fulfil(source, how, make)
