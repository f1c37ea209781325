"""The pool as a picture: each host as long as its memory, each guest on it as long as its own."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from msgspec import Struct

from xenferry.plan.picture import Guest, Picture
from xenferry.pool.records import Ref
from xenferry.rules.facts import memory
from xenferry.runs.follow import View
from xenferry.web.order import natural
from xenferry.web.ways import Way, ways

SCALE = 1000
"""The longest host is drawn so many units long."""
EDGES, LETTER, LETTERS_MAX = 20, 10, 12
"""A guest is drawn with its name in it where this has room: units at the edges, of a letter, letters at most."""
LISTED_MAX = 24
"""So many guests of a host are named under it; the matrix has them all."""


class Block(Struct, frozen=True):
    """A guest on a host, drawn."""

    guest: Guest
    bytes: int
    x: float
    width: float
    can_leave: bool
    """Whether another host takes it."""

    @property
    def kind(self) -> str:
        """How it is drawn."""
        return "other" if self.guest.state != "running" else "can" if self.can_leave else "stuck"

    @property
    def wide(self) -> bool:
        """Whether its name has room."""
        return self.width >= EDGES + LETTER * min(len(self.guest.name), LETTERS_MAX)

    @property
    def stuck(self) -> bool:
        """It runs, and no other host takes it."""
        return self.guest.state == "running" and not self.can_leave


class Row(Struct, frozen=True):
    """A host, drawn."""

    id: str
    """Of its element."""
    name: str
    uuid: str
    state: str
    coordinator: bool
    free_bytes: int
    total_bytes: int
    width: float
    guests: int
    blocks: tuple[Block, ...]
    """The guests on it, the largest first."""
    listed: tuple[Block, ...]
    """Those named below the picture: first those that cannot leave, then the largest."""
    stuck: int
    """How many running guests no other host takes."""


def rows(view: View, only: set[Ref] | None = None) -> Iterator[Row]:
    """The hosts by name, or only these."""
    drawn, there = view.picture, _there(view.picture)
    longest = max((place.total_bytes for place in drawn.hosts.values()), default=0) or 1
    for ref in sorted(drawn.hosts, key=lambda ref: natural(drawn.hosts[ref].name)):
        if only is None or ref in only:
            yield _row(view, ref, there.get(ref, []), SCALE / longest)


def _there(drawn: Picture) -> dict[Ref, list[tuple[Ref, Guest]]]:
    found: dict[Ref, list[tuple[Ref, Guest]]] = {}
    for ref, guest in drawn.guests.items():
        found.setdefault(guest.host, []).append((ref, guest))
    return found


def _row(view: View, host: Ref, there: list[tuple[Ref, Guest]], scale: float) -> Row:
    place, matrix = view.picture.hosts[host], view.matrix
    blocks, x = [], 0.0
    sizes = {ref: memory.taken(matrix.snapshot.VM[ref]) for ref, _ in there if ref in matrix.snapshot.VM}
    for ref, guest in sorted(there, key=lambda each: (-sizes.get(each[0], 0), each[1].name)):
        vm = matrix.snapshot.VM.get(ref)
        wide = sizes.get(ref, 0) * scale
        elsewhere = vm is not None and bool([at for at in matrix.allowed(vm) if matrix.snapshot.hosts[at].ref != host])
        blocks.append(Block(guest, sizes.get(ref, 0), round(x, 2), round(wide, 2), elsewhere))
        x += wide
    return Row(
        id=f"host-{place.uuid}",
        name=place.name,
        uuid=place.uuid,
        state=place.state,
        coordinator=matrix.snapshot.pool.master == host,
        free_bytes=place.free_bytes,
        total_bytes=place.total_bytes,
        width=round(place.total_bytes * scale, 2),
        guests=len(blocks),
        blocks=tuple(blocks),
        listed=tuple(sorted(blocks, key=lambda block: not block.stuck)[:LISTED_MAX]),
        stuck=sum(block.stuck for block in blocks),
    )


def counts(drawn: Picture) -> Counter[str]:
    """How many findings of each severity."""
    return Counter(key[0] for key in drawn.findings)


class Small(Struct, frozen=True):
    """A host in a few strokes: what of its memory could leave, what could not, what else is taken."""

    name: str
    width: float
    can: float
    stuck: float
    other: float


SMALL_MAX = 16
"""So many hosts are drawn on the page of all pools: those from which the most cannot leave."""


def small(drawn: Picture) -> list[Small]:
    """The pool in miniature, the hosts by name."""
    leaving = {each.host: each for each in drawn.readiness.hosts}
    longest = max((place.total_bytes for place in drawn.hosts.values()), default=0) or 1
    worst = sorted(drawn.hosts, key=lambda ref: leaving[ref].placed_bytes - leaving[ref].bytes if ref in leaving else 0)
    found = []
    for ref in sorted(worst[:SMALL_MAX], key=lambda ref: natural(drawn.hosts[ref].name)):
        place, scale = drawn.hosts[ref], SCALE / longest
        can = leaving[ref].placed_bytes if ref in leaving else 0
        stuck = leaving[ref].bytes - can if ref in leaving else 0
        other = max(0, place.total_bytes - place.free_bytes - can - stuck)
        widths = [round(each * scale, 1) for each in (place.total_bytes, can, stuck, other)]
        found.append(Small(place.name, *widths))
    return found


class Next(Struct, frozen=True):
    """Something to do about what stands in the way."""

    way: Way
    cures: int
    """So many blockers and risks name it among their cures, before anything else."""


NEXT_MAX = 3
FINDINGS = Way("/findings", "Read what stands in the way")


def following(drawn: Picture) -> tuple[Next, ...]:
    """What to do next: where the most of the blockers are cured first, then the most of the risks."""
    found: Counter[Way] = Counter()
    for severity in ("blocks", "risk"):
        for key, each in drawn.findings.items():
            if key[0] == severity:
                found[next(iter(ways(each.cures)), FINDINGS)] += 1
        if found:
            break
    return tuple(Next(way, count) for way, count in found.most_common(NEXT_MAX))


def verdict(drawn: Picture) -> str:
    """What keeps the score from being higher; the number itself stands above it."""
    words = drawn.readiness_words.partition(": ")[2] or drawn.readiness_words
    return words[:1].upper() + words[1:]
