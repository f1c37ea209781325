"""The best answer to "everybody off this host": by what is quick, then by what is thorough."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence

from msgspec import Struct

from xenferry.plan.placement import exact, routes, solver
from xenferry.plan.placement.board import Board
from xenferry.plan.placement.chains import Effort, settle
from xenferry.plan.placement.greedy import PLAIN, place
from xenferry.plan.placement.item import Hop, Item, Taste, linked
from xenferry.plan.placement.proof import impossible
from xenferry.plan.placement.sequence import sequence

ROUNDS = 12
"""Times that the search for chains is begun anew, with those first who found no room before."""


MUCH, LITTLE = 8_000_000, 600_000
"""Guests and hosts that may be looked at while chains are searched: a few seconds, or a fraction of one."""
SMALL = 60
"""Guests among whom fewer extra moves are looked for than the chains took."""


class Answer(Struct, frozen=True, kw_only=True):
    """Hops in order, and who stays."""

    hops: tuple[Hop, ...]
    left: tuple[Hashable, ...] = ()
    """Guests for which no room was found."""
    proof: str = ""
    """In words, why there cannot be room for all of them; empty where everybody goes, or where that is not proven."""

    def __len__(self) -> int:
        return len(self.hops)


Residents = Callable[[], Sequence[Item]]
"""Guests that live on the targets and may be moved; asked for only when they are needed."""


def answer(
    leaving: Sequence[Item],
    free: Sequence[int],
    residents: Residents = tuple,
    taste: Taste = PLAIN,
    *,
    deep: bool = True,
) -> Answer:
    """A place for everybody who leaves, with as few other moves as can be found.

    Args:
        leaving: the guests that have to go.
        free: bytes free on each host.
        residents: the guests that may go aside.
        taste: what makes one host better than another.
        deep: also try every end state, where the pool is small enough or ortools is installed.
    """
    placed = place(leaving, free, taste)
    if len(placed) == len(leaving):
        return Answer(hops=tuple(Hop(key, None, position) for key, position in placed.items()))
    others = residents()
    items = {item.key: item for item in (*leaving, *others)}
    proof = impossible(leaving, others, free)
    found, left = _thorough(leaving, others, free, placed, Effort(LITTLE if proof or not deep else MUCH))
    found = _straight(items, free, found)
    fewer = len(found) - len(leaving) - 1
    if deep and not left and fewer > 0 and len(items) <= SMALL:
        _, certain = exact.search([*leaving, *others], free, most=fewer)
        found = list(certain) or found
    if deep and left and not proof:
        verdict, certain = exact.search([*leaving, *others], free)
        if verdict is exact.Verdict.OPEN and (way := routes.search([*leaving, *others], free)) is not None:
            verdict, certain = exact.Verdict.FOUND, way
        if verdict is exact.Verdict.OPEN:
            verdict, certain = solver.search(leaving, others, free, placed)
        if verdict is exact.Verdict.FOUND:
            found, left = list(certain), []
        if verdict is exact.Verdict.IMPOSSIBLE:
            proof = "every way to place these guests was tried"
    return Answer(hops=linked(found, items, free), left=tuple(item.key for item in left), proof=proof)


def _straight(items: Mapping[Hashable, Item], free: Sequence[int], hops: list[Hop]) -> list[Hop]:
    """Everybody directly to where it ends, where that goes and is shorter."""
    board, ends = Board(items.values(), free), {hop.key: hop.target for hop in hops}
    reached = sequence(board, {key: end for key, end in ends.items() if end != items[key].at})
    return board.hops if reached and len(board.hops) < len(hops) else hops


def _thorough(
    leaving: Sequence[Item],
    others: Sequence[Item],
    free: Sequence[int],
    placed: dict[Hashable, int],
    effort: Effort,
) -> tuple[list[Hop], list[Item]]:
    """Chains of moves; if somebody is left out, once more with him first."""
    best: tuple[list[Hop], list[Item]] | None = None
    first: list[Item] = []
    start = dict(placed)
    for _ in range(ROUNDS):
        board = Board([*leaving, *others], free)
        for key, position in start.items():
            board.move(key, position)
        waiting = sorted(
            (item for item in leaving if item.key not in start),
            key=lambda item: (item not in first, len(item.may), -item.needs),
        )
        left = settle(board, waiting, effort)
        if best is None or len(left) < len(best[1]):
            best = (list(board.hops), left)
        if not left or effort.left <= 0:
            break
        start = {}
        if all(item in first for item in left):
            break
        first = [*left, *(item for item in first if item not in left)]
    assert best is not None
    return best
