"""Guests and hosts: who may run where, or the reason why not."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import click
from msgspec import Struct

from xenferry.cli.frame.crossing import Beyond, Pair, crossing, judge, load_there
from xenferry.cli.frame.named import Named, named
from xenferry.cli.frame.names import find
from xenferry.cli.frame.paper import columns, say, say_json, say_table
from xenferry.cli.frame.source import Source, load, reads
from xenferry.text import escape, width

if TYPE_CHECKING:
    from xenferry.pool.records import VM, Host, Ref
    from xenferry.pool.snapshot import Snapshot
    from xenferry.rules.matrix import Matrix, Refusal


class Cell(Struct, frozen=True, omit_defaults=True):
    """One guest on one host."""

    host: str
    """The host's UUID."""
    here: bool = False
    """The guest runs there now."""
    reasons: tuple[str, ...] = ()
    """The codes of all rules that refuse, in XAPI's order; none: it may go there."""
    error: tuple[str, ...] = ()
    """What XAPI would answer."""
    unknown: tuple[str, ...] = ()
    """The codes of rules that could not be judged from what is known."""
    risks: tuple[str, ...] = ()
    """The codes of rules that warn of a host that XAPI would allow; only for hosts of another pool."""
    cold: bool = False
    """Nothing of `reasons` is left once the guest is shut down; only for hosts of another pool."""


class Row(Struct, frozen=True):
    """One guest."""

    guest: Named
    power_state: str
    cells: tuple[Cell, ...]
    disk_bytes: int = 0
    """What would be copied of its disks; 0 inside the pool, where disks stay."""


class Table(Struct, frozen=True):
    """The answer of `matrix --json`."""

    pool: Named
    taken_at: float
    hosts: tuple[Named, ...]
    guests: tuple[Row, ...]
    words: dict[str, str]
    """What each code means, in one sentence."""
    format: int = 1
    to: Named | None = None
    """The other pool whose hosts these are; None: they are this pool's own."""


@click.command()
@click.argument("guests", nargs=-1)
@click.option("--json", "as_json", is_flag=True, help="As JSON (docs/json.md).")
@crossing
@reads
def command(source: Source, guests: tuple[str, ...], as_json: bool, beyond: Beyond) -> int:
    """Show for every guest and host: yes, or the numbers of the reasons, which stand below in words (?: not known).

    GUESTS limits it to some. With --to-pool or --to-capture the hosts are those of another pool; `cold` then means:
    only when it is shut down, and `!` that XAPI would allow it and people would suffer from it. Disks go to the SR of
    --sr, else to the default SR there; interfaces to the network of the same name, unless --net says otherwise. Exit
    status 1 if a guest may go nowhere else.
    """
    snapshot = load(source)
    wanted = {find(snapshot, typed, ["VM"])[1] for typed in guests}
    table = tabulate_beyond(snapshot, beyond, wanted) if beyond else tabulate(snapshot, wanted)
    if as_json:
        say_json(table)
    else:
        say_matrix(table)
    return 1 if any(map(stuck_beyond if table.to else stuck, table.guests)) else 0


def stuck(row: Row) -> bool:
    """Whether a guest that runs may go to no host but its own."""
    return row.power_state == "Running" and all(cell.here or cell.reasons or cell.unknown for cell in row.cells)


def stuck_beyond(row: Row) -> bool:
    """Whether no host of the other pool takes a guest, not even when it is shut down."""
    return all((cell.reasons and not cell.cold) or cell.unknown for cell in row.cells)


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


def say_matrix(table: Table) -> None:
    """The matrix in words, split into as many tables as the width asks for."""
    numbers = {code: str(number) for number, code in enumerate(table.words, 1)}
    names = [row.guest.name for row in table.guests]
    shown = [[_cell(cell, numbers) for cell in row.cells] for row in table.guests]
    for block in _blocks(table, names, shown):
        header = ["guest", *(escape(table.hosts[at].name) for at in block)]
        say_table(header, [[name, *(cells[at] for at in block)] for name, cells in zip(names, shown, strict=True)])
        say()
    for code, number in numbers.items():
        say(f"{number:>3}  {code}: {table.words[code]}", hang=5)
    _say_sum(table)


def _say_sum(table: Table) -> None:
    if table.to:
        _say_sum_beyond(table, table.to)
        return
    left = [row.guest.name for row in table.guests if stuck(row)]
    running = sum(row.power_state == "Running" for row in table.guests)
    if left:
        say(f"{len(left)} of {running} running guests can go to no other host.", style="bold red")
    else:
        say(f"Each of the {running} running guests can go to another host.", style="bold green")


def _say_sum_beyond(table: Table, to: Named) -> None:
    from xenferry.plan.words import size

    left = sum(map(stuck_beyond, table.guests))
    moving = size(sum(row.disk_bytes for row in table.guests if not stuck_beyond(row)))
    if left:
        say(f"{left} of {len(table.guests)} guests can go to no host of pool {to.name}.", style="bold red")
    else:
        say(f"Each of the {len(table.guests)} guests can go to pool {to.name}.", style="bold green")
    say(f"Copied of the disks of those that can go: {moving}.")


def _cell(cell: Cell, numbers: dict[str, str]) -> str:
    if cell.here:
        return "here"
    marked = [f"?{numbers[code]}" for code in cell.unknown] + [f"!{numbers[code]}" for code in cell.risks]
    shown = ",".join([*(numbers[code] for code in cell.reasons), *marked])
    if cell.cold:
        return f"cold ({shown})" if shown else "cold"
    return shown if cell.reasons or cell.unknown else " ".join(["yes", *marked])


def _blocks(table: Table, names: Sequence[str], shown: Sequence[Sequence[str]]) -> list[list[int]]:
    """The hosts' positions, in groups that fit beside the guests' names."""
    room = columns() - min(max((width(escape(name)) for name in names), default=5), 30)
    blocks: list[list[int]] = []
    used = room
    for at, host in enumerate(table.hosts):
        wanted = 2 + max([width(escape(host.name)), *(len(cells[at]) for cells in shown)])
        if used + wanted > room:
            blocks.append([])
            used = 0
        blocks[-1].append(at)
        used += wanted
    return blocks
