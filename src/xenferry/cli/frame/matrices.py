"""A mobility matrix in words, on however narrow a terminal and for however many hosts."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from xenferry.cli.frame.named import Named
from xenferry.cli.frame.paper import columns, say, say_table
from xenferry.text import escape, width

TABLES = 3
"""A matrix that takes more tables than these, one below the other, is told in one line per guest."""
NAMED = 3
"""So many hosts are named; more are counted."""

Shown = Sequence[Sequence[str]]
"""What each guest's cells say."""


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


def stuck(row: Row) -> bool:
    """Whether a guest that runs may go to no host but its own."""
    return row.power_state == "Running" and all(cell.here or cell.reasons or cell.unknown for cell in row.cells)


def stuck_beyond(row: Row) -> bool:
    """Whether no host of the other pool takes a guest, not even when it is shut down."""
    return all((cell.reasons and not cell.cold) or cell.unknown for cell in row.cells)


def say_matrix(table: Table, *, wide: bool = False) -> None:
    """The matrix in words: a column for each host, in several tables if need be; of many hosts one line per guest.

    Args:
        table: what was judged.
        wide: a column for each host, however many tables that takes.
    """
    numbers = {code: str(number) for number, code in enumerate(table.words, 1)}
    shown = [[_cell(cell, numbers) for cell in row.cells] for row in table.guests]
    blocks = _blocks(table, shown)
    if len(blocks) > TABLES and not wide:
        _say_lines(table, shown)
    else:
        _say_blocks(table, shown, blocks)
    for code, number in numbers.items():
        say(f"{number:>3}  {code}: {table.words[code]}", hang=5)
    _say_sum(table)


def _say_blocks(table: Table, shown: Shown, blocks: Sequence[Sequence[int]]) -> None:
    """Guests by hosts."""
    for block in blocks:
        header = ["guest", *(escape(table.hosts[at].name) for at in block)]
        rows = zip(table.guests, shown, strict=True)
        say_table(header, [[row.guest.name, *(cells[at] for at in block)] for row, cells in rows])
        say()


def _say_lines(table: Table, shown: Shown) -> None:
    """A line for each guest: to how many hosts it may go, and which marks the others have."""
    rows = [
        (row.guest.name, _own(table, row), _count(row, cells), _others(table, cells))
        for row, cells in zip(table.guests, shown, strict=True)
    ]
    if table.to:
        say_table(("guest", "may go to", "the others"), [(guest, count, others) for guest, _, count, others in rows])
    else:
        say_table(("guest", "runs on", "may go to", "the others"), rows)
    say()


def _own(table: Table, row: Row) -> str:
    names = {host.uuid: host.name for host in table.hosts}
    return next((names[cell.host] for cell in row.cells if cell.here), row.power_state.lower())


def _count(row: Row, cells: Sequence[str]) -> str:
    may, asked = sum(text.startswith("yes") for text in cells), sum(not cell.here for cell in row.cells)
    return f"all {asked}" if may == asked else f"{may} of {asked}"


def _others(table: Table, cells: Sequence[str]) -> str:
    """`1,2: 61 hosts; 3: xcp7, xcp9`: every mark with the hosts that have it."""
    marked: dict[str, list[str]] = {}
    for host, text in zip(table.hosts, cells, strict=True):
        if text not in ("yes", "here"):
            marked.setdefault(text, []).append(host.name)
    few = {text: ", ".join(names) if len(names) <= NAMED else f"{len(names)} hosts" for text, names in marked.items()}
    return "; ".join(f"{text}: {hosts}" for text, hosts in few.items())


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


def _blocks(table: Table, shown: Shown) -> list[list[int]]:
    """The hosts' positions, in groups that fit beside the guests' names."""
    room = columns() - min(max((width(escape(row.guest.name)) for row in table.guests), default=5), 30)
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
