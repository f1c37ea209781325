"""Go through the whole pool: empty, reboot or update, and enable one host, or one safe group, after the other."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from xenferry.cli.frame.doing import How, fulfil, plans
from xenferry.cli.frame.failure import Wrong
from xenferry.cli.frame.learnt import model_of
from xenferry.cli.frame.names import find
from xenferry.cli.frame.source import Source
from xenferry.cli.frame.targets import Aims, aiming, targets_of
from xenferry.cli.frame.via import via

if TYPE_CHECKING:
    from xenferry.plan.evacuate_policy import Choice
    from xenferry.plan.steps import Plan
    from xenferry.pool.snapshot import Snapshot


@click.command()
@click.argument("hosts", nargs=-1, metavar="[HOST]...")
@click.option("--reboot", is_flag=True, help="Reboot each host when it is empty.")
@click.option("--hook", default="", metavar="CMD", help="Run CMD here for each empty host; $XENFERRY_HOST names it.")
@click.option("--together", type=click.IntRange(1), help="Hosts that may be down at once; 1 moves the fewest guests.")
@click.option("--home", is_flag=True, help="In the end bring every guest back to its host.")
@click.option(
    "--immobile",
    type=click.Choice(("shutdown", "suspend")),
    help="Do this to guests that can go nowhere, and start them again; else their host is left out.",
)
@click.option("--network", default="", metavar="NET", help="The network that the migrations use: name or subnet.")
@aiming
@plans
def command(
    source: Source,
    how: How,
    hosts: tuple[str, ...],
    reboot: bool,
    hook: str,
    together: int | None,
    home: bool,
    immobile: Choice | None,
    network: str,
    aims: Aims,
) -> int:
    """Go through the pool, or through these HOSTs: empty, reboot (or call CMD), enable; the coordinator first.

    As many hosts at once as the memory of the others allows. It stops before the next group when a host does not come
    back. With --hook and --reboot the command comes first. CMD must bear being run twice for the same host.
    """
    if not reboot and not hook:
        raise Wrong("Say what shall be done to each host: --reboot, --hook CMD, or both.")

    def make(snapshot: Snapshot) -> Plan:
        from xenferry.plan.rolling import Deed, rolling

        chosen = [find(snapshot, name, ["host"])[1] for name in dict.fromkeys(hosts)]
        return rolling(
            snapshot,
            chosen,
            Deed(reboot=reboot, hook=hook),
            together=together,
            home=home,
            network=via(snapshot, network),
            model=model_of(source, snapshot),
            targets=targets_of(snapshot, aims),
            immobile=immobile or "leave",
        )

    return fulfil(source, how, make)
