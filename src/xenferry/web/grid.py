"""The mobility matrix as a page shows it: the rows that were asked for, a few at a time, and what each cell says."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from msgspec import Struct

from xenferry.pool.records import VM, Ref
from xenferry.pool.snapshot import Snapshot
from xenferry.rules.catalogue import Masks, MobilityRule, article, asked
from xenferry.rules.matrix import Matrix
from xenferry.rules.place import kind_of
from xenferry.web import order

AT_ONCE = 60
"""Rows sent at a time; the next ones follow when the last of these comes into sight."""
SORTS = {"name": "by name", "places": "fewest places first", "memory": "largest first", "host": "by host"}


class Cell(Struct, frozen=True):
    """A guest on a host. `kind`: here, yes, no, unknown."""

    kind: str
    host: str
    """UUID."""
    mark: str
    """What stands in the cell: the numbers of the reasons."""


class Line(Struct, frozen=True):
    """A guest."""

    uuid: str
    name: str
    state: str
    host: str
    """Name of the host it is on; empty when on none."""
    bytes: int
    places: int
    """How many other hosts take it."""
    cells: tuple[Cell, ...]


class Wish(Struct, frozen=True):
    """Which rows, in which order."""

    text: str = ""
    """Part of a guest's name, or a whole UUID."""
    only: str = ""
    """`stuck`: running guests that no other host takes; `running`; or a rule's code: whom it refuses somewhere."""
    sort: str = "name"


def numbers(matrix: Matrix) -> dict[str, int]:
    """Code of each rule that refuses, or cannot tell, somewhere -> its number in the cells; in XAPI's order."""
    kinds = {kind_of(vm.power_state): set[Ref]() for vm in matrix.guests}
    for vm in matrix.guests:
        kinds[kind_of(vm.power_state)].add(vm.ref)
    ordered = sorted(kinds.items(), reverse=True)  # `migrate` before `boot`: most cells are about running guests
    rules = [(rule, guests) for kind, guests in ordered for rule in asked(kind)]
    spoken = (rule.code for rule, guests in rules if any(not guests.isdisjoint(each) for each in _masks(matrix, rule)))
    return {code: number for number, code in enumerate(dict.fromkeys(spoken), 1)}


def _masks(matrix: Matrix, rule: MobilityRule) -> tuple[Masks, Masks]:
    return matrix.refused_by(rule), matrix.unknown_by(rule)


def legend(known: Mapping[str, int]) -> list[tuple[int, str, str]]:
    """Number, code and title of each."""
    return [(number, code, article(code).title) for code, number in known.items()]


def select(matrix: Matrix, wish: Wish) -> list[VM]:
    """All guests that are wished for, in the order wished for."""
    text = wish.text.casefold()
    named = (vm for vm in matrix.guests if not text or text in vm.name_label.casefold() or text == vm.uuid)
    return sorted((vm for vm in named if _wanted(matrix, vm, wish.only)), key=_order(matrix, wish.sort))


def _wanted(matrix: Matrix, vm: VM, only: str) -> bool:
    match only:
        case "":
            return True
        case "running":
            return vm.power_state == "Running"
        case "stuck":
            return vm.power_state == "Running" and not matrix.allowed(vm)
        case code:
            return any(code == each for each, _, _ in _against(matrix, vm))


def _order(matrix: Matrix, sort: str) -> Callable[[VM], tuple[object, ...]]:
    s = matrix.snapshot
    match sort:
        case "places":
            return lambda vm: (vm.power_state != "Running", len(matrix.allowed(vm)), order.natural(vm.name_label))
        case "memory":
            return lambda vm: (-vm.memory_dynamic_max, order.natural(vm.name_label))
        case "host":
            return lambda vm: (_host(s, vm), order.natural(vm.name_label))
        case _:
            return lambda vm: order.natural(vm.name_label)


def _host(s: Snapshot, vm: VM) -> tuple[object, ...]:
    """The guest's host, by name; those on none come last."""
    return (0, order.natural(s.name(vm.resident_on))) if vm.resident_on in s.host else (1, ())


def _against(matrix: Matrix, vm: VM) -> list[tuple[str, int, int]]:
    """The rules that say anything of the guest: code, the hosts refused, the hosts not known."""
    rules = ((rule.code, *_masks(matrix, rule)) for rule in asked(kind_of(vm.power_state)))
    found = ((code, refused.get(vm.ref, 0), unknown.get(vm.ref, 0)) for code, refused, unknown in rules)
    return [each for each in found if each[1] or each[2]]


def line(matrix: Matrix, vm: VM, known: Mapping[str, int]) -> Line:
    """The row of a guest."""
    s, free, against = matrix.snapshot, matrix.allowed(vm), _against(matrix, vm)
    cells = []
    for host in order.hosts(s):
        place = s.place[host.ref]
        if host.ref == vm.resident_on:
            cells.append(Cell("here", host.uuid, "here"))
        elif place in free:
            cells.append(Cell("yes", host.uuid, "✓"))
        else:
            cells.append(_refused(host.uuid, 1 << place, against, known))
    on = s.name(vm.resident_on) if vm.resident_on in s.host else ""
    state = vm.power_state.lower()
    return Line(vm.uuid, vm.name_label, state, on, vm.memory_dynamic_max, len(free), tuple(cells))


def _refused(host: str, bit: int, against: Sequence[tuple[str, int, int]], known: Mapping[str, int]) -> Cell:
    codes = [code for code, refused, unknown in against if (refused | unknown) & bit]
    mark = " ".join(str(known.get(code, "")) for code in codes)
    if any(refused & bit for _, refused, _ in against):
        return Cell("no", host, mark)
    return Cell("unknown", host, f"? {mark}")
