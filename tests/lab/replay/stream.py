"""What one connection was told by `event.from`, judged when all names and moments are known."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from replay.moments import MOMENT, Difference, Moments
from replay.names import Names
from replay.order import Order
from replay.recording import Line

BEFORE_S = 6.0
"""How long before an answer what it tells of may have happened."""
OTHERS = "a task that no call of the file began"
"""Why a task that the lab does not have is no difference."""


class Stream:
    """What one connection was told by event.from, in the recording and by the lab."""

    def __init__(self, moments: Moments, names: Names, order: Order) -> None:
        self._moments = moments
        self._names = names
        self._order = order
        self._theirs = moments.theirs
        self._told: set[str] = set()
        self._open: list[tuple[Line, list[dict[str, Any]], list[dict[str, Any]]]] = []

    def add(self, line: Line, recorded: list[Any], ours: list[Any], *, settled: bool) -> None:
        """One answer of each; a `settled` one has been found equal already."""
        self._told |= {event["ref"] for event in recorded}
        if not settled:
            self._open.append((line, recorded, ours))

    def learn(self) -> None:
        """Which of the lab's tasks each recorded one is, by the objects that they worked on."""
        for line, recorded, _ in self._open:
            self._moments.learn_tasks(recorded, self._order.moment(line["t_ms"] + line.get("dt_ms", 0)))

    def find(self, *, theirs: bool, gone: bool = False) -> None:
        """Which of the lab's objects each other one is; at last those that went and of which nothing else was told."""
        for line, recorded, _ in self._open:
            begin, end = (self._order.moment(line["t_ms"] + more) for more in (0, line.get("dt_ms", 0)))
            for event in recorded:
                if ("snapshot" not in event) == gone and (event["ref"] in self._theirs) == theirs:
                    self._moments.find(event, begin, end)

    def find_parts(self) -> None:
        """Which of the lab's metrics are whose: a judgement learns that from the owners' records."""
        for line, recorded, _ in self._open:
            begin, end = (self._order.moment(line["t_ms"] + more) for more in (0, line.get("dt_ms", 0)))
            for event in (each for each in recorded if "metrics" in each.get("snapshot", {})):
                self._moments.event(event, begin - BEFORE_S, end, text=line["protocol"] == "xml-rpc")

    def verdicts(self) -> Iterator[tuple[Line, Difference | str | None]]:
        """Of every answer that was not found equal: what cannot be explained by the moment, or what is not judged."""
        previous = float("-inf")
        for line, recorded, ours in self._open:
            begin, end = (self._order.moment(line["t_ms"] + more) for more in (0, line.get("dt_ms", 0)))
            text, since = line["protocol"] == "xml-rpc", max(previous, begin - BEFORE_S)
            if self._moments.equal(recorded, ours, text=text):
                previous = begin
                yield line, None
                continue
            found = [self._verdict(event, since, end, text=text) for event in recorded]
            previous = begin
            yield (
                line,
                next((each for each in found if isinstance(each, tuple)), None)
                or self._untold(ours)
                or next((each for each in found if isinstance(each, str)), MOMENT),
            )

    def _verdict(self, event: dict[str, Any], begin: float, end: float, *, text: bool) -> Difference | str | None:
        found = self._moments.event(event, begin, end, text=text)
        return OTHERS if found and event["ref"] in self._theirs else found

    def _untold(self, ours: list[dict[str, Any]]) -> Difference | None:
        for event in ours:
            name = self._names.recorded.get(event["ref"], event["ref"])
            if name not in self._told and not self._moments.brief(event["class"], event["ref"]):
                return (
                    f"/event {event['operation']} {event['class']} {event['ref']}",
                    "(not told)",
                    event.get("snapshot"),
                )
        return None
