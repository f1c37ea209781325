"""Guests and another pool, as a report: who may go there, live or shut down, and what keeps the others."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from xenferry.cli.frame.crossing import Pair
from xenferry.cli.frame.findings import Item, Report, Way, ordered
from xenferry.cli.frame.named import Named, named

if TYPE_CHECKING:
    from xenferry.pool.snapshot import Snapshot
    from xenferry.rules.crossings import Objection


def report_beyond(here: Snapshot, there: Snapshot, pairs: Iterable[Pair]) -> Report:
    """What `check --to-pool` answers."""
    by_guest: dict[str, list[Pair]] = {}
    for pair in pairs:
        by_guest.setdefault(pair.vm.ref, []).append(pair)
    items = [item for each in by_guest.values() for item in _items(here, there, each)]
    return Report(
        named(here, here.pool.ref),
        here.taken_at,
        len(there.hosts),
        len(by_guest),
        sum(item.severity == "blocks" for item in items),
        ordered(items),
        to=named(there, there.pool.ref),
        ways=tuple(_way(here, there, each) for each in by_guest.values()),
    )


def _way(here: Snapshot, there: Snapshot, pairs: Sequence[Pair]) -> Way:
    free = [pair for pair in pairs if not pair.refused and not pair.cold]
    cold = [pair for pair in pairs if pair.cold]
    live, halted = (tuple(named(there, pair.host.ref) for pair in each) for each in (free, cold))
    moving = max(pair.disk_bytes for pair in pairs)
    return Way(named(here, pairs[0].vm.ref), pairs[0].vm.power_state, live, halted, moving)


def _items(here: Snapshot, there: Snapshot, pairs: Sequence[Pair]) -> Iterable[Item]:
    """One finding for each rule that speaks, with all the hosts that it speaks of."""
    spoken: dict[str, list[tuple[Pair, Objection]]] = {}
    for pair in pairs:
        for one in pair.live:
            spoken.setdefault(one.code, []).append((pair, one))
    for found in spoken.values():
        yield _item(here, there, found)


def _item(here: Snapshot, there: Snapshot, found: Sequence[tuple[Pair, Objection]]) -> Item:
    (pair, one), more = found[0], len(found) - 1
    cause = named(here, one.words.cause)
    also = f" The same holds for {more} more {'hosts' if more > 1 else 'host'} of that pool." if more else ""
    halted = {each.code for other, _ in found for each in other.halted}
    return Item(
        one.code,
        one.severity.value,
        named(here, pair.vm.ref),
        cause if cause.kind else named(there, one.words.cause),
        tuple(named(there, other.host.ref) for other, _ in found),
        one.words.seen + also,
        one.words.cures,
        one.error,
        cold=one.code not in halted,
    )


def say_ways(ways: Sequence[Way], to: Named) -> None:
    """One line for each guest: where it may go, and how."""
    from xenferry.cli.frame.paper import say
    from xenferry.plan.words import size

    for way in ways:
        moving = f", copying {size(way.disk_bytes)}" if way.disk_bytes else ""
        how = {"Running": "live", "Suspended": "suspended"}.get(way.power_state, "as it is")
        parts = [f"{how} to {_names(way.live)}"] if way.live else []
        parts += [f"shut down to {_names(way.cold)}"] if way.cold else []
        where = f"{', '.join(parts)}{moving}." if parts else f"no host of pool {to.name} takes it."
        say(f"{way.guest.name}: {where}", style="" if parts else "bold red", hang=2)


def _names(hosts: Sequence[Named]) -> str:
    return " or ".join(host.name for host in hosts)
