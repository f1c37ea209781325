"""What the pool was when a recorded file begins, from what the recordings themselves tell.

The files of a folder may show one pool as it goes on, or several. A file starts as the last whole picture taken before
it (sessions are numbered in order of time, whatever the files are called), if that is of the same pool, and then:

- a table that the file lists before it changes anything is as listed;
- an object that it reads before it changes anything is as read;
- an object that nothing before it knew, and that no call of the file made, was there as it is first shown, unless an
  earlier list of the file did not have it;
- an object that is no longer there when it is first asked for was not there;
- what only clients set (names, other_config, tags ...) is as first shown, if no call of the file has set it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from replay.recording import Line, Moment, Tables, by_class, moment, told_at_first
from xenferry.lab.datamodel import NULL, datamodel

MAKING = re.compile(r"\.(?:create|clone|copy|snapshot|checkpoint|introduce)$")
SETTER = re.compile(r"\.(?:set|add_to|remove_from|add|remove)_(\w+)$")
REF = re.compile(r"OpaqueRef:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
BY_THE_WAY = ("task", "message", "VM_metrics", "VM_guest_metrics", "console")
"""Classes whose objects XAPI makes along with others, so that no answer names them when they are made."""
OF_GUESTS = ("VM", "VBD", "VIF", "VDI", *BY_THE_WAY)
"""Classes whose objects change with guests' lives, whether a call names them or not."""
PASSING = ("resident_VMs", "current_operations", "allowed_operations", "VDIs", "VIFs")
FOUND_BY_SCAN = ("virtual_allocation", "physical_utilisation", "physical_size", "other_config")
OWNER = {"VBD": "VM", "VIF": "VM", "console": "VM", "VTPM": "VM", "PBD": "SR", "VDI": "SR", "VLAN": "untagged_PIF"}
QUIET = ("session.", "event.", "system.")
"""Calls that change nothing of the pool, besides those that read."""


def start(lines: list[Line], taken: Sequence[tuple[Moment, Tables]]) -> Tables:
    """The pool at the beginning of a file; `taken` are the folder's pictures."""
    told = told_at_first(lines)
    tables = {cls: dict(rows) for cls, rows in (told or _before(lines, taken)).items()}
    if told:
        return tables
    tables = renamed(tables, _made_anew(lines, tables))
    for cls, ref, record in (*_shown(lines, tables), *_scanned(lines, tables)):
        if record is None:
            tables.get(cls, {}).pop(ref, None)
        else:
            tables.setdefault(cls, {})[ref] = record
    return tables


def _scanned(lines: list[Line], tables: Tables) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """SRs as the first event tells of them, in what a scan finds: XAPI scans by itself between two files."""
    seen: set[str] = set()
    for line in (line for line in lines if line["method"] == "event.from"):
        for event in events_of(line):
            if event["class"] == "sr" and event["operation"] == "mod" and event["ref"] not in seen:
                seen.add(event["ref"])
                known = tables.get("SR", {}).get(event["ref"])
                found = {name: event["snapshot"][name] for name in FOUND_BY_SCAN}
                if known is not None:
                    yield "SR", event["ref"], known | found


def _made_anew(lines: list[Line], base: Tables) -> dict[str, str]:
    """Parts that a host has under other references than in the picture: XAPI makes its CPUs anew when it restarts."""
    known = {ref: record for rows in base.values() for ref, record in rows.items()}
    new: dict[str, str] = {}
    made: set[str] = set()
    for line in lines:
        for cls, ref, record in records(line) if line["method"].startswith("host.get_") else ():
            old = known.get(ref, {}).get("host_CPUs", []) if cls == "host" and record is not None else []
            seen = record["host_CPUs"] if record is not None and old else []
            if len(old) == len(seen) and not made & set(seen):
                new |= {one: other for one, other in zip(sorted(old), sorted(seen), strict=True) if one not in new}
        made |= _created(line)
    return {one: other for one, other in new.items() if one != other}


def renamed(tables: Tables, new: dict[str, str]) -> Tables:
    text = REF.sub(lambda found: new.get(found[0], found[0]), json.dumps(tables)) if new else json.dumps(tables)
    whole: Tables = json.loads(text)
    return whole


