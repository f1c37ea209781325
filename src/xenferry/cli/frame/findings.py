"""Findings as people read them: grouped by what must be done, worst first, each with cause and cure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import TYPE_CHECKING

from msgspec import Struct

from xenferry.cli.frame.emptying import Readiness
from xenferry.cli.frame.named import Named, named
from xenferry.cli.frame.paper import say

if TYPE_CHECKING:
    from xenferry.pool.records import Ref
    from xenferry.pool.snapshot import Snapshot
    from xenferry.rules.finding import Finding

LISTED_MAX = 8
"""So many objects of one kind of finding are listed in words; the rest is counted (`--json` has them all)."""


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
    remedy: str = ""
    """The command that cures it, where software can."""
    silenced: str = ""
    """Why nobody wants to hear of it (`xenferry silence`); it then counts nowhere."""
    cold: bool = False
    """It is gone once the guest is shut down; only of guests that shall go to another pool."""


class Way(Struct, frozen=True):
    """Where in another pool a guest may go."""

    guest: Named
    power_state: str
    live: tuple[Named, ...]
    """Hosts that take it as it is."""
    cold: tuple[Named, ...]
    """Hosts that take it only once it is shut down."""
    disk_bytes: int
    """What would be copied."""


class Report(Struct, frozen=True):
    """The answer of `check --json`; fields are only ever added, `format` counts the changes of meaning."""

    pool: Named
    taken_at: float
    """Seconds since the epoch, UTC; 0 if unknown."""
    hosts: int
    guests: int
    blocks: int
    """How many findings block, silenced ones aside."""
    findings: tuple[Item, ...]
    format: int = 1
    to: Named | None = None
    """The other pool whose hosts are meant; None: the guests stay in their pool."""
    ways: tuple[Way, ...] = ()
    """Of each guest that shall go there."""
    readiness: Readiness | None = None
    """Can every host be emptied? Only of a whole pool."""


KINDS = ("VM", "host", "SR", "network", "pool")
"""The classes by whose objects findings are chosen on a command line."""

ORDER = {"blocks": 0, "unknown": 1, "risk": 2, "note": 3}
_STYLE = {"blocks": "bold red", "unknown": "bold cyan", "risk": "bold yellow", "note": "bold"}
WORD = {"blocks": "BLOCKS", "unknown": "NOT KNOWN", "risk": "RISK", "note": "NOTE"}


def concerns(snapshot: Snapshot, finding: Finding, wanted: Sequence[Ref], host: Ref | None) -> bool:
    """Is it about one of these objects (any, if there are none), and does it speak of this host?"""
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


def report(snapshot: Snapshot, findings: Iterable[Finding]) -> Report:
    """What `check` answers."""
    from xenferry.plan.cure import curable

    items = tuple(_item(snapshot, finding, curable(snapshot, finding)) for finding in findings)
    blocks = sum(item.severity == "blocks" for item in items if not item.silenced)
    pool = named(snapshot, snapshot.pool.ref)
    return Report(pool, snapshot.taken_at, len(snapshot.hosts), len(snapshot.guests), blocks, ordered(items))


def ordered(items: Iterable[Item]) -> tuple[Item, ...]:
    """Worst first."""
    return tuple(sorted(items, key=lambda item: (ORDER[item.severity], item.code)))


def _item(snapshot: Snapshot, finding: Finding, by_program: bool) -> Item:
    from xenferry.rules.silence import reason

    return Item(
        finding.code,
        finding.severity.value,
        named(snapshot, finding.subject),
        named(snapshot, finding.cause),
        tuple(named(snapshot, host) for host in finding.hosts),
        finding.seen,
        finding.cures,
        finding.error,
        f"xenferry cure {finding.code}" if by_program else "",
        reason(snapshot, finding),
    )


def say_report(made: Report) -> None:
    """The report in words."""
    say_head(made)
    heard = [item for item in made.findings if not item.silenced]
    for (severity, code), items in groupby(heard, key=lambda item: (item.severity, item.code)):
        say()
        say(f"{WORD[severity]}  {code}", style=_STYLE[severity])
        _say_group(list(items))
    _say_silenced([item for item in made.findings if item.silenced])
    say()
    say(verdict(made), style="bold red" if made.blocks else "bold green")


def say_head(made: Report) -> None:
    """Which pool it is; or which guests go to which other pool."""
    if made.to is None:
        say(f"Pool {made.pool.name or '(no name)'}: {made.hosts} hosts, {made.guests} guests.", style="bold")
        if made.readiness:
            say(made.readiness.words, style="bold red" if made.readiness.weakest else "bold green")
        return
    from xenferry.cli.frame.departures import say_ways

    hosts, guests = _counted(made.hosts, "host"), _counted(made.guests, "guest")
    say(f"From pool {made.pool.name} to the {hosts} of pool {made.to.name}: {guests}.", style="bold")
    say_ways(made.ways, made.to)


def _say_silenced(items: Sequence[Item]) -> None:
    """One line for each reason; `--json` has every finding."""
    if items:
        say()
        say("Silenced:", style="bold")
    together: dict[tuple[str, str], list[Item]] = {}
    for item in items:
        together.setdefault((item.code, item.silenced), []).append(item)
    for (code, why), same in together.items():
        say(f"{code} ({_some(same)}): {why}", indent=2, hang=2)


def verdict(made: Report) -> str:
    """The one line that counts."""
    heard = [item for item in made.findings if not item.silenced]
    count = {word: sum(item.severity == word for item in heard) for word in ORDER}
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
        guests = len({item.subject.uuid for item in heard if item.severity == "blocks"})
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
        by_cure.setdefault((*item.cures, *_remedy(item)), []).append(item)
    for cures, together in by_cure.items():
        for item in together[:LISTED_MAX]:
            say(item.seen, indent=2, hang=2)
        if len(together) > LISTED_MAX:
            say(f"and {len(together) - LISTED_MAX} more of the same: {_some(together[LISTED_MAX:])}", indent=2, hang=2)
        for number, cure in enumerate(cures):
            lead = "or: " if number else "Cure: "
            say(lead + cure, indent=4, hang=2, style="green")


def _remedy(item: Item) -> tuple[str, ...]:
    return (f"Let xenferry do it: `{item.remedy}` shows the plan, and asks.",) if item.remedy else ()


def _some(items: Sequence[Item]) -> str:
    names = [item.subject.name for item in items]
    return ", ".join(names[:LISTED_MAX]) + (" ..." if len(names) > LISTED_MAX else "")
