"""From an end state to moves that lead there, each of which finds room; over a third host where two exchange places."""

from __future__ import annotations

from collections.abc import Hashable, Mapping

from xenferry.plan.placement.board import Board

DETOURS = 6
"""Moves to a third host and on, at most."""


def sequence(board: Board, wanted: Mapping[Hashable, int]) -> bool:
    """Bring everybody where `wanted` says; the hops are on the board. False, and nothing moved, if no way was found."""
    mark, detours = len(board.hops), 0
    while True:
        waiting = [key for key, target in wanted.items() if board.at[key] != target]
        if not waiting:
            return True
        ready = [key for key in waiting if board.fits(board.items[key], wanted[key])]
        if ready:
            key = max(ready, key=lambda key: (_urgency(board, key, waiting, wanted), str(key)))
            board.move(key, wanted[key])
        elif detours < DETOURS and _aside(board, waiting, wanted):
            detours += 1
        else:
            board.back_to(mark)
            return False


def _urgency(board: Board, key: Hashable, waiting: list[Hashable], wanted: Mapping[Hashable, int]) -> int:
    """How many wait for the place that it leaves; nobody waits for one on the host that is emptied."""
    source = board.at[key]
    return -1 if source is None else sum(wanted[other] == source for other in waiting)


def _aside(board: Board, waiting: list[Hashable], wanted: Mapping[Hashable, int]) -> bool:
    """One guest goes to a third host, so that somebody who waits for its place can come."""
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
    if best is None:
        return False
    board.move(best[2], best[3])
    return True
