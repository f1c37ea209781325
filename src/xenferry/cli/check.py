"""Is this pool, host, guest or SR ready? Every finding with its cause and its cure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from xenferry.cli.frame.findings import report, say_report
from xenferry.cli.frame.names import find
from xenferry.cli.frame.paper import say_json
from xenferry.cli.frame.source import Source, load, reads

if TYPE_CHECKING:
    from xenferry.pool.records import Ref
    from xenferry.pool.snapshot import Snapshot
    from xenferry.rules.finding import Finding

KINDS = ("VM", "host", "SR", "network", "pool")


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
    findings = [one for one in judge(snapshot) if _concerns(snapshot, one, wanted, host)]
    made = report(snapshot, findings)
    if as_json:
        say_json(made)
    else:
        say_report(made)
    return 1 if made.blocks else 0


def _concerns(snapshot: Snapshot, finding: Finding, wanted: Sequence[Ref], host: Ref | None) -> bool:
    if host is not None and finding.hosts and host not in finding.hosts:
        return False
    touched = {finding.subject, finding.cause, *_around(snapshot, finding.cause)}
    return not wanted or any(ref in touched or (ref in snapshot.host and ref in finding.hosts) for ref in wanted)


def _around(snapshot: Snapshot, ref: Ref) -> set[str]:
    """What an object belongs to: the SR, guest, network or host that a PBD, VDI, VBD, VIF or PIF is part of."""
    for table in snapshot.tables.values():
        if ref in table:
            return {
                getattr(table[ref], field) for field in ("SR", "VM", "network", "host") if hasattr(table[ref], field)
            }
    return set()