def _before(lines: list[Line], taken: Sequence[tuple[Moment, Tables]]) -> Tables:
    """The last picture before the file, or else the first after it, of the pool that the file speaks of.

    A file that names nothing of any picture is of another pool, if it shows hosts of its own.
    """
    now, named = moment(lines), set(REF.findall(json.dumps([line.get("params") for line in lines])))
    same = [(when, tables) for when, tables in taken if named & refs_in(tables)]
    if not same and any(cls == "host" for cls, *_ in _shown(lines, {})):
        return {}
    same = same or list(taken)
    made = made_by(lines)
    earlier = [tables for when, tables in same if when <= now and not made & refs_in(tables)]
    later = [tables for when, tables in same if when > now or made & refs_in(tables)]
    if earlier:
        return earlier[-1]
    return _unset(_without(later[0], made | _not_listed(lines, later[0])), lines) if later else {}


def _unset(tables: Tables, lines: list[Line]) -> Tables:
    """Without the entries of maps that the file adds itself."""
    adding = [line for line in lines if ".add_to_" in line["method"] and not _refused(line)]
    for cls, _, rest in (line["method"].partition(".add_to_") for line in adding):
        for line in (each for each in adding if each["method"] == f"{cls}.add_to_{rest}"):
            record = tables.get(cls, {}).get(str(line["params"][1]), {})
            if rest in record:
                record[rest] = {key: value for key, value in record[rest].items() if key != line["params"][2]}
    return tables


def _not_listed(lines: list[Line], later: Tables) -> set[str]:
    """What a later picture has and a list in the file does not: it came afterwards."""
    lists = (line for line in lines if line["method"].endswith(".get_all_records"))
    return {ref for line in lists for _, ref, _ in no_longer(line, later)}


def refs_in(tables: Tables) -> set[str]:
    return {ref for rows in tables.values() for ref in rows}


def refs_of(lines: list[Line]) -> set[str]:
    """What the requests and answers of a file name."""
    return set(REF.findall(json.dumps([[line.get("params"), line.get("body")] for line in lines])))


def made_by(lines: list[Line]) -> set[str]:
    """What calls of the file that make something gave back."""
    making = (line for line in lines if MAKING.search(line["method"]) and not _refused(line))
    return {ref for line in making for ref in REF.findall(str(line.get("body")))}


def _without(tables: Tables, made: set[str]) -> Tables:
    """The picture before these objects and what belongs to them came."""
    gone = set(made)
    while True:
        more = {
            ref
            for cls, rows in tables.items()
            for ref, record in rows.items()
            if ref not in gone and (record.get(OWNER.get(cls, "")) in gone or _only_of(cls, ref, tables, gone))
        }
        if not more:
            break
        gone |= more
    left = {cls: {ref: row for ref, row in rows.items() if ref not in gone} for cls, rows in tables.items()}
    return {cls: {ref: _unlisted(row, gone) for ref, row in rows.items()} for cls, rows in left.items()}


def _only_of(cls: str, ref: str, tables: Tables, gone: set[str]) -> bool:
    """Metrics belong to the guest that names them."""
    field = {"VM_metrics": "metrics", "VM_guest_metrics": "guest_metrics"}.get(cls, "")
    return bool(field) and any(vm in gone and record[field] == ref for vm, record in tables["VM"].items())


def _unlisted(record: dict[str, Any], gone: set[str]) -> dict[str, Any]:
    return {
        name: [each for each in value if each not in gone]
        if isinstance(value, list) and all(isinstance(each, str) for each in value)
        else NULL
        if isinstance(value, str) and value in gone
        else value
        for name, value in record.items()
    }


