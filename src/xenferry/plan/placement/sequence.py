"""From an end state to moves that lead there, each of which finds room; over a third host where two exchange places."""

from __future__ import annotations

from collections.abc import Hashable, Mapping

from xenferry.plan.placement.board import Board

DETOURS = 6
"""Moves to a third host and on, at most."""


def sequence(board: Board, wanted: Mapping[Hashable, int]) -> bool:
    """Bring everybody where `wanted` says; the hops are on the board. False, and nothing moved, if no way was found."""
    mark, detours = len(board.hops), 0
    queue = _Queue(board, wanted)
    while queue.waiting:
        key = queue.ready()
        if key is not None:
            queue.move(key, wanted[key])
            continue
        aside = _aside(board, list(queue.waiting), wanted) if detours < DETOURS else None
        if aside is None:
            board.back_to(mark)
            return False
        queue.move(*aside)
        detours += 1
    return True


class _Queue:
    """Who still has to go where. Only a host that somebody has left can have become free for somebody else."""

    def __init__(self, board: Board, wanted: Mapping[Hashable, int]) -> None:
        self._board, self._wanted = board, wanted
        self.waiting = {key: None for key, target in wanted.items() if board.at[key] != target}
        self._for: dict[int, dict[Hashable, None]] = {}
        for key in sorted(self.waiting, key=str):
            self._for.setdefault(wanted[key], {})[key] = None
        self._freed = dict.fromkeys(self._for)

    def ready(self) -> Hashable | None:
        """One who finds room now; those who free a host that others wait for come first, those who free none last."""
        last: Hashable | None = None
        for target in list(self._freed):
            able = [key for key in self._for.get(target, ()) if self._board.fits(self._board.items[key], target)]
            helping = [key for key in able if self._board.at[key] is not None]
            if helping:
                return max(helping, key=self._urgency)
            if able:
                last = able[0] if last is None else last
            else:
                del self._freed[target]
        return last

    def _urgency(self, key: Hashable) -> int:
        source = self._board.at[key]
        return -1 if source is None else len(self._for.get(source, ()))

    def move(self, key: Hashable, target: int) -> None:
        """The guest goes there; it waits no more if that is where it wants to be."""
        source = self._board.at[key]
        self._board.move(key, target)
        if target == self._wanted[key]:
            del self.waiting[key]
            del self._for[target][key]
        if source is not None:
            self._freed[source] = None
        self._freed[self._wanted[key]] = None


def _aside(board: Board, waiting: list[Hashable], wanted: Mapping[Hashable, int]) -> tuple[Hashable, int] | None:
    """Who goes to which third host, so that somebody who waits for its place can come; None if nobody can."""
    best: tuple[int, str, Hashable, int] | None = None
    for key in waiting:
        source, item = board.at[key], board.items[key]
        if source is None:
            continue
        helped = [
            other
            for other in waiting
            if other != key and wanted[other] == source and board.free[source] + item.holds >= board.items[other].needs
        ]
        third = [host for host in item.may if host not in (source, wanted[key]) and board.free[host] >= item.needs]
        if helped and third:
            host = max(third, key=lambda host: board.free[host])
            found = (-len(helped), str(key), key, host)
            best = found if best is None or found[:2] < best[:2] else best
    return None if best is None else best[2:]
