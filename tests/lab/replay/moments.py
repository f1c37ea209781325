"""Every state that objects of the lab pass through, so that an answer that depends on the moment can be judged.

Which moment a poll sees and which changes a batch of events brings together is timing. What must hold is that the lab
passed through the recorded state about then, and that it tells of nothing that the recording does not tell of.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from typing import Any

from replay.compare import normal
from replay.names import Names, nameless, names_in
from replay.recording import Line
from xenferry.lab.datamodel import NULL
from xenferry.lab.lab import Lab

EARLIER_S, LATER_S = 1.0, 3.0
"""How much quicker or slower than the recorded pool the lab may be."""
BRIEF_S = 0.2
MOMENT = "the lab says so at another moment"
EARLIER = "something went that had come before the recording"
STRANGE = "it names something of which the recording tells nowhere"
MIXED = "it mixes what the lab shows one after the other: XAPI's threads write in any order"
"""What an answer that is not equal may be instead of different."""

ALL = -1
"""Stands for a number of names when all are known that a state needs."""
ENDED = ("success", "failure", "cancelled")

State = tuple[float, str, dict[str, Any]]
Difference = tuple[str, Any, Any]


class Moments:
    """`states` are (time, add | mod | del, record) of each (lower-case class, reference) in order of time.

    `theirs` are tasks that the lab need not have.
    """

    def __init__(self, lab: Lab, names: Names, theirs: frozenset[str]) -> None:
        self._names = names
        self.theirs = theirs
        self._shown: set[str] = set()
        self._kept: dict[tuple[int, bool], tuple[int, Any]] = {}
        self.states: dict[tuple[str, str], list[State]] = {}
        for cls, rows in lab.db.tables.items():
            for ref, record in rows.items():
                self.states[cls.lower(), ref] = [(float("-inf"), "add", dict(record))]
        lab.db.stamps.observers.append(self._observe)

    def _observe(self, cls: str, ref: str, kind: str, record: dict[str, Any] | None) -> None:
        now = asyncio.get_running_loop().time()
        self.states.setdefault((cls.lower(), ref), []).append((now, kind, dict(record or {})))

    def about(self, cls: str, recorded_ref: str, begin: float, end: float) -> Iterator[State]:
        """The states of the object that has this name in the recording which held at some time between the two."""
        ref = self._names.ours.get(recorded_ref, recorded_ref)
        states = self.states.get((cls.lower(), ref), [])
        for number, state in enumerate(states):
            until = states[number + 1][0] if number + 1 < len(states) else float("inf")
            if state[0] <= end + LATER_S and until >= begin - EARLIER_S:
                yield state

    def read(self, line: Line, recorded: Any, begin: float) -> str | None:
        """MOMENT, or why it cannot be judged, if the lab was about then as a recorded read says; else None."""
        cls, _, call = line["method"].partition(".")
        if not isinstance(recorded, dict):
            return None
        text, end = line["protocol"] == "xml-rpc", begin + line.get("dt_ms", 0) / 1000
        if call == "get_all_records" and isinstance(recorded.get("result"), dict):
            return self._listed(cls, recorded["result"], (begin, end), text=text)
        if not call.startswith("get_") or len(line["params"]) < 2 or "result" not in recorded:
            return None
        ref, field = str(line["params"][1]), call.removeprefix("get_")
        states = [state for _, kind, state in self.about(cls, ref, begin, end) if kind != "del"]
        if call == "get_record":
            found = self._judged(recorded["result"], states, text=text)
            return found if isinstance(found, str) else None if found else MOMENT
        wanted = _plain(recorded["result"], text=text)
        shown = (_plain(self._translated(state[field]), text=text) for state in states if field in state)
        return MOMENT if wanted in shown else None

    def equal(self, recorded: list[dict[str, Any]], ours: list[dict[str, Any]], *, text: bool) -> bool:
        """Whether two batches of events are the same now that all names are known."""
        return bool(_plain(recorded, text=text) == _plain(self._translated(ours), text=text))

    def _listed(self, cls: str, recorded: dict[str, Any], when: tuple[float, float], *, text: bool) -> str | None:
        """Whether every record of a list was so about then, and what is missing was not there all the time."""
        reasons: list[str] = []
        for ref, record in recorded.items():
            if ref in self.theirs:
                continue
            if record.get("status") in ENDED and ref not in self._names.ours | dict.fromkeys(self._names.known):
                continue  # a task that had ended before the recording begins
            found = self._judged(
                record, [state for _, kind, state in self.about(cls, ref, *when) if kind != "del"], text=text
            )
            if isinstance(found, dict):
                return None
            reasons += [found] if found else []
        names = {self._names.ours.get(ref, ref) for ref in recorded}
        missing = (states for (other, ref), states in self.states.items() if other == cls.lower() and ref not in names)
        if any(_lasted(states, when[0] - EARLIER_S, when[1] + LATER_S) for states in missing):
            return None
        return next(iter(reasons), MOMENT)

    def _judged(
        self, recorded: dict[str, Any], states: list[dict[str, Any]], *, text: bool
    ) -> dict[str, tuple[Any, Any]] | str | None:
        """None if a recorded record is one of these states, else why it cannot be judged, or the fields that differ."""
        wanted = _plain(recorded, text=text)
        ours = [self._shown_as(record, text=text) for record in states]
        if wanted in ours:
            return None
        if not ours:
            return {"": (recorded, "(never)")}
        nearest = min(range(len(ours)), key=lambda number: self._distance(wanted, ours[number]))
        if self._met(recorded, states[nearest]):
            return self._judged(recorded, states, text=text)
        unlike = _unlike(wanted, ours[nearest])
        if all(any(wanted.get(key) == each.get(key) for each in ours) for key in unlike):
            return MIXED
        if all(self._strange(wanted.get(key), ours[nearest].get(key)) for key in unlike):
            return STRANGE
        return {key: (wanted.get(key), ours[nearest].get(key)) for key in unlike}

    def event(self, event: dict[str, Any], begin: float, end: float, *, text: bool) -> Difference | str | None:
        """What speaks against a recorded event: how the lab's object was then; or why it cannot be judged.

        `text`: numbers are text.
        """
        where = f"/event {event['operation']} {event['class']} {event['ref']}"
        gone = event["operation"] == "del"
        self.find(event, begin, end)
        self._learn_uuid(event)
        if gone and (event["class"], self._names.ours.get(event["ref"], event["ref"])) not in self.states:
            return EARLIER
        states = [
            state for state in self.about(event["class"], event["ref"], begin, end) if (state[1] == "del") == gone
        ]
        if gone:
            return None if states else (where, "(gone)", "(never)")
        found = self._judged(event["snapshot"], [record for *_, record in states], text=text)
        if not isinstance(found, dict):
            return found
        recorded, ours = ({key: pair[side] for key, pair in found.items()} for side in (0, 1))
        return where, recorded.get("", recorded), ours.get("", ours)

    def _distance(self, recorded: dict[str, Any], ours: dict[str, Any]) -> tuple[int, int]:
        """How many fields differ, those aside that may name the same new thing."""
        unlike = _unlike(recorded, ours)
        return len([key for key in unlike if not self._unnamed(recorded.get(key), ours.get(key))]), len(unlike)

    def _unnamed(self, recorded: Any, ours: Any) -> bool:
        """Both are references, and neither has a counterpart yet."""
        names = self._names
        refs = all(
            isinstance(each, str) and each.startswith("OpaqueRef:") and each != NULL for each in (recorded, ours)
        )
        return refs and recorded not in (names.ours | dict.fromkeys(names.known)) and ours not in names.recorded

    def _strange(self, recorded: Any, ours: Any) -> bool:
        """Whether two lists differ only by what the recording tells of nowhere else."""
        if not isinstance(recorded, list) or not isinstance(ours, list):
            return False
        more = [each for each in recorded if each not in ours]
        told = self._names.ours.keys() | self._names.known
        return all(each in recorded for each in ours) and not any(each in told for each in more)

    def _met(self, recorded: dict[str, Any], ours: dict[str, Any]) -> bool:
        """Whether one of its fields names something for the first time: what streams of other classes tell of."""
        before = len(self._names.ours)
        for name, value in recorded.items():
            if isinstance(value, str) and value.startswith("OpaqueRef:") and NULL not in (value, ours[name]):
                self._names.learn(value, ours[name])
        return len(self._names.ours) > before

    def brief(self, cls: str, ref: str) -> bool:
        """Whether the lab's object came and went within one batch of events, so that a stream may never tell of it."""
        states = self.states.get((cls, ref), [])
        return bool(states) and states[-1][1] == "del" and states[-1][0] - states[0][0] < BRIEF_S

    def learn_tasks(self, events: list[dict[str, Any]], at: float) -> None:
        """A task that works on an object is the lab's that began the same operation on the object about then."""
        for event in (each for each in events if each["class"] != "host"):  # many guests' at once, in any order
            ours = self._names.ours.get(event["ref"], event["ref"])
            for task, operation in _operations(event.get("snapshot", {})):
                begun = self._tasks_on(event["class"], ours, operation)
                free = [(_likelihood(at - when), each) for each, when in begun if each not in self._names.recorded]
                if task not in self._names.ours and free and min(free)[0] < LATER_S:
                    self._names.bind(task, min(free)[1])

    def _tasks_on(self, cls: str, ref: str, operation: str) -> list[tuple[str, float]]:
        """The lab's tasks that did this with the object, each with the time when it began."""
        begun: dict[str, float] = {}
        for when, _, record in self.states.get((cls, ref), ()):
            for task, name in _operations(record):
                if name == operation:
                    begun.setdefault(task, when)
        return list(begun.items())

    def find(self, event: dict[str, Any], begin: float, end: float) -> None:
        """An object that the recording names here for the first time is the lab's likest one of about then."""
        if event["ref"] in self._names.ours:
            self._learn_uuid(event)
        if event["ref"] in self._names.ours or event["ref"] in self._names.known or nameless(event.get("snapshot")):
            return
        snapshot = event.get("snapshot")
        if snapshot is None and event["ref"] in self._shown:
            return
        self._shown.add(event["ref"])
        unnamed = [
            (states, ref)
            for (cls, ref), states in self.states.items()
            if cls == event["class"] and ref not in self._names.recorded and ref not in self._names.known
            if states[0][0] <= end + LATER_S
        ]
        if snapshot is None:
            went = [(abs(states[-1][0] - end), ref) for states, ref in unnamed if states[-1][1] == "del"]
            found = [each for each in went if begin - EARLIER_S - end <= each[0] <= end - begin + LATER_S]
        else:
            alike = (each for each in unnamed if any(self._names.same(snapshot, state[2]) for state in each[0]))
            found = [(self._never(snapshot, states), _likelihood(end - states[0][0]), ref) for states, ref in alike]
        if found:
            self._names.bind(event["ref"], min(found)[-1])
            self._learn_uuid(event)

    def _never(self, snapshot: dict[str, Any], states: list[State]) -> bool:
        """Whether the object never ended as this one did, which tells calls of one name apart."""
        ends = [(state.get("status"), state.get("error_info")) for *_, state in states]
        wanted = json.loads(self._names.to_ours(json.dumps([snapshot.get("status"), snapshot.get("error_info")])))
        return tuple(wanted) not in ends

    def _learn_uuid(self, event: dict[str, Any]) -> None:
        ours = self.states.get((event["class"], self._names.ours.get(event["ref"], "")))
        if ours and "snapshot" in event:
            for name in ("uuid", "MAC", "bridge"):
                self._names.learn(event["snapshot"].get(name), ours[0][2].get(name))
            for key in ("mac_seed", "content_id"):
                mine = (state.get("other_config", {}).get(key) for *_, state in ours)
                self._names.learn(event["snapshot"].get("other_config", {}).get(key), next(filter(None, mine), None))

    def _shown_as(self, record: dict[str, Any], *, text: bool) -> Any:
        """A kept state in recorded names; kept itself as long as no name in it can still be learnt."""
        found = self._kept.get((id(record), text))
        if found is None or found[0] not in (ALL, len(self._names.recorded)):
            told = json.dumps(record)
            final = names_in(told) <= self._names.recorded.keys() | self._names.known
            plain = _plain(json.loads(self._names.to_recorded(told)), text=text)
            found = self._kept[id(record), text] = (ALL if final else len(self._names.recorded), plain)
        return found[1]

    def _translated(self, value: Any) -> Any:
        return json.loads(self._names.to_recorded(json.dumps(value)))


def _lasted(states: list[State], begin: float, end: float) -> bool:
    """Whether the object was there from before the one time until after the other."""
    return states[0][0] < begin and not (states[-1][1] == "del" and states[-1][0] <= end)


def _likelihood(before: float) -> float:
    """The smaller the likelier: what was made so many seconds before, rather than what was made afterwards."""
    return before if before >= 0 else -5 * before


def _operations(record: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Tasks at work on an object, and what each does; what a cancelled task keeps is none."""
    work = record.get("current_operations") or {}
    return ((task, name) for task, name in work.items() if task.startswith("OpaqueRef:"))


def _plain(value: Any, *, text: bool) -> Any:
    return _as_text(normal(value)) if text else normal(value)


def _as_text(value: Any) -> Any:
    """Numbers are text in XML-RPC."""
    if isinstance(value, dict):
        return {key: _as_text(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_as_text(each) for each in value]
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else value


def _unlike(one: dict[str, Any], other: dict[str, Any]) -> list[str]:
    return [key for key in {**one, **other} if one.get(key) != other.get(key)]