def _shown(lines: list[Line], base: Tables) -> Iterator[tuple[str, str, dict[str, Any] | None]]:
    """What the file tells of its beginning: (class, reference, record or None for "not there")."""
    known = {ref: record for rows in base.values() for ref, record in rows.items()}
    made: set[str] = set()
    meant: set[tuple[str, str]] = set()
    named: set[str] = set()
    listed_before: set[str] = set()
    tried: set[tuple[str, str]] = set()
    calm = True
    for line in lines:
        calm = calm and not _changes(line)
        meant |= _fields_set(line)
        named |= set(REF.findall(json.dumps(line["params"]))) if _changes(line) else set()
        listing = line["method"].endswith(".get_all_records")
        for cls, ref, record in records(line):
            if ref in made or (listing and not calm and cls in listed_before) or _left(cls, record, tried, known, ref):
                continue
            if calm or (record is not None and ref not in known and cls not in BY_THE_WAY):
                made.add(ref)
                yield cls, ref, record
            elif record is not None and ref in known:
                made.add(ref)
                whole = cls not in OF_GUESTS and ref not in named
                shown = _lasting(record) if whole else _set_by_clients(cls, ref, record, meant)
                yield cls, ref, known[ref] | shown
        if calm and listing:
            yield from no_longer(line, base)
        made |= _created(line)
        tried |= {(line["method"].partition(".")[0], str(each)) for each in line["params"] or () if _tries(line)}
        if listing and _result(line) is not None:
            listed_before.add(line["method"].partition(".")[0])


def _tries(line: Line) -> bool:
    return line["method"].endswith(".create") and _refused(line)


def _left(
    cls: str, record: dict[str, Any] | None, tried: set[tuple[str, str]], known: dict[str, dict[str, Any]], ref: str
) -> bool:
    """Whether a call of the file that failed half-way may have left this behind."""
    return record is not None and ref not in known and (cls, str(record.get("name_label"))) in tried


def _lasting(record: dict[str, Any]) -> dict[str, Any]:
    """Without what the work of others changes by the second."""
    return {name: value for name, value in record.items() if name not in PASSING}


def _set_by_clients(cls: str, ref: str, record: dict[str, Any], meant: set[tuple[str, str]]) -> dict[str, Any]:
    fields = datamodel().classes[cls].fields
    own = (name for name in record if name in fields and fields[name].access == "RW")
    return {name: record[name] for name in own if (ref, name) not in meant}


def _fields_set(line: Line) -> set[tuple[str, str]]:
    """The reference and field of a setter."""
    setter = SETTER.search(line["method"])
    return {(str(line["params"][1]), setter[1])} if setter and len(line["params"]) > 1 else set()


def _changes(line: Line) -> bool:
    """A call that does more than read, and was not refused at once."""
    quiet = line["method"].startswith(QUIET) or ".get_" in line["method"] or line["protocol"] == "http"
    return not quiet and not _refused(line)


def _refused(line: Line) -> bool:
    body = str(line.get("body"))
    return '"error":{' in body or '"error":[' in body or "<value>Failure</value>" in body


def _created(line: Line) -> set[str]:
    """What a call that is no read gave back, or what a stream says has come: it was not there before."""
    if line["method"] == "event.from":
        return {event["ref"] for event in events_of(line) if event["operation"] == "add"}
    result = _result(line)
    if line["method"] == "task.get_record" and isinstance(result, dict):
        return set(REF.findall(result["result"]))
    return set(REF.findall(str(line.get("body")))) if _changes(line) or "Async." in line["method"] else set()


def records(line: Line) -> Iterator[tuple[str, str, dict[str, Any] | None]]:
    """Whole records in an answer; None for an object that is not there."""
    cls, _, call = line["method"].partition(".")
    result = None if cls == "session" else _result(line)  # sessions are made by logins
    if call == "get_record" and isinstance(result, dict):
        yield cls, str(line["params"][1]), result
    elif call == "get_record" and _is_gone(line):
        yield cls, str(line["params"][1]), None
    elif call == "get_all_records" and isinstance(result, dict):
        yield from ((cls, ref, record) for ref, record in result.items())
    elif line["method"] == "event.from" and _is_first(line):
        tables = by_class([event for event in events_of(line) if "snapshot" in event])
        yield from ((cls, ref, record) for cls, rows in tables.items() for ref, record in rows.items())


def _is_first(line: Line) -> bool:
    return len(line["params"]) > 2 and line["params"][2] == ""


def no_longer(line: Line, base: Tables) -> Iterator[tuple[str, str, None]]:
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


def events_of(line: Line) -> Iterable[dict[str, Any]]:
    result = _result(line)
    events = result.get("events", []) if isinstance(result, dict) else []
    proper = {name.lower() for name in datamodel().classes}
    return [event for event in events if event["class"] in proper]
