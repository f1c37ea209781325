"""Guests and hosts: who may run where, or the reason why not."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import click

from xenferry.cli.frame.crossing import Beyond, Pair, crossing, judge, load_there
from xenferry.cli.frame.matrices import Cell, Row, Table, say_matrix, stuck, stuck_beyond
from xenferry.cli.frame.named import named
from xenferry.cli.frame.names import find
from xenferry.cli.frame.paper import say_json
from xenferry.cli.frame.source import Source, load, reads

if TYPE_CHECKING:
    from xenferry.pool.records import VM, Host, Ref
    from xenferry.pool.snapshot import Snapshot
    from xenferry.rules.matrix import Matrix, Refusal


@click.command()
@click.argument("guests", nargs=-1)
@click.option("--wide", is_flag=True, help="A column for each host, however many there are.")
@click.option("--json", "as_json", is_flag=True, help="As JSON (docs/json.md).")
@crossing
@reads
def command(source: Source, guests: tuple[str, ...], wide: bool, as_json: bool, beyond: Beyond) -> int:
    """Show for every guest and host: yes, or the numbers of the reasons, which stand below in words (?: not known).

    GUESTS limits it to some. Of more hosts than the terminal has room for, each guest is told in one line.

    With --to-pool or --to-capture the hosts are those of another pool; `cold` then means: only when it is shut down,
    and `!` that XAPI would allow it and people would suffer from it. Disks go to the SR of --sr, else to the default SR
    there; interfaces to the network of the same name, unless --net says otherwise. Exit status 1 if a guest may go
    nowhere else.
    """
    snapshot = load(source)
    wanted = {find(snapshot, typed, ["VM"])[1] for typed in guests}
    table = tabulate_beyond(snapshot, beyond, wanted) if beyond else tabulate(snapshot, wanted)
    if as_json:
        say_json(table)
    else:
        say_matrix(table, wide=wide)
    return 1 if any(map(stuck_beyond if table.to else stuck, table.guests)) else 0


def tabulate_beyond(snapshot: Snapshot, beyond: Beyond, wanted: Iterable[str] = ()) -> Table:
    """Judge every guest (or the wanted ones) against every host of another pool."""
    from xenferry.rules import article

    there = load_there(snapshot, beyond)
    pairs: dict[Ref, list[Pair]] = {}
    for pair in judge(snapshot, there, beyond, wanted):
        pairs.setdefault(pair.vm.ref, []).append(pair)
    rows = tuple(_row_beyond(snapshot, each) for each in pairs.values())
    cells = [cell for row in rows for cell in row.cells]
    codes = dict.fromkeys(code for cell in cells for code in (*cell.reasons, *cell.risks, *cell.unknown))
    hosts = tuple(named(there, host.ref) for host in there.hosts)
    words = {code: article(code).title for code in codes}
    to = named(there, there.pool.ref)
    return Table(named(snapshot, snapshot.pool.ref), snapshot.taken_at, hosts, rows, words, to=to)


def _row_beyond(snapshot: Snapshot, pairs: Sequence[Pair]) -> Row:
    vm = pairs[0].vm
    moving = max(pair.disk_bytes for pair in pairs)
    return Row(named(snapshot, vm.ref), vm.power_state, tuple(map(_cell_beyond, pairs)), moving)


def _cell_beyond(pair: Pair) -> Cell:
    codes: dict[str, dict[str, None]] = {"blocks": {}, "unknown": {}, "risk": {}}
    for one in pair.live:
        codes[one.severity][one.code] = None
    answers = (one.error for one in pair.live if one.error)
    return Cell(
        pair.host.uuid,
        reasons=tuple(codes["blocks"]),
        error=next(answers, ()),
        unknown=tuple(codes["unknown"]),
        risks=tuple(codes["risk"]),
        cold=pair.cold,
    )


def tabulate(snapshot: Snapshot, wanted: Iterable[str] = ()) -> Table:
    """Judge every guest (or the wanted ones) against every host."""
    from xenferry.rules.catalogue import article
    from xenferry.rules.matrix import matrix

    only = set(wanted)
    judged = matrix(snapshot)
    guests = [vm for vm in snapshot.guests if not only or vm.ref in only]
    rows = tuple(_row(snapshot, judged, vm) for vm in guests)
    codes = dict.fromkeys(code for row in rows for cell in row.cells for code in (*cell.reasons, *cell.unknown))
    hosts = tuple(named(snapshot, host.ref) for host in snapshot.hosts)
    words = {code: article(code).title for code in codes}
    return Table(named(snapshot, snapshot.pool.ref), snapshot.taken_at, hosts, rows, words)


def _row(snapshot: Snapshot, judged: Matrix, vm: VM) -> Row:
    free = judged.allowed(vm)
    cells = []
    for place, host in enumerate(snapshot.hosts):
        if host.ref == vm.resident_on:
            cells.append(Cell(host.uuid, here=True))
        elif place in free:
            cells.append(Cell(host.uuid))
        else:
            cells.append(_refused(host, judged.why(vm, host), judged.first(vm, host)))
    return Row(named(snapshot, vm.ref), vm.power_state, tuple(cells))


def _refused(host: Host, why: Sequence[Refusal], first: tuple[str, ...] | None) -> Cell:
    reasons = dict.fromkeys(reason.code for reason in why if not reason.unknown)
    unknown = dict.fromkeys(reason.code for reason in why if reason.unknown)
    return Cell(host.uuid, reasons=tuple(reasons), error=first or (), unknown=tuple(unknown))
