"""The smallest renaming of NICs after which every cable has one name on all hosts.

Each cable gets one name and no two cables the same: an assignment problem. The cost of a name for a cable is what it
disturbs: the NICs that are called otherwise and the guests that run on their hosts, which have to reboot; a reboot of
the coordinator is avoided where that costs nothing.
"""

from __future__ import annotations

from functools import cache

from msgspec import Struct

from xenferry.pool.cables import Cable, cables
from xenferry.pool.records import Ref
from xenferry.pool.snapshot import Snapshot


class Rename(Struct, frozen=True, kw_only=True):
    """A NIC that needs another name, and why."""

    nic: Ref
    old: str
    new: str
    cable: Cable


def renames(snapshot: Snapshot) -> tuple[Rename, ...]:
    """What has to be renamed; empty when names and cables agree everywhere."""
    found = cables(snapshot)
    chosen = assign(tuple(_wishes(snapshot, cable) for cable in found))
    return tuple(
        Rename(nic=nic, old=snapshot.PIF[nic].device, new=name, cable=cable)
        for cable, name in zip(found, chosen, strict=True)
        for nic in cable.nics
        if snapshot.PIF[nic].device != name
    )


Wishes = tuple[tuple[str, float], ...]
"""Of one cable: a name its NICs have now, and how much is saved by giving it to all of them."""


def _wishes(snapshot: Snapshot, cable: Cable) -> Wishes:
    saved: dict[str, float] = {}
    for host, name in cable.names(snapshot).items():
        running = sum(vm.resident_on == host and vm.power_state == "Running" for vm in snapshot.guests)
        saved[name] = saved.get(name, 0.0) + 1.0 + running + (0.001 if host == snapshot.pool.master else 0.0)
    return tuple(saved.items())


def assign(wishes: tuple[Wishes, ...]) -> tuple[str, ...]:
    """One name a cable, all different, so that the fewest NICs change theirs.

    Exact: a search over the names taken so far. A cable whose own names all went to others gets one that is left over.
    """
    names = tuple(dict.fromkeys(name for cable in wishes for name, _ in cable))
    saved = [dict(cable) for cable in wishes]

    @cache
    def best(cable: int, taken: int) -> tuple[float, tuple[int | None, ...]]:
        if cable == len(wishes):
            return 0.0, ()
        gain, rest = best(cable + 1, taken)
        options: list[tuple[float, tuple[int | None, ...]]] = [(gain, (None, *rest))]
        for place, name in enumerate(names):
            if name in saved[cable] and not taken >> place & 1:
                gain, rest = best(cable + 1, taken | 1 << place)
                options.append((gain + saved[cable][name], (place, *rest)))
        return max(options, key=lambda option: option[0])

    picked = best(0, 0)[1]
    left = iter([name for place, name in enumerate(names) if place not in picked] + _fresh(names, len(wishes)))
    return tuple(next(left) if place is None else names[place] for place in picked)


def _fresh(names: tuple[str, ...], count: int) -> list[str]:
    """Names that no NIC has yet: the next free numbers, as dom0 numbers NICs itself."""
    numbers = [int(name[3:]) for name in names if name.startswith("eth") and name[3:].isdigit()]
    first = max(numbers, default=-1) + 1
    return [f"eth{number}" for number in range(first, first + count)]
