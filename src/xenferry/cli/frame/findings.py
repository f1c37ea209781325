"""Findings as people read them: grouped by what must be done, worst first, each with cause and cure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import TYPE_CHECKING

from msgspec import Struct

from xenferry.cli.frame.paper import say

if TYPE_CHECKING:
    from xenferry.pool.snapshot import Snapshot
    from xenferry.rules.finding import Finding

LISTED_MAX = 8
"""So many objects of one kind of finding are listed in words; the rest is counted (`--json` has them all)."""


class Named(Struct, frozen=True):
    """An object as JSON names it."""

    kind: str
    uuid: str
    name: str


class Item(Struct, frozen=True, omit_defaults=True):
    """One finding as JSON gives it."""

    code: str
    severity: str
    subject: Named
    cause: Named
    hosts: tuple[Named, ...]
    seen: str
    cures: tuple[str, ...]
    error: tuple[str, ...] = ()


class Report(Struct, frozen=True):
    """The answer of `check --json`; fields are only ever added, `format` counts the changes of meaning."""

    pool: Named
    taken_at: float
    """Seconds since the epoch, UTC; 0 if unknown."""
    hosts: int
    guests: int
    blocks: int
    """How many findings block."""
    findings: tuple[Item, ...]
    format: int = 1


_ORDER = {"blocks": 0, "unknown": 1, "risk": 2, "note": 3}
_STYLE = {"blocks": "bold red", "unknown": "bold cyan", "risk": "bold yellow", "note": "bold"}
_WORD = {"blocks": "BLOCKS", "unknown": "NOT KNOWN", "risk": "RISK", "note": "NOTE"}


def named(snapshot: Snapshot, ref: str) -> Named:
    """What an object is, for JSON and for words."""
    for kind, table in snapshot.tables.items():
        record = table.get(ref)  # type: ignore[call-overload]
        if record is not None:
            return Named(kind, record.uuid, snapshot.name(ref))
    return Named("", "", ref)


def report(snapshot: Snapshot, findings: Iterable[Finding]) -> Report:
    """What `check` answers."""
    items = tuple(_item(snapshot, finding) for finding in findings)
    ordered = tuple(sorted(items, key=lambda item: (_ORDER[item.severity], item.code)))
    blocks = sum(item.severity == "blocks" for item in items)
    pool = named(snapshot, snapshot.pool.ref)
    return Report(pool, snapshot.taken_at, len(snapshot.hosts), len(snapshot.guests), blocks, ordered)


def _item(snapshot: Snapshot, finding: Finding) -> Item:
    return Item(
        finding.code,
        finding.severity.value,
        named(snapshot, finding.subject),
        named(snapshot, finding.cause),
        tuple(named(snapshot, host) for host in finding.hosts),
        finding.seen,
        finding.cures,
        finding.error,
    )


def say_report(made: Report) -> None:
    """The report in words."""
    say(f"Pool {made.pool.name or '(no name)'}: {made.hosts} hosts, {made.guests} guests.", style="bold")
    for (severity, code), items in groupby(made.findings, key=lambda item: (item.severity, item.code)):
        say()
        say(f"{_WORD[severity]}  {code}", style=_STYLE[severity])
        _say_group(list(items))
    say()
    say(verdict(made), style="bold red" if made.blocks else "bold green")


def verdict(made: Report) -> str:
    """The one line that counts."""
    count = {word: sum(item.severity == word for item in made.findings) for word in _ORDER}
    rest = ", ".join(
        part
        for part in (
            _counted(count["risk"], "risk"),
            f"{count['unknown']} not known" if count["unknown"] else "",
            _counted(count["note"], "note"),
        )
        if part
    )
    if made.blocks:
        guests = len({item.subject.uuid for item in made.findings if item.severity == "blocks"})
        return f"Not ready: {_counted(made.blocks, 'blocker')} on {_counted(guests, 'object')}" + (
            f"; {rest}." if rest else "."
        )
    return "Ready: nothing blocks" + (f"; {rest}." if rest else ".")


def _counted(count: int, word: str) -> str:
    return f"{count} {word}{'' if count == 1 else 's'}" if count else ""


def _say_group(items: Sequence[Item]) -> None:
    """Findings with the same cures are said together, so that what must be done is read once."""
    by_cure: dict[tuple[str, ...], list[Item]] = {}
    for item in items:
        by_cure.setdefault(item.cures, []).append(item)
    for cures, together in by_cure.items():
        for item in together[:LISTED_MAX]:
            say(item.seen, indent=2, hang=2)
        if len(together) > LISTED_MAX:
            say(f"and {len(together) - LISTED_MAX} more of the same: {_some(together[LISTED_MAX:])}", indent=2, hang=2)
        for number, cure in enumerate(cures):
            lead = "or: " if number else "Cure: "
            say(lead + cure, indent=4, hang=2, style="green")


def _some(items: Sequence[Item]) -> str:
    names = [item.subject.name for item in items]
    return ", ".join(names[:LISTED_MAX]) + (" ..." if len(names) > LISTED_MAX else "")
