"""What other clients of the recorded pool did, as far as streams of events show it: guests made, started and stopped.

A file keeps the exchanges of some connections; its streams tell of everybody's work. What no call of the file explains
is done in the lab at that moment. A guest's life is gone through by the same calls, so the lab is judged by the events
of it; a guest's making is put in as told. Streams seldom tell of disks and cards: unless an answer says which storage
or network stops the guest from moving, its disk is on the pool's default SR and its card on a network of every host.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from replay.recording import Line, Tables
from replay.start import MAKING, REF, made_by, records
from xenferry.lab import relations
from xenferry.lab.datamodel import NULL
from xenferry.lab.lab import Lab

STOPPING = re.compile(rf"VM_REQUIRES_(SR|NETWORK)[^O|]*?({REF.pattern})[^O|]*?({REF.pattern})")
SEEN_AFTER_MS = 60.0
"""How long after something began a stream tells of it: XAPI collects changes for 50 ms."""
CALLED_WITHIN_MS = 1500.0
"""How long after the request of a call its task may be seen first."""
SET_BY_CLIENTS = ("name_label", "name_description", "blocked_operations", "affinity", "tags", "is_a_template")

Event = dict[str, Any]


@dataclass(frozen=True)
class Told:
    """An event, and when its stream told of it."""

    at: float
    event: Event


@dataclass(frozen=True)
class Deed:
    """`line` is a call to make, in the form of a recorded one; or else `event` is to be put in."""

    line: Line
    event: Event = field(default_factory=dict)


def deeds(lines: list[Line], tables: Tables) -> list[Deed]:
    """What others did, in order of time; numbers of their lines are negative."""
    told = list(told_of(lines))
    mine = _mine(lines, told)
    known = {ref for rows in tables.values() for ref in rows} | mine
    found = [*_records([_without(each, mine) for each in told], lines, known), *_calls(told, lines)]
    found.sort(key=lambda deed: deed.line["t_ms"])
    return [Deed(deed.line | {"number": -number}, deed.event) for number, deed in enumerate(found, 1)]


def told_of(lines: list[Line], *, at_first: bool = False) -> Iterator[Told]:
    """Every event of the JSON streams once; what was there when a stream began only if `at_first`."""
    before: set[tuple[str, str]] = set()
    for line in lines:
        if line["method"] != "event.from" or line.get("content_type") != "application/json" or not line["params"][2:]:
            continue
        result = json.loads(line.get("body") or "{}").get("result") or {}
        for event in result.get("events", ()):
            if (event["id"], event["ref"]) not in before and (line["params"][2] or at_first):
                yield Told(line["t_ms"] + line.get("dt_ms", 0), event)
            before.add((event["id"], event["ref"]))


def _mine(lines: list[Line], told: list[Told]) -> set[str]:
    """What calls of the file gave back, at once or as the one result of their tasks."""
    theirs = {task.event["ref"] for task, _ in unexplained(told, lines)}
    tasks = [_of(each) for each in told if each.event["class"] == "task" and each.event["ref"] not in theirs]
    tasks += [
        record for line in lines if line["method"] == "task.get_record" for _, _, record in records(line) if record
    ]
    results = (str(task["result"]) for task in tasks if task and MAKING.search(task["name_label"]))
    return made_by(lines) | {ref for result in results for ref in REF.findall(result)}


def _without(told: Told, mine: set[str]) -> Told:
    """The event without the disks and cards that calls of the file gave the guest."""
    if told.event["class"] != "vm" or not _of(told):
        return told
    devices = {name: [ref for ref in _of(told)[name] if ref not in mine] for name in ("VBDs", "VIFs")}
    return Told(told.at, told.event | {"snapshot": _of(told) | devices})


def _of(told: Told) -> Event:
    snapshot: Event = told.event.get("snapshot") or {}
    return snapshot


def _records(told: list[Told], lines: list[Line], known: set[str]) -> Iterator[Deed]:
    """Guests that came, got disks, cards and settings, and went, and no call of the file is about that."""
    seen: dict[str, Event] = {}
    theirs: set[str] = set()
    for each in (each for each in told if each.event["class"] == "vm"):
        ref, record, operation = each.event["ref"], _of(each), each.event["operation"]
        new = operation == "add" and ref not in known and not record["is_a_snapshot"] and not _imported(record, lines)
        if new:
            theirs.add(ref)
        gone = operation == "del" and ref in theirs and not _explains(lines, ref, each.at, "VM.destroy")
        other = operation == "mod" and ref in seen and _changed(each, seen[ref], lines, theirs)
        if new or gone or other:
            yield _deed(each)
        seen[ref] = record


def _imported(record: Event, lines: list[Line]) -> bool:
    """Whether the guest came along with a host that joined, or was sent, by a call of the file."""
    bringing = ("pool.join", "VM.migrate_send")
    return "import_task" in record["other_config"] and any(line["method"].endswith(bringing) for line in lines)


def _changed(told: Told, before: Event, lines: list[Line], theirs: set[str]) -> bool:
    """Whether others gave a guest of theirs a disk or a card, or set something of any guest."""
    ref, now = told.event["ref"], _of(told)
    if ref in theirs and any(set(now[devices]) - set(before[devices]) for devices in ("VBDs", "VIFs")):
        return True
    changed = [name for name in SET_BY_CLIENTS if before[name] != now[name]]
    return any(not _explains(lines, ref, told.at, name) for name in changed)


def _explains(lines: list[Line], ref: str, at: float, ending: str) -> bool:
    """Whether a call about this object, whose name ends like that, was made just before."""
    mine = (line for line in lines if line["method"].endswith(ending) and ref in (line["params"] or ())[1:2])
    return any(line["t_ms"] <= at <= line["t_ms"] + line.get("dt_ms", 0) + CALLED_WITHIN_MS for line in mine)


def _deed(told: Told) -> Deed:
    line = {"t_ms": told.at - SEEN_AFTER_MS, "dt_ms": 1.0, "method": "(another client)", "params": []}
    return Deed(line, told.event)


def _calls(told: list[Told], lines: list[Line]) -> Iterator[Deed]:
    """Tasks of a guest's life that no call of the file began."""
    for task, guests in unexplained(told, lines):
        if str(_of(task)["name_label"]).removeprefix("Async.") in LIFE and guests:
            yield _again(task, guests[0], told)


