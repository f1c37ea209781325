"""When objects were created, changed and deleted, counted in generations: all that `event.from` needs to know.

XAPI remembers deletions in memory only, at most 512 for a class; beyond that it keeps the newest 256 (recorded: of 600
deletions between two calls, 351 were reported). A client notices by `valid_ref_counts`. The lab forgets likewise.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import islice
from typing import Any

REMEMBERED_DELETIONS_MAX = 512
REMEMBERED_DELETIONS_KEPT = 256

FIRST_GENERATION = 10_000
"""A pool has a past: small tokens made up by a client lie before everything."""

NOT_IN_EVENTS = frozenset({"session", "role"})


class Stamps:
    """`generation` grows by one with every change. All stamps are generations.

    `watchers` are told the class of each change, `observers` also the object, the kind (add, mod, del) and the record.
    """

    def __init__(self) -> None:
        self.generation = FIRST_GENERATION
        self.newest: dict[str, int] = {}
        self.births: dict[str, dict[str, int]] = {}
        self.changes: dict[str, dict[str, int]] = {}
        self.deaths: dict[str, dict[str, tuple[int, int]]] = {}
        self.watchers: list[Callable[[str], None]] = []
        self.observers: list[Callable[[str, str, str, dict[str, Any] | None], None]] = []

    def restart(self, tables: Mapping[str, Mapping[str, object]]) -> None:
        """After a restart of the coordinator every object counts as just created and no deletion is remembered."""
        self.generation += 1
        filled = {cls: rows for cls, rows in tables.items() if rows}
        self.births = {cls: dict.fromkeys(rows, self.generation) for cls, rows in filled.items()}
        self.changes = {cls: dict.fromkeys(rows, self.generation) for cls, rows in filled.items()}
        self.newest = dict.fromkeys(filled, self.generation)
        self.deaths = {}
        for cls in filled:
            self._wake(cls)

    def forget_deletions(self) -> None:
        """No deletion until now is ever told of: what a client finds out by `valid_ref_counts` only."""
        self.deaths = {}

    def created(self, cls: str, ref: str, record: dict[str, Any] | None = None) -> None:
        stamp = self._next(cls)
        self.births.setdefault(cls, {})[ref] = stamp
        self._move_to_end(cls, ref, stamp)
        self._tell(cls, ref, "add", record)

    def changed(self, cls: str, ref: str, record: dict[str, Any] | None = None) -> None:
        self._move_to_end(cls, ref, self._next(cls))
        self._tell(cls, ref, "mod", record)

    def deleted(self, cls: str, ref: str, record: dict[str, Any] | None = None) -> None:
        stamp = self._next(cls)
        born = self.births.get(cls, {}).pop(ref, 0)
        self.changes.get(cls, {}).pop(ref, None)
        graves = self.deaths.setdefault(cls, {})
        graves[ref] = (born, stamp)
        if len(graves) > REMEMBERED_DELETIONS_MAX:
            for old in list(islice(graves, len(graves) - REMEMBERED_DELETIONS_KEPT)):
                del graves[old]
        self._tell(cls, ref, "del", record)

    def since(self, cls: str, stamp: int, *, unseen: bool = False) -> Iterator[tuple[int, str, str]]:
        """(stamp, "add" | "mod" | "del", ref) of a class after a generation, newest first; an "add" with its birth.

        What was created and deleted after the generation is left out, except with `unseen` (XAPI does so for messages).
        """
        births = self.births.get(cls, {})
        for ref, changed in reversed(self.changes.get(cls, {}).items()):
            if changed <= stamp:
                break
            yield (births[ref], "add", ref) if births[ref] > stamp else (changed, "mod", ref)
        for ref, (born, died) in reversed(self.deaths.get(cls, {}).items()):
            if died <= stamp:
                break
            if born <= stamp or unseen:
                yield died, "del", ref

    def _next(self, cls: str) -> int:
        self.generation += 1
        self.newest[cls] = self.generation
        return self.generation

    def _move_to_end(self, cls: str, ref: str, stamp: int) -> None:
        changes = self.changes.setdefault(cls, {})
        changes.pop(ref, None)
        changes[ref] = stamp

    def _tell(self, cls: str, ref: str, kind: str, record: dict[str, Any] | None) -> None:
        for observer in tuple(self.observers):
            observer(cls, ref, kind, record)
        self._wake(cls)

    def _wake(self, cls: str) -> None:
        for watcher in tuple(self.watchers):
            watcher(cls)
