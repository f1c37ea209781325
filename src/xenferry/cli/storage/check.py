"""Every SR on every host: connected, mounted how, room against what guests may grow to, layers to be merged."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from xenferry.cli.frame.findings import Report, report, say_report
from xenferry.cli.frame.paper import say, say_json, say_table
from xenferry.cli.frame.rehearsing import look_of_twin
from xenferry.cli.frame.source import Source, act, load, reads

if TYPE_CHECKING:
    from xenferry.plan.storage_state import HostSide, SrState
    from xenferry.pool.snapshot import Snapshot
    from xenferry.probe.latency import Measured
    from xenferry.xapi import Connection


@click.command()
@click.option("--json", "as_json", is_flag=True, help="As JSON (docs/json.md).")
@reads
def command(source: Source, as_json: bool) -> int:
    """Are all SRs connected on all hosts, how are they mounted, and is there room for what guests may write?

    Exit status 1 if a host lacks an SR that it should have, or the disks of an SR may outgrow it.
    """
    from xenferry.plan.storage_state import states

    snapshot, measured = _seen(source)
    found, told = states(snapshot, measured), _findings(snapshot)
    if as_json:
        say_json({"srs": found, "report": told, "format": 1})
    else:
        _say(found, told)
    return 1 if any(sr.promised_too_much or not sr.everywhere for sr in found) else 0


def _seen(source: Source) -> tuple[Snapshot, Measured]:
    """The pool, and what its hosts measure; a capture and the twin of a rehearsal measure nothing."""
    twin = look_of_twin(source.words)
    if twin is not None or source.capture:
        return twin or load(source), {}

    async def work(connection: Connection) -> tuple[Snapshot, Measured]:
        from xenferry.pool.capture import read_pool
        from xenferry.probe.latency import measure

        snapshot = await read_pool(connection)
        return snapshot, await measure(connection, snapshot)

    return act(source, work)


def _findings(snapshot: Snapshot) -> Report:
    """What the rules say of storage: findings about an SR, a PBD or a disk."""
    from xenferry.rules import judge

    kinds = (snapshot.SR, snapshot.PBD, snapshot.VDI)
    return report(snapshot, [one for one in judge(snapshot) if any(one.cause in table for table in kinds)])


def _say(found: tuple[SrState, ...], told: Report) -> None:
    for sr in found:
        say(f"SR {sr.sr.name} ({sr.type}, {'shared' if sr.shared else 'local'})", style="bold")
        _say_mount(sr)
        _say_room(sr)
        _say_hosts(sr)
    say_report(told)


def _say_mount(sr: SrState) -> None:
    if sr.mount is None:
        return
    how = "soft: guests get write errors when the server is away for minutes" if sr.mount.soft else "hard"
    versions = " and ".join(sr.mount.versions)
    odd = " (the hosts differ)" if len(sr.mount.versions) > 1 else ""
    say(f"{sr.mount.share}, NFS version {versions}{odd}, mounted {how}", indent=2, hang=2)


def _say_room(sr: SrState) -> None:
    from xenferry.plan.words import size

    if sr.size:
        text = f"{size(sr.used)} of {size(sr.size)} in use; its disks may grow to {size(sr.may_grow_to)}"
        short = f", {size(sr.may_grow_to - sr.size)} more than there is" if sr.promised_too_much else ""
        say(text + short, indent=2, hang=2, style="bold yellow" if short else "")
    if sr.waiting or sr.longest > 1:
        merging = f"{sr.waiting} layers wait to be merged" if sr.waiting else "no layer waits to be merged"
        say(f"{merging}; the longest chain of a disk has {sr.longest} layers", indent=2, hang=2)


def _say_hosts(sr: SrState) -> None:
    from xenferry.plan.storage_state import Link

    sides = [side for side in sr.hosts if sr.shared or side.link is not Link.MISSING]
    rows = [[side.host.name, side.link, *_latency(side)] for side in sides]
    say_table(["host", "SR there", "reads wait", "writes wait"], rows, indent=2)
    for path in dict.fromkeys(side.path for side in sides if side.path):
        say(f"dom0 has it at {path}", indent=2, hang=2)


def _latency(side: HostSide) -> tuple[str, str]:
    """What guests waited just now; a dash where nothing is known or nothing was asked."""
    seen = side.latency
    values = (seen.read, seen.write) if seen else (0.0, 0.0)
    read, write = (f"{value:.1f} ms" if value else "-" for value in values)
    return read, write