def unexplained(told: list[Told], lines: list[Line]) -> Iterator[tuple[Told, list[Told]]]:
    """Tasks that belong to no other and that no call of the file began; with the guests each is at work on."""
    calls = [line for line in lines if ".get_" not in line["method"]]
    for first in (each for each in told if each.event["operation"] == "add" and each.event["class"] == "task"):
        task, label = first.event["ref"], str(_of(first)["name_label"])
        if _of(first)["subtask_of"] != NULL:
            continue
        about = (each for each in told if task in _of(each).get("current_operations", ()) and each.at >= first.at)
        guests = [each for each in about if each.event["class"] == "vm"]
        caller = next((line for line in calls if _began(line, first, label, guests)), None)
        if caller is not None:
            calls.remove(caller)
        else:
            yield first, guests


def tasks_of_others(lines: list[Line]) -> Iterator[str]:
    """Tasks that the lab need not have: unexplained ones, but for those of calls that are made again."""
    for task, _ in unexplained(list(told_of(lines, at_first=True)), lines):
        if str(_of(task)["name_label"]).removeprefix("Async.") not in LIFE:
            yield task.event["ref"]


def _began(line: Line, task: Told, label: str, guests: list[Told]) -> bool:
    same = line["method"] == label and (not guests or guests[0].event["ref"] == line["params"][1])
    return same and line["t_ms"] <= task.at <= line["t_ms"] + line.get("dt_ms", 0) + CALLED_WITHIN_MS


def _again(task: Told, guest: Told, told: list[Told]) -> Deed:
    """The same call, which took as long as the task was there."""
    method, vm = str(_of(task)["name_label"]), guest.event["ref"]
    later = [each for each in told if each.at >= task.at]
    end = next((each.at for each in later if each.event["ref"] == task.event["ref"] and _over(each)), task.at)
    states = [_of(each) for each in later if each.event["ref"] == vm and _of(each)]
    host = _destination(task.event["ref"], states)
    params = ["<another client>", vm, *LIFE[method.removeprefix("Async.")](host)]
    line = {"t_ms": task.at - SEEN_AFTER_MS, "dt_ms": max(1.0, end - task.at), "method": method, "params": params}
    return Deed(line)


