"""What the pool was when a recorded file begins, from what the recordings themselves tell.

The files of a folder may show one pool as it goes on, or several. A file starts as the last whole picture taken before
it (sessions are numbered in order of time, whatever the files are called), if that is of the same pool, and then:

- a table that the file lists before it changes anything is as listed;
- an object that it reads before it changes anything is as read;
- an object that nothing before it knew, and that no call of the file made, was there as it is first shown, unless an
  earlier list of the file did not have it;
- an object that is no longer there when it is first asked for was not there;
- what only clients set (names, other_config, tags ...) of an object that no call has named so far is as first shown.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from replay.recording import Line, Tables, by_class, listed, told_at_first
from xenferry.lab.datamodel import datamodel

SESSION_NUMBER = re.compile(r"OpaqueRef:session-(\d+)")
REF = re.compile(r"OpaqueRef:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
BY_THE_WAY = ("task", "message", "VM_metrics", "VM_guest_metrics", "console")
"""Classes whose objects XAPI makes along with others, so that no answer names them when they are made."""
QUIET = ("session.", "event.", "system.")
"""Calls that change nothing of the pool, besides those that read."""


def pictures(recordings: Sequence[list[Line]]) -> list[tuple[int, Tables]]:
    """Every whole picture of a pool in the folder, with the number of the session that took it, in order of time."""
    shown = ((_first_session(lines), made) for lines in recordings for made in (told_at_first(lines), listed(lines)))
    return sorted((each for each in shown if {"pool", "host", "VM"} <= each[1].keys()), key=lambda each: each[0])


def start(lines: list[Line], taken: Sequence[tuple[int, Tables]]) -> Tables:
    """The pool at the beginning of a file; `taken` are the folder's pictures."""
    told = told_at_first(lines)
    tables = {cls: dict(rows) for cls, rows in (told or _before(lines, taken)).items()}
    if told:
        return tables
    for cls, ref, record in _shown(lines, tables):
        if record is None:
            tables.get(cls, {}).pop(ref, None)
        else:
            tables.setdefault(cls, {})[ref] = record
    return tables


def _before(lines: list[Line], taken: Sequence[tuple[int, Tables]]) -> Tables:
    """The last picture before the file, or else the first after it, of the pool that the file speaks of.

    A file that names nothing of any picture is of another pool, if it shows hosts of its own.
    """
    number, named = _first_session(lines), set(REF.findall(json.dumps([line.get("params") for line in lines])))
    same = [(when, tables) for when, tables in taken if named & {ref for rows in tables.values() for ref in rows}]
    if not same and any(cls == "host" for cls, *_ in _shown(lines, {})):
        return {}
    same = same or list(taken)
    earlier = [tables for when, tables in same if when <= number]
    later = [tables for when, tables in same if when > number]
    return (earlier or later[:1] or [{}])[-1]


def _first_session(lines: list[Line]) -> int:
    found = SESSION_NUMBER.findall(json.dumps([[line.get("params"), line.get("body")] for line in lines[:50]]))
    return min(map(int, found), default=0)


def _shown(lines: list[Line], base: Tables) -> Iterator[tuple[str, str, dict[str, Any] | None]]:
    """What the file tells of its beginning: (class, reference, record or None for "not there")."""
    known = {ref: record for rows in base.values() for ref, record in rows.items()}
    made: set[str] = set()
    meant: set[str] = set()
    listed_before: set[str] = set()
    calm = True
    for line in lines:
        calm = calm and not _changes(line)
        meant |= set(REF.findall(json.dumps(line["params"]))) if _changes(line) else set()
        listing = line["method"].endswith(".get_all_records")
        for cls, ref, record in _records(line):
            if ref in made or (listing and not calm and cls in listed_before):
                continue
            if calm or (record is not None and ref not in known and cls not in BY_THE_WAY):
                made.add(ref)
                yield cls, ref, record
            elif record is not None and ref in known and ref not in meant:
                made.add(ref)
                yield cls, ref, known[ref] | _set_by_clients(cls, record)
        if calm and listing:
            yield from _no_longer(line, base)
        made |= _created(line)
        if listing and _result(line) is not None:
            listed_before.add(line["method"].partition(".")[0])


def _set_by_clients(cls: str, record: dict[str, Any]) -> dict[str, Any]:
    fields = datamodel().classes[cls].fields
    return {name: value for name, value in record.items() if name in fields and fields[name].access == "RW"}


def _changes(line: Line) -> bool:
    return not line["method"].startswith(QUIET) and ".get_" not in line["method"] and line["protocol"] != "http"


def _created(line: Line) -> set[str]:
    """What a call that is no read gave back, or what a stream says has come: it was not there before."""
    if line["method"] == "event.from":
        return {event["ref"] for event in _events(line) if event["operation"] == "add"}
    result = _result(line)
    if line["method"] == "task.get_record" and isinstance(result, dict):
        return set(REF.findall(result["result"]))
    return set(REF.findall(str(line.get("body")))) if _changes(line) or "Async." in line["method"] else set()


def _records(line: Line) -> Iterator[tuple[str, str, dict[str, Any] | None]]:
    """Whole records in an answer; None for an object that is not there."""
    cls, _, call = line["method"].partition(".")
    result = _result(line)
    if call == "get_record" and isinstance(result, dict):
        yield cls, str(line["params"][1]), result
    elif call == "get_record" and _is_gone(line):
        yield cls, str(line["params"][1]), None
    elif call == "get_all_records" and isinstance(result, dict):
        yield from ((cls, ref, record) for ref, record in result.items())
    elif line["method"] == "event.from" and _is_first(line):
        tables = by_class([event for event in _events(line) if "snapshot" in event])
        yield from ((cls, ref, record) for cls, rows in tables.items() for ref, record in rows.items())


def _is_first(line: Line) -> bool:
    return len(line["params"]) > 2 and line["params"][2] == ""


def _no_longer(line: Line, base: Tables) -> Iterator[tuple[str, str, None]]:
    """What the picture had and a whole list does not."""
    cls, result = line["method"].partition(".")[0], _result(line)
    if isinstance(result, dict):
        yield from ((cls, ref, None) for ref in base.get(cls, {}) if ref not in result)


def _is_gone(line: Line) -> bool:
    body = str(line.get("body"))
    return "HANDLE_INVALID" in body and str(line["params"][1]) in body


def _result(line: Line) -> Any:
    """The result of an answer in JSON; XML tells no numbers from text, and what it shows JSON shows too."""
    if not line["protocol"].startswith("json") or line.get("content_type") != "application/json":
        return None
    try:
        return json.loads(line.get("body") or "{}").get("result")
    except ValueError:
        return None


def _events(line: Line) -> Iterable[dict[str, Any]]:
    result = _result(line)
    events = result.get("events", []) if isinstance(result, dict) else []
    proper = {name.lower() for name in datamodel().classes}
    return [event for event in events if event["class"] in proper]
