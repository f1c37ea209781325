"""Say no more of a finding, in a pool or for some of its objects; the reason is kept and shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from xenferry.cli.cure import check_code
from xenferry.cli.frame.doing import How, fulfil, plans
from xenferry.cli.frame.failure import Wrong
from xenferry.cli.frame.findings import KINDS
from xenferry.cli.frame.names import find
from xenferry.cli.frame.source import Source

if TYPE_CHECKING:
    from xenferry.plan.steps import Plan
    from xenferry.pool.snapshot import Snapshot


@click.command()
@click.argument("finding")
@click.argument("what", nargs=-1)
@click.option("--reason", default="", metavar="TEXT", help="Why it may be so; other administrators will read it.")
@click.option("--lift", is_flag=True, help="Show the finding again.")
@plans
def command(source: Source, how: How, finding: str, what: tuple[str, ...], reason: str, lift: bool) -> int:
    """Silence a FINDING (its code) in the whole pool, or only for WHAT: guests, hosts, SRs, networks.

    The reason is kept in the pool's other_config, where every administrator's xenferry finds it. `xenferry check` goes
    on counting the finding, below the others and with the reason; it no longer makes the pool "not ready".
    """
    check_code(finding)
    if bool(reason.strip()) == lift:
        raise Wrong("Say why with --reason TEXT." if not lift else "Give either --reason or --lift.")

    def make(snapshot: Snapshot) -> Plan:
        from xenferry.plan.silence import silence

        objects = [find(snapshot, typed, KINDS) for typed in what]
        return silence(snapshot, finding, objects, None if lift else reason.strip())

    return fulfil(source, how, make)
