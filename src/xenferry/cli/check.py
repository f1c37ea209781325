"""Is this pool, host, guest or SR ready? Every finding with its cause and its cure."""

from __future__ import annotations

import click

from xenferry.cli.frame.findings import KINDS, concerns, report, say_report
from xenferry.cli.frame.names import find
from xenferry.cli.frame.paper import say_json
from xenferry.cli.frame.source import Source, load, reads


@click.command()
@click.argument("what", nargs=-1)
@click.option("--to", "target", default="", metavar="HOST", help="Only what keeps guests from this host.")
@click.option("--json", "as_json", is_flag=True, help="As JSON (docs/json.md).")
@reads
def command(source: Source, what: tuple[str, ...], target: str, as_json: bool) -> int:
    """Is this pool ready: may its guests move, what stands in the way, and how is it cured?

    WHAT limits it to guests, hosts, SRs or networks, by name, UUID or unique prefix. Exit status 1 if something blocks.
    """
    from xenferry.rules import judge

    snapshot = load(source)
    wanted = [find(snapshot, typed, KINDS)[1] for typed in what]
    host = find(snapshot, target, ["host"])[1] if target else None
    findings = [one for one in judge(snapshot) if concerns(snapshot, one, wanted, host)]
    made = report(snapshot, findings)
    if as_json:
        say_json(made)
    else:
        say_report(made)
    return 1 if made.blocks else 0
