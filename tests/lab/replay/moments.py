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
from replay.names import Names
from replay.order import Order
from replay.recording import Line
from xenferry.lab.datamodel import NULL
from xenferry.lab.lab import Lab

EARLIER_S, LATER_S = 1.0, 3.0
"""How much quicker or slower than the recorded pool the lab may be."""
BEFORE_S = 6.0
"""How long before an answer what it tells of may have happened."""

State = tuple[float, str, dict[str, Any]]
Difference = tuple[str, Any, Any]


class Moments:
    """`states` are (time, add | mod | del, record) of each (lower-case class, reference) in order of time."""

    def __init__(self, lab: Lab, names: Names) -> None:
        self._names = names
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

    def read(self, line: Line, recorded: Any, begin: float) -> bool:
        """Whether a recorded read of one object or field is a state that the lab passed through about then."""
        cls, _, call = line["method"].partition(".")
        if not call.startswith("get_") or len(line["params"]) < 2 or "result" not in recorded:
            return False
        field = None if call == "get_record" else call.removeprefix("get_")
        wanted = normal(_as_text(recorded["result"])) if line["protocol"] == "xml-rpc" else normal(recorded["result"])
        end = begin + line.get("dt_ms", 0) / 1000
        for _, kind, state in self.about(cls, str(line["params"][1]), begin, end):
            if kind != "del" and (field is None or field in state):
                value = self._translated(state if field is None else state[field])
                if normal(_as_text(value) if line["protocol"] == "xml-rpc" else value) == wanted:
                    return True
        return False

    def event(self, event: dict[str, Any], begin: float, end: float, *, text: bool) -> Difference | None:
        """What speaks against a recorded event: how the lab's object was then. `text`: numbers are text."""
        where = f"/event {event['operation']} {event['class']} {event['ref']}"
        gone = event["operation"] == "del"
        self._find(event, end)
        self._learn_uuid(event)
        known = (event["class"], self._names.ours.get(event["ref"], event["ref"])) in self.states
        if gone and not known:
            return None  # made before the recording begins
        states = [
            state for state in self.about(event["class"], event["ref"], begin, end) if (state[1] == "del") == gone
        ]
        wanted = normal(event.get("snapshot"))
        ours = [
            normal(_as_text(self._translated(record)) if text else self._translated(record)) for *_, record in states
        ]
        wanted = _as_text(wanted) if text else wanted
        if (gone and ours) or wanted in ours:
            return None
        nearest = min(ours, key=lambda each: len(_unlike(wanted, each)), default=None)
        if nearest is None or gone:
            return where, event.get("snapshot", "(gone)"), "(never)"
        unlike = _unlike(wanted, nearest)
        return where, {key: wanted.get(key) for key in unlike}, {key: nearest.get(key) for key in unlike}

    def _find(self, event: dict[str, Any], end: float) -> None:
        """An object that the recording names here for the first time is the lab's likest one, made about then."""
        names, snapshot = self._names, event.get("snapshot")
        if event["ref"] in names.ours or event["ref"] in names.known or snapshot is None:
            return
        found = [
            (abs(states[0][0] - end), ref)
            for (cls, ref), states in self.states.items()
            if cls == event["class"] and ref not in names.recorded and ref not in names.known
            if states[0][0] <= end + LATER_S and any(names.same(snapshot, record) for _, _, record in states)
        ]
        if found:
            names.bind(event["ref"], min(found)[1])

    def _learn_uuid(self, event: dict[str, Any]) -> None:
        ours = self.states.get((event["class"], self._names.ours.get(event["ref"], "")))
        if ours and "snapshot" in event:
            for name in ("uuid", "MAC", "bridge"):
                self._names.learn(event["snapshot"].get(name), ours[0][2].get(name))

    def _translated(self, value: Any) -> Any:
        return json.loads(self._names.to_recorded(json.dumps(value)))


class Stream:
    """What one connection was told by event.from, in the recording and by the lab."""

    def __init__(self, moments: Moments, names: Names, order: Order, called: frozenset[str]) -> None:
        self._moments = moments
        self._names = names
        self._order = order
        self._called = called
        self._told: set[str] = set()
        self._open: list[tuple[Line, list[dict[str, Any]], list[dict[str, Any]]]] = []

    def add(self, line: Line, recorded: list[Any], ours: list[Any], *, settled: bool) -> None:
        """One answer of each; a `settled` one has been found equal already."""
        self._told |= {event["ref"] for event in recorded}
        if not settled:
            self._open.append((line, recorded, ours))

    def differences(self) -> Iterator[tuple[Line, Difference | None]]:
        """Of every answer that was not found equal: the first thing that cannot be explained by the moment."""
        previous = float("-inf")
        for line, recorded, ours in self._open:
            begin, end = (self._order.moment(line["t_ms"] + more) for more in (0, line.get("dt_ms", 0)))
            text, since = line["protocol"] == "xml-rpc", max(previous, begin - BEFORE_S)
            known = [event for event in recorded if not self._by_others(event)]
            found = (self._moments.event(event, since, end, text=text) for event in known)
            first = next((each for each in found if each), None) or self._untold(ours)
            previous = begin
            yield line, first

    def _by_others(self, event: dict[str, Any]) -> bool:
        """A task of a call that nobody in this file made: XAPI calls itself, and the recorder had other connections."""
        snapshot = event.get("snapshot", {})
        label = str(snapshot.get("name_label", "")).removeprefix("Async.")
        return event["class"] == "task" and snapshot.get("subtask_of") == NULL and label not in self._called

    def _untold(self, ours: list[dict[str, Any]]) -> Difference | None:
        for event in ours:
            name = self._names.recorded.get(event["ref"], event["ref"])
            if name not in self._told:
                return (
                    f"/event {event['operation']} {event['class']} {event['ref']}",
                    "(not told)",
                    event.get("snapshot"),
                )
        return None


def _as_text(value: Any) -> Any:
    """Numbers are text in XML-RPC."""
    if isinstance(value, dict):
        return {key: _as_text(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_as_text(each) for each in value]
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else value


def _unlike(one: dict[str, Any], other: dict[str, Any]) -> list[str]:
    return [key for key in {**one, **other} if one.get(key) != other.get(key)]
