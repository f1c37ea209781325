"""Is this pool, host, guest or SR ready? Every finding with its cause and its cure."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from xenferry.cli.frame.crossing import Beyond, crossing
from xenferry.cli.frame.failure import Wrong
from xenferry.cli.frame.findings import KINDS, Report, concerns, report, say_report
from xenferry.cli.frame.names import find
from xenferry.cli.frame.paper import say, say_json
from xenferry.cli.frame.rundown import warn_of_abandoned
from xenferry.cli.frame.source import Source, act, load, reads

if TYPE_CHECKING:
    from xenferry.pool.snapshot import Snapshot
    from xenferry.xapi import Connection


@click.command()
@click.argument("what", nargs=-1)
@click.option("--to", "target", default="", metavar="HOST", help="Only what keeps guests from this host.")
@click.option("--probe", is_flag=True, help="Also ask every running guest's address from here whether it answers.")
@click.option("--json", "as_json", is_flag=True, help="As JSON (docs/json.md).")
@crossing
@reads
def command(source: Source, what: tuple[str, ...], target: str, probe: bool, as_json: bool, beyond: Beyond) -> int:
    """Is this pool ready: may its guests move, what stands in the way, and how is it cured?

    WHAT limits it to guests, hosts, SRs or networks, by name, UUID or unique prefix. With --to-pool or --to-capture it
    asks whether the guests (or those named by WHAT) may go to that other pool. Exit status 1 if something blocks.
    """
    snapshot = _probed(source) if probe else load(source)
    made = _departing(snapshot, what, target, beyond) if beyond else _staying(snapshot, what, target)
    warn_of_abandoned(source, snapshot.pool.uuid)
    if as_json:
        say_json(made)
    else:
        say_report(made)
        if probe:
            _say_heard(snapshot)
    return 1 if made.blocks else 0


def _probed(source: Source) -> Snapshot:
    """The pool, and which guests were heard."""
    from xenferry.cli.frame.hearing import asking
    from xenferry.pool.capture import read_pool
    from xenferry.probe.guests import hear

    if source.capture:
        raise Wrong("--probe asks the guests themselves: give -p NAME, not a capture.")

    async def look(connection: Connection) -> Snapshot:
        return await hear(await read_pool(connection), asking())

    return act(source, look)


def _say_heard(snapshot: Snapshot) -> None:
    """How many guests were asked, so that nobody takes the others for heard."""
    from xenferry.probe.guests import KIND

    asked = [each.value for each in snapshot.observations if each.kind == KIND]
    heard = sum(bool(each["answers_on"]) for each in asked)
    running = sum(vm.power_state == "Running" for vm in snapshot.guests)
    say(f"Of {running} running guests {len(asked)} have a known address that could be asked; {heard} of these answer.")


def _staying(snapshot: Snapshot, what: tuple[str, ...], target: str) -> Report:
    from msgspec.structs import replace

    from xenferry.cli.frame.emptying import told
    from xenferry.plan.readiness import readiness
    from xenferry.rules import judge, matrix

    wanted = [find(snapshot, typed, KINDS)[1] for typed in what]
    host = find(snapshot, target, ["host"])[1] if target else None
    judged = matrix(snapshot)
    made = report(snapshot, [one for one in judge(snapshot, judged) if concerns(snapshot, one, wanted, host)])
    return made if what or target else replace(made, readiness=told(snapshot, readiness(snapshot, judged)))


def _departing(snapshot: Snapshot, what: tuple[str, ...], target: str, beyond: Beyond) -> Report:
    from xenferry.cli.frame.crossing import judge, load_there
    from xenferry.cli.frame.departures import report_beyond

    wanted = [find(snapshot, typed, ["VM"])[1] for typed in what]
    there = load_there(snapshot, beyond)
    host = find(there, target, ["host"])[1] if target else None
    pairs = judge(snapshot, there, beyond, wanted)
    return report_beyond(snapshot, there, [pair for pair in pairs if host in (None, pair.host.ref)])
