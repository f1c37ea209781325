"""What the lab makes up (references, uuids, sessions, tokens), matched to what the recording has in its place."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable
from typing import Any

SESSION = re.compile(r"OpaqueRef:session-\d+")
UUID = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
MAC = r"[0-9a-f]{2}(?::[0-9a-f]{2}){5}"
MADE_UP = re.compile(rf"OpaqueRef:session-\d+|OpaqueRef:{UUID}|{UUID}|{MAC}|\bxapi\d+\b")
TOKEN = re.compile(r"\d{20},\d{20}")


def names_in(value: Any) -> set[str]:
    """References, uuids, MACs and bridges anywhere in a value, but no sessions."""
    return {name for name in MADE_UP.findall(json.dumps(value)) if not SESSION.fullmatch(name)}


def _without_work(record: dict[str, Any] | None) -> dict[str, Any]:
    """Of several tasks at once nobody knows here which is which."""
    return {name: value for name, value in (record or {}).items() if name != "current_operations"}


LASTING = ("name_label", "subtask_of", "name", "cls", "obj_uuid", "body", "VM", "VDI", "SR", "host", "device")
"""What tells objects of one class apart, in whatever class has it."""


def nameless(record: dict[str, Any] | None) -> bool:
    """Metrics and the like: only their owner's record says whose they are."""
    return record is not None and not any(name in record for name in LASTING)


class Names:
    """Both directions of the translation. `known` are the names the captured pool has: they stand for themselves."""

    def __init__(self, known: set[str]) -> None:
        self.known = known
        self.ours: dict[str, str] = {}
        self.recorded: dict[str, str] = {}

    def bind(self, recorded: str, ours: str) -> None:
        """The first time both are new, they are the same thing from now on."""
        if recorded in self.ours or ours in self.recorded or recorded in self.known or ours in self.known:
            return
        self.ours[recorded] = ours
        self.recorded[ours] = recorded

    def learn(self, recorded: Any, ours: Any) -> None:
        """Walks two answers side by side and binds new names at the same places."""
        if isinstance(recorded, str) and isinstance(ours, str):
            self._learn_text(recorded, ours)
        elif isinstance(recorded, list) and isinstance(ours, list) and len(recorded) == len(ours):
            for one, other in zip(recorded, ours, strict=True):
                self.learn(one, other)
        elif isinstance(recorded, dict) and isinstance(ours, dict):
            self._learn_struct(recorded, ours)

    def _learn_text(self, recorded: str, ours: str) -> None:
        one, other = MADE_UP.findall(recorded), MADE_UP.findall(ours)
        if len(one) == len(other):
            for pair in zip(one, other, strict=True):
                self.bind(*pair)
        if TOKEN.fullmatch(recorded) and TOKEN.fullmatch(ours):
            self.ours.setdefault(recorded, ours)

    def _learn_struct(self, recorded: dict[str, Any], ours: dict[str, Any]) -> None:
        if "events" in recorded and "events" in ours:
            self._learn_events(recorded["events"], ours["events"])
            self.learn(recorded.get("token"), ours.get("token"))
            return
        new = [key for key in recorded if key not in ours and key not in self.ours]
        other = [key for key in ours if key not in recorded and key not in self.recorded]
        for pair in self._pairs(recorded, ours, new, other):
            self._learn_text(*pair)
        for key, value in recorded.items():
            twin = self.ours.get(key, key)
            if twin in ours and key != "subtasks":  # in which order they were begun is chance
                self.learn(value, ours[twin])

    def _pairs(
        self, recorded: dict[str, Any], ours: dict[str, Any], new: list[str], other: list[str]
    ) -> Iterable[tuple[str, str]]:
        """New keys that must mean the same: by their place, or of records, if no other record is like them."""
        if not any(isinstance(recorded[key], dict) and "uuid" in recorded[key] for key in new):
            return zip(new, other, strict=True) if len(new) == len(other) else ()
        alike = {key: [twin for twin in other if self.same(recorded[key], ours[twin])] for key in new}
        wanted = Counter(twin for twins in alike.values() for twin in twins)
        return [(key, twins[0]) for key, twins in alike.items() if len(twins) == 1 and wanted[twins[0]] == 1]

    def _learn_events(self, recorded: list[dict[str, Any]], ours: list[dict[str, Any]]) -> None:
        rest = list(ours)
        for event in (each for each in recorded if each["class"] != "task"):  # many are alike: moments.py finds them
            twin = next((one for one in rest if self._alike(event, one)), None)
            if twin is not None:
                rest.remove(twin)
                self.learn(event["ref"], twin["ref"])
                self.learn(_without_work(event.get("snapshot")), twin.get("snapshot"))

    def _alike(self, recorded: dict[str, Any], ours: dict[str, Any]) -> bool:
        if (recorded["class"], recorded["operation"]) != (ours["class"], ours["operation"]):
            return False
        if recorded["ref"] in self.ours or recorded["ref"] in self.known:
            return bool(self.ours.get(recorded["ref"], recorded["ref"]) == ours["ref"])
        if ours["ref"] in self.recorded or ours["ref"] in self.known:
            return False
        return (
            "snapshot" in recorded
            and not nameless(recorded["snapshot"])
            and self.same(recorded["snapshot"], ours.get("snapshot", {}))
        )

    def same(self, recorded: dict[str, Any], ours: dict[str, Any]) -> bool:
        """Whether two records may be of the same object, by what an object keeps for life."""
        return all(self.to_ours(str(recorded.get(name))) == str(ours.get(name)) for name in LASTING)

    def to_ours(self, text: str) -> str:
        text = TOKEN.sub(lambda match: self.ours.get(match[0], match[0]), text)
        return MADE_UP.sub(lambda match: self.ours.get(match[0], match[0]), text)

    def to_recorded(self, text: str) -> str:
        return MADE_UP.sub(lambda match: self.recorded.get(match[0], match[0]), text)