def _destination(task: str, states: list[Event]) -> str:
    """Where the guest is to be while the task is at work on it, or else where it is afterwards."""
    during = [state["scheduled_to_be_resident_on"] for state in states if task in state["current_operations"]]
    after = [state["resident_on"] for state in states if task not in state["current_operations"]]
    return next((place for place in (*during, *after) if place != NULL), NULL)


def _over(told: Told) -> bool:
    return told.event["operation"] == "del" or _of(told)["status"] in ("success", "failure", "cancelled")


LIFE = {
    "VM.start": lambda _host: [False, False],
    "VM.start_on": lambda host: [host, False, False],
    "VM.resume": lambda _host: [False, False],
    "VM.resume_on": lambda host: [host, False, False],
    "VM.hard_shutdown": lambda _host: [],
    "VM.clean_shutdown": lambda _host: [],
    "VM.suspend": lambda _host: [],
    "VM.pause": lambda _host: [],
    "VM.unpause": lambda _host: [],
    "VM.pool_migrate": lambda host: [host, {}],
}
"""The calls, and what they are given besides the guest."""


def stopping(lines: Iterable[Line]) -> dict[str, dict[str, str]]:
    """By guest: the SR or the network that answers say it cannot leave, as {"SR": ref} or {"NETWORK": ref}."""
    found: dict[str, dict[str, str]] = {}
    for line in lines:
        for kind, vm, ref in STOPPING.findall(str(line.get("body"))):
            found.setdefault(vm, {})[kind] = ref
    return found


def lasting(event: Event) -> list[Any]:
    """What of a guest that is put in is known by its recorded name."""
    record = event.get("snapshot") or {}
    return [event["ref"], *(record.get(name) for name in ("uuid", "metrics", "VBDs", "VIFs"))]


def put_in(lab: Lab, event: Event, bound: dict[str, dict[str, str]]) -> None:
    """The guest as the event tells of it; `bound` is what `stopping` found."""
    ref, record = event["ref"], event.get("snapshot")
    if record is None:
        _remove(lab, ref)
    elif not lab.db.exists("VM", ref):
        lab.db.create("VM_metrics", ref=record["metrics"])
        own = {name: value for name, value in record.items() if ("VM", name) not in relations.derived()}
        lab.db.create("VM", own | {"current_operations": {}}, ref=ref)
    else:
        lab.db.update("VM", ref, **{name: record[name] for name in SET_BY_CLIENTS})
        _equip(lab, ref, record, bound.get(ref, {}))


def _remove(lab: Lab, vm: str) -> None:
    record = lab.db.get("VM", vm)
    for cls, refs in (("VBD", record["VBDs"]), ("VIF", record["VIFs"])):
        for ref in refs:
            lab.db.destroy(cls, ref)
    lab.db.destroy("VM", vm)


def _equip(lab: Lab, vm: str, record: Event, bound: dict[str, str]) -> None:
    for ref in record["VBDs"]:
        if not lab.db.exists("VBD", ref):
            sr = bound.get("SR") or next(iter(lab.db.all("pool").values()))["default_SR"]
            disk = lab.db.create("VDI", SR=sr, virtual_size=1 << 30, managed=True, location=lab.db.new_uuid())
            device = str(len(lab.db.get("VM", vm)["VBDs"]))
            metrics = lab.db.create("VBD_metrics")
            lab.db.create("VBD", VM=vm, VDI=disk, type="Disk", mode="RW", userdevice=device, metrics=metrics, ref=ref)
    for ref in record["VIFs"]:
        if not lab.db.exists("VIF", ref):
            network, device = bound.get("NETWORK") or _everywhere(lab), str(len(lab.db.get("VM", vm)["VIFs"]))
            lab.db.create("VIF", VM=vm, network=network, device=device, metrics=lab.db.create("VIF_metrics"), ref=ref)


def _everywhere(lab: Lab) -> str:
    """The network that hosts are managed by."""
    return next(str(pif["network"]) for pif in lab.db.all("PIF").values() if pif["management"])
