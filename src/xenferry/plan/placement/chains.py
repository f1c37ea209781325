"""Room by moves of guests that live on the targets: somebody goes aside, and before that somebody else, and so on.

A search that first tries one extra move, then two, and so on. Bounded by work and not by time, so that the same pool
gives the same plan on every machine.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from heapq import nlargest

from xenferry.plan.placement.board import Board
from xenferry.plan.placement.item import Item

FEW = 4
"""Extra moves for one guest that are searched for before a host is swept."""
MOST_MOVES = 10
"""Extra moves for one guest that are searched for at most."""
SWEPT = 16
"""Hosts that are tried to be swept for a guest: those with most room."""
MANY = 40
"""Guests that may be swept off a host for one other."""
WORK = 4_000
"""Guests and hosts that may be looked at for one guest."""
HOSTS = 8
"""Hosts that are tried to be cleared for a guest: those where the least is missing."""
GUESTS = 10
"""Guests of a host that are tried to be moved out of the way."""


class Tired(Exception):
    """The work that was allowed is done."""


class Effort:
    """How much may still be looked at, in guests and hosts."""

    def __init__(self, left: int) -> None:
        self.left = left

    def spend(self, amount: int) -> None:
        """Raises Tired when it is used up."""
        self.left -= amount
        if self.left < 0:
            raise Tired


def settle(board: Board, waiting: Sequence[Item], effort: Effort) -> list[Item]:
    """Find a place for each of these by extra moves; those for whom none was found."""
    return [item for item in waiting if not _settled(board, item, effort)]


def _settled(board: Board, item: Item, effort: Effort) -> bool:
    if any(_searched(board, item, budget, effort) for budget in range(FEW + 1)):
        return True
    if _swept(board, item, effort):
        return True
    return any(_searched(board, item, budget, effort) for budget in range(FEW + 1, MOST_MOVES + 1))


def _searched(board: Board, item: Item, budget: int, effort: Effort) -> bool:
    """Whether so many extra moves are enough; if not, the board is as before."""
    mark, search = len(board.hops), _Search(board, Effort(min(WORK, effort.left)))
    before = search.effort.left
    try:
        found = search.fit(item.key, budget, 0)
    except Tired:
        found = False
    effort.left -= max(1, before - search.effort.left)
    if not found:
        board.back_to(mark)
    return found


def _swept(board: Board, item: Item, effort: Effort) -> bool:
    """Clear a host by moving guests off it wherever they fit, without a second thought; the host with fewest moves.

    When what is free is spread evenly over many hosts, many small moves are what helps, more than a search can try.
    """
    mark, best, chosen = len(board.hops), MANY + 1, -1
    if sum(board.free) < item.needs:
        return False
    try:
        for host in sorted(item.may, key=lambda host: -board.free[host])[:SWEPT]:
            moves = _sweep(board, host, item.needs, best - 1, effort)
            board.back_to(mark)
            if moves is not None:
                best, chosen = moves, host
        if chosen >= 0:
            _sweep(board, chosen, item.needs, best, effort)
            board.move(item.key, chosen)
            return True
    except Tired:
        board.back_to(mark)
    return False


def _sweep(board: Board, host: int, needs: int, most: int, effort: Effort) -> int | None:
    """Moves until so much is free on the host; None if that takes more than `most`."""
    moves = 0
    while board.free[host] < needs:
        missing = needs - board.free[host]
        effort.spend(len(board.on[host]) * len(board.free))
        going = _ways_off(board, host)
        able = [(item, target) for item, target in going if target is not None]
        if not able or moves == most:
            return None
        enough = [pair for pair in able if pair[0].holds >= missing]
        pick = min(enough, key=_size) if enough else max(able, key=_size)
        board.move(pick[0].key, pick[1])
        moves += 1
    return moves


def _ways_off(board: Board, host: int) -> list[tuple[Item, int | None]]:
    """Each guest of the host and where it fits best now; guests of one size and freedom are looked at once."""
    alike: dict[tuple[int, int], int | None] = {}
    found = []
    for key in board.on[host]:
        item = board.items[key]
        kind = (item.needs, int(item.may))
        if kind not in alike:
            alike[kind] = _tightest(board, key, host)
        found.append((item, alike[kind]))
    return found


def _size(pair: tuple[Item, int]) -> tuple[int, str]:
    return pair[0].holds, str(pair[0].key)


def _tightest(board: Board, key: Hashable, host: int) -> int | None:
    item = board.items[key]
    fitting = [other for other in item.may if other != host and board.free[other] >= item.needs]
    return min(fitting, key=lambda other: board.free[other], default=None)


class _Search:
    def __init__(self, board: Board, effort: Effort) -> None:
        self._board = board
        self.effort = effort

    def fit(self, key: Hashable, budget: int, banned: int) -> bool:
        """Move the guest to one of its hosts with at most `budget` moves of others. `banned`: hosts being cleared."""
        board, item, own = self._board, self._board.items[key], self._board.at[key]
        free, needs = board.free, item.needs
        hosts = list(item.may - (banned if own is None else banned | 1 << own))
        self.effort.spend(len(hosts))
        roomy = [host for host in hosts if free[host] >= needs]
        if roomy:
            board.move(key, min(roomy, key=free.__getitem__))
            return True
        if not budget:
            return False
        for host in nlargest(HOSTS, hosts, key=free.__getitem__):
            if self.clear(host, needs, budget, banned | 1 << host):
                board.move(key, host)
                return True
        return False

    def clear(self, host: int, needs: int, budget: int, banned: int) -> bool:
        """Move guests off the host until so much is free."""
        board = self._board
        missing = needs - board.free[host]
        if missing <= 0:
            return True
        if not budget:
            return False
        for key in self._candidates(host, missing, budget):
            mark = len(board.hops)
            if self.fit(key, budget - 1, banned):
                rest = budget - (len(board.hops) - mark)
                if rest >= 0 and self.clear(host, needs, rest, banned):
                    return True
            board.back_to(mark)
        return False

    def _candidates(self, host: int, missing: int, budget: int) -> list[Hashable]:
        """Whom to move away: the smallest that is big enough, then the biggest; of those alike only one."""
        items = [self._board.items[key] for key in self._board.on[host]]
        self.effort.spend(len(items))
        if sum(sorted((item.holds for item in items), reverse=True)[:budget]) < missing:
            return []
        alike = {(item.holds, int(item.may)): item for item in sorted(items, key=lambda item: str(item.key))}
        ranked = sorted(
            alike.values(),
            key=lambda item: (
                item.holds < missing,
                item.holds if item.holds >= missing else -item.holds,
                str(item.key),
            ),
        )
        return [item.key for item in ranked if item.may][:GUESTS]
