"""The smallest renaming: one name a cable on all hosts, no name for two cables.

Small means, in this order: little disturbance by reboots (each host that has a NIC to rename counts one, and one more
for every guest that runs there; the coordinator's reboot is avoided where that costs nothing), then few NICs. Exact: a
search that gives up a branch only when it cannot end better. Two ways of the same size are told, not chosen between.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence

from msgspec import Struct

MOST_NODES = 200_000
"""Where the search ends unproven; pools of this many contradictions are wired by nobody."""

Host = Hashable
Names = tuple[str | None, ...]
"""Of each cable; None: it gets a name that is left over."""


class Strand(Struct, frozen=True):
    """A cable as naming sees it."""

    names: Mapping[Host, str]
    """What each of its hosts calls its NIC there."""
    fixed: str = ""
    """The name that a person wants for it; empty: any."""


class Puzzle(Struct, frozen=True, kw_only=True):
    """What has to be named, and what a change costs."""

    strands: Sequence[Strand]
    weight: Mapping[Host, int]
    """What touching a host costs, at least 1."""
    loose: Mapping[Host, frozenset[str]] = {}
    """Names of a host's NICs that may be called anything (members of bonds), which make way at the price of one NIC."""


Cost = tuple[int, int]
"""Weights of the hosts touched, NICs renamed."""


class Chosen(Struct, frozen=True, kw_only=True):
    """The answer."""

    names: tuple[str, ...]
    cost: Cost
    rival: tuple[str, ...] | None = None
    """Other names at the same cost."""
    proven: bool = True


def choose(puzzle: Puzzle) -> Chosen:
    """The cheapest names.

    Raises:
        ValueError: two cables are wanted under one name.
    """
    fixed = [strand.fixed for strand in puzzle.strands if strand.fixed]
    if len(set(fixed)) != len(fixed):
        twice = sorted({name for name in fixed if fixed.count(name) > 1})
        raise ValueError("two cables cannot have one name: " + ", ".join(twice))
    search = _Search(puzzle, frozenset(fixed))
    search.go(0, frozenset(fixed), frozenset(), 0)
    cost, found = search.best, [_complete(puzzle, names) for names in search.found]
    rival = found[1] if len(found) > 1 else None
    return Chosen(names=found[0], cost=cost, rival=rival, proven=search.nodes < MOST_NODES)


def price(puzzle: Puzzle, names: Sequence[str]) -> Cost:
    """What these names cost."""
    touched: set[Host] = set()
    nics = 0
    for strand, name in zip(puzzle.strands, names, strict=True):
        hosts, more = _changes(puzzle, strand, name)
        touched |= hosts
        nics += more
    return sum(puzzle.weight.get(host, 1) for host in touched), nics


def _changes(puzzle: Puzzle, strand: Strand, name: str | None) -> tuple[frozenset[Host], int]:
    """The hosts where the name is news, and how many NICs change theirs."""
    hosts = frozenset(host for host, old in strand.names.items() if old != name)
    loose = sum(name in puzzle.loose.get(host, ()) for host in hosts)
    return hosts, len(hosts) + loose


class _Option(Struct, frozen=True):
    name: str | None
    hosts: frozenset[Host]
    nics: int


class _Search:
    """Branch and bound over the cables that others contest, or that have several names."""

    def __init__(self, puzzle: Puzzle, fixed: frozenset[str]) -> None:
        self._puzzle = puzzle
        strands = puzzle.strands
        wanted = [frozenset(strand.names.values()) | ({strand.fixed} - {""}) for strand in strands]
        shared = {name for at, own in enumerate(wanted) for other in wanted[at + 1 :] for name in own & other}
        open_ = [at for at, own in enumerate(wanted) if len(own) != 1 or own & shared]
        self._order = sorted(open_, key=lambda at: (not strands[at].fixed, -len(strands[at].names), at))
        self._options = [self._of(strands[at], fixed) for at in self._order]
        self._least = [min(option.nics for option in each) for each in self._options]
        self._names: list[str | None] = [next(iter(own), None) for own in wanted]
        self.best: Cost = (1 << 62, 0)
        self.found: list[Names] = []
        self.nodes = 0

    def _of(self, strand: Strand, fixed: frozenset[str]) -> list[_Option]:
        own = dict.fromkeys(name for name in strand.names.values() if name not in fixed)
        names = [strand.fixed] if strand.fixed else [*own, None]
        return [_Option(name, *_changes(self._puzzle, strand, name)) for name in names]

    def go(self, at: int, taken: frozenset[str], touched: frozenset[Host], nics: int) -> None:
        self.nodes += 1
        weight = self._weigh(touched)
        if self._hopeless(at, weight, touched, nics) or (self.nodes >= MOST_NODES and self.found):
            return
        if at == len(self._order):
            self._note((weight, nics))
            return
        options = sorted(self._options[at], key=lambda option: (self._weigh(option.hosts - touched), option.nics))
        for option in options:
            if option.name not in taken or self._puzzle.strands[self._order[at]].fixed:
                self._names[self._order[at]] = option.name
                more = frozenset({option.name}) if option.name else frozenset[str]()
                self.go(at + 1, taken | more, touched | option.hosts, nics + option.nics)

    def _hopeless(self, at: int, weight: int, touched: frozenset[Host], nics: int) -> bool:
        """Nothing below is cheaper; or as cheap, when two are known already."""
        more = [min(self._weigh(option.hosts - touched) for option in each) for each in self._options[at:]]
        least = (weight + max(more, default=0), nics + sum(self._least[at:]))
        return least > self.best or (least == self.best and len(self.found) > 1)

    def _note(self, cost: Cost) -> None:
        self.found = [*(self.found if cost == self.best else []), tuple(self._names)]
        self.best = cost

    def _weigh(self, hosts: Iterable[Host]) -> int:
        return sum(self._puzzle.weight.get(host, 1) for host in hosts)


def _complete(puzzle: Puzzle, names: Names) -> tuple[str, ...]:
    """Cables without a name get one that is left over: best one that their own hosts gave up, else the next number."""
    taken = {name for name in names if name}
    known = dict.fromkeys(name for strand in puzzle.strands for name in strand.names.values())
    full = list(names)
    for at, strand in enumerate(puzzle.strands):
        if full[at] is None:
            full[at] = next(name for name in _spare(puzzle, strand, known) if name not in taken)
            taken.add(str(full[at]))
    return tuple(str(name) for name in full)


def _spare(puzzle: Puzzle, strand: Strand, known: Mapping[str, None]) -> Iterator[str]:
    """Names that a cable may get without more NICs making way, the nearest first."""
    loose = frozenset[str]().union(*(puzzle.loose.get(host, frozenset()) for host in strand.names))
    near = {name for other in puzzle.strands for host, name in other.names.items() if host in strand.names}
    own = frozenset(strand.names.values())
    yield from (name for name in known if name in near - loose - own)
    yield from (name for name in known if name not in near | loose | own)
    used = [*known, *(name for names in puzzle.loose.values() for name in names)]
    numbers = [int(name[3:]) for name in used if name.startswith("eth") and name[3:].isdigit()]
    yield from (f"eth{number}" for number in range(max(numbers, default=-1) + 1, 1 << 16))
