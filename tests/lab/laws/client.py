"""A client that knows the pool by its events alone."""

from __future__ import annotations

import copy
from typing import Any

from xenferry.lab.lab import Lab

HIDDEN = ("session", "role")
"""Classes that are never reported."""

Tables = dict[str, dict[str, Any]]


class Follower:
    """`tables` are what a careful client believes after `catch_up`: it resyncs when the counts say so."""

    def __init__(self, lab: Lab) -> None:
        self._lab = lab
        self._token = ""
        self.tables: Tables = {}
        self._names = {name.lower(): name for name in lab.db.tables}

    def forget(self) -> None:
        """The connection broke: begin again from nothing."""
        self._token = ""

    async def catch_up(self) -> None:
        answer = await self._lab.call("event.from", ["*"], self._token, 0.0)
        self._apply(answer)
        if self._token and not self._counts(answer["valid_ref_counts"]):
            self._token = ""
            answer = await self._lab.call("event.from", ["*"], "", 0.0)
            self._apply(answer)
        self._token = answer["token"]

    def _apply(self, answer: dict[str, Any]) -> None:
        if not self._token:
            self.tables = {}
        for event in answer["events"]:
            rows = self.tables.setdefault(self._names[event["class"]], {})
            if event["operation"] == "del":
                rows.pop(event["ref"], None)
            else:
                rows[event["ref"]] = copy.deepcopy(event["snapshot"])

    def _counts(self, counts: dict[str, int]) -> bool:
        """Messages are never counted (XAPI always says 0), as some other classes are not."""
        skipped = {*HIDDEN, "message", "diagnostics"}
        names = [name for name in self._lab.db.tables if name not in skipped]
        return all(len(self.tables.get(name, {})) == counts[name.lower()] for name in names)


def truth(lab: Lab) -> Tables:
    """What the client should believe."""
    return {cls: dict(rows) for cls, rows in lab.db.tables.items() if rows and cls not in HIDDEN}


def believed(follower: Follower) -> Tables:
    return {cls: rows for cls, rows in follower.tables.items() if rows}
