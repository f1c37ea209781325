"""What a folder of recordings tells of a pool's past: pictures of the whole pool, in order of time.

Some are taken by a file itself: it lists every class, or event.from tells everything. Others follow: what was known
before a file, and what the file then showed of each object for the last time, is the pool after it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cmp_to_key
from typing import Any

from replay.recording import Line, Moment, Tables, by_class, listed, moment, told_at_first
from replay.start import OWNER, events_of, made_by, no_longer, records, refs_in, refs_of, renamed, start
from xenferry.lab import relations
from xenferry.lab.datamodel import NULL

Change = tuple[str, str, dict[str, Any] | None]


def pictures(recordings: Sequence[list[Line]]) -> list[tuple[Moment, Tables]]:
    """Every picture of a pool that the folder gives, and when it was true; start.py chooses among them."""
    taken: list[tuple[Moment, Tables]] = []
    for lines in sorted(recordings, key=cmp_to_key(_earlier)):
        own = [tables for tables in (told_at_first(lines), listed(lines)) if {"pool", "host", "VM"} <= tables.keys()]
        known = bool(own) or any(refs_in(tables) & refs_of(lines) for _, tables in taken)
        taken += [(moment(lines), tables) for tables in own]
        if known:
            taken.append(((*moment(lines)[:2], 1), _after(lines, start(lines, taken))))
    return sorted(taken, key=lambda each: each[0])


def _earlier(one: list[Line], other: list[Line]) -> int:
    """What was made in one file and is named in another was made before; else the moment tells."""
    mine, theirs = made_by(one) & refs_of(other), made_by(other) & refs_of(one)
    if bool(mine) != bool(theirs) and moment(one)[0] == moment(other)[0]:
        return -1 if mine else 1
    return -1 if moment(one) < moment(other) else 1


def _after(lines: list[Line], tables: Tables) -> Tables:
    """The pool when the file ends, as far as the file shows it."""
    tables = {cls: dict(rows) for cls, rows in tables.items()}
    for line in lines:
        for cls, ref, record in list(_changes(line, tables)):
            if record is None:
                tables.get(cls, {}).pop(ref, None)
            else:
                tables.setdefault(cls, {})[ref] = record
    passing = {name: {} for name in ("task", "message", "session")}
    return _consistent(renamed({**tables, **passing}, _processors_made_anew(tables)))


def _processors_made_anew(tables: Tables) -> dict[str, str]:
    """A host that restarts has its CPUs under other references, and files show the host rather than its CPUs."""
    new: dict[str, str] = {}
    for host, record in tables.get("host", {}).items():
        known = [ref for ref, cpu in tables.get("host_cpu", {}).items() if cpu["host"] == host]
        if len(known) == len(record["host_CPUs"]):
            new |= dict(zip(sorted(known), sorted(record["host_CPUs"]), strict=True))
    return {one: other for one, other in new.items() if one != other}


def _changes(line: Line, tables: Tables) -> Iterator[Change]:
    if line["method"] == "event.from":
        for event in events_of(line):
            [(cls, rows)] = by_class([{"snapshot": None, **event}]).items()
            yield cls, event["ref"], rows[event["ref"]]
    else:
        yield from records(line)
    if line["method"].endswith(".get_all_records"):
        yield from no_longer(line, tables)


def _consistent(tables: Tables) -> Tables:
    """Lists say what references say, where the two were not shown at the same time."""
    whole = {cls: {ref: dict(record) for ref, record in rows.items()} for cls, rows in tables.items()}
    for (cls, field), (parent, many) in relations.forward().items():
        members = whole.get(cls, {})
        for ref, record in whole.get(parent, {}).items() if (parent, many) in relations.derived() else ():
            record[many] = [each for each in record[many] if each in members and members[each][field] == ref]
    known = refs_in(whole)
    for vm in whole.get("VM", {}).values():
        vm["current_operations"] = {}
        vm["resident_on"] = vm["resident_on"] if vm["resident_on"] in known else NULL
        for device in [*vm["VBDs"], *vm["VIFs"]] if vm["power_state"] == "Halted" else ():
            for cls in ("VBD", "VIF"):
                whole.get(cls, {}).get(device, {}).update(currently_attached=False)
    for cls, field in OWNER.items():
        for ref in [ref for ref, record in whole.get(cls, {}).items() if record.get(field, NULL) not in known]:
            del whole[cls][ref]  # of an owner that the file does not show
    return whole
