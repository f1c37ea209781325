"""The wiring drawn: hosts and their NICs down the left, every cable a line that goes down past those it connects."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec import Struct

from xenferry.pool.cables import Cable
from xenferry.pool.records import Host, Ref
from xenferry.pool.snapshot import Snapshot

ROW, HEAD, GAP = 24, 30, 14
"""Heights: of a NIC's line, of a host's name, between hosts."""
LEFT, LANE, TOP = 300, 64, 44
"""Where the first cable runs, how far apart they are, room for their numbers."""


class Port(Struct, frozen=True):
    """A NIC."""

    y: float
    device: str
    about: str
    """Its address and speed."""
    lane: float
    """Where its cable runs; what it crosses on the way there is another cable's business."""
    link: bool
    odd: bool
    """Its cable has more than one name."""


class Box(Struct, frozen=True):
    """A host."""

    name: str
    y: float
    height: float
    ports: tuple[Port, ...]


class Lane(Struct, frozen=True):
    """A cable."""

    number: int
    x: float
    top: float
    bottom: float
    odd: bool


class Drawing(Struct, frozen=True):
    """Everything, in pixels."""

    width: float
    height: float
    boxes: tuple[Box, ...]
    lanes: tuple[Lane, ...]


def draw(s: Snapshot, found: Sequence[Cable], hosts: Sequence[Host], names: Mapping[Ref, str] | None = None) -> Drawing:
    """Lay the hosts out one below the other.

    Args:
        s: the pool.
        found: its cables, in the order of their numbers.
        hosts: from top to bottom.
        names: NIC -> the name that it would get; the drawing is then that of afterwards.
    """
    given = names or {}
    odd = [not each.agreed(s) and not _lined_up(s, each, given) for each in found]
    boxes, y = [], float(TOP)
    for host in hosts:
        box = _box(s, host, found, y, odd, given)
        boxes.append(box)
        y += box.height + GAP
    meets: dict[float, list[float]] = {_x(number): [] for number in range(len(found))}
    for port in (port for box in boxes for port in box.ports):
        meets[port.lane].append(port.y)
    lanes = tuple(
        Lane(number + 1, x, min(ys, default=TOP), max(ys, default=TOP), odd[number])
        for number, (x, ys) in enumerate(meets.items())
    )
    return Drawing(LEFT + LANE * len(found) + GAP, y, tuple(boxes), lanes)


def _lined_up(s: Snapshot, cable: Cable, names: Mapping[Ref, str]) -> bool:
    """Whether all its NICs will have one name; where nothing is renamed there is nothing to expect."""
    return bool(names) and len({names.get(ref, s.PIF[ref].device) for ref in cable.nics}) == 1


def _x(number: int) -> float:
    return float(LEFT + LANE // 2 + LANE * number)


def _box(
    s: Snapshot, host: Host, found: Sequence[Cable], y: float, odd: Sequence[bool], names: Mapping[Ref, str]
) -> Box:
    lanes = {nic: number for number, cable in enumerate(found) for nic in cable.nics}
    mine = sorted(
        (ref for ref in lanes if s.PIF[ref].host == host.ref), key=lambda ref: names.get(ref, s.PIF[ref].device)
    )
    ports = tuple(
        _port(s, ref, y + HEAD + ROW * (place + 0.5), _x(lanes[ref]), odd=odd[lanes[ref]], new=names.get(ref, ""))
        for place, ref in enumerate(mine)
    )
    return Box(host.name_label, y, HEAD + ROW * max(1, len(mine)) + GAP / 2, ports)


def _port(s: Snapshot, ref: Ref, y: float, lane: float, *, odd: bool, new: str) -> Port:
    pif = s.PIF[ref]
    metrics = s.PIF_metrics.get(pif.metrics)
    link = bool(metrics and metrics.carrier)
    about = [
        f"was {pif.device}" if new else "",
        pif.IP,
        "management" if pif.management else "",
        "" if link else "no link",
    ]
    return Port(y, new or pif.device, ", ".join(each for each in about if each), lane, link, odd)
