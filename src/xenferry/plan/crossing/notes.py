"""What a person should know before a guest changes pools: what goes along, what is taken out, what stays behind."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from xenferry.plan import steps as s
from xenferry.pool import records as r
from xenferry.pool.records import NULL
from xenferry.rules.crossings import Objection
from xenferry.rules.finding import Severity
from xenferry.rules.journey import Journey

MOST = 8
"""Guests that are named in one sentence."""


def doubts(said: Sequence[Objection]) -> Iterator[str]:
    """What is not known, and what XAPI would allow although people would suffer from it."""
    words = {Severity.UNKNOWN: "not known from here", Severity.RISK: "at risk"}
    for one in said:
        if one.severity in words:
            yield f"{words[one.severity]}: {one.words.seen.removesuffix('.')}"


class Sayings:
    """Sentences about guests, each said once for all of whom it holds."""

    def __init__(self) -> None:
        self._names: dict[str, list[str]] = {}

    def take(self, j: Journey) -> None:
        """Everything about this guest."""
        for text in _of_guest(j):
            self._names.setdefault(text, []).append(j.vm.name_label)

    def lines(self) -> Iterator[str]:
        """In the order in which they came up first."""
        for text, names in self._names.items():
            more = f" and {len(names) - MOST} more" if len(names) > MOST else ""
            yield f"{'guest' if len(names) == 1 else 'guests'} {', '.join(names[:MOST])}{more}: {text}"


def _of_guest(j: Journey) -> Iterator[str]:
    """About one guest, in words that fit several, too."""
    if j.snapshots:
        yield "snapshots go along, disks and all"
    for image in _images(j):
        yield f"XAPI takes the CD {image} out of the drive"
    if j.vm.VGPUs:
        yield f"the virtual GPU comes from the group of the same kind in pool {j.there.pool.name_label}"
    if left := tuple(_left(j)):
        yield f"does not go along and is to be set there anew: {', '.join(left)}"


def _images(j: Journey) -> Iterator[str]:
    if j.vm.power_state == "Suspended":
        return
    for ref in j.vm.VBDs:
        drive = j.here.VBD.get(ref)
        if drive is not None and drive.type == "CD" and not drive.empty:
            yield j.here.name(drive.VDI)


def _left(j: Journey) -> Iterator[str]:
    """Settings that are a pool's own."""
    if j.vm.blocked_operations:
        yield f"blocked operations ({', '.join(sorted(j.vm.blocked_operations))})"
    if j.vm.appliance not in (NULL, ""):
        yield "the vApp"
    if j.vm.groups:
        yield f"the group {', '.join(j.here.name(ref) for ref in j.vm.groups)}"
    if j.vm.affinity in j.here.host:
        yield "the home server"


def of_empty(hosts: Sequence[r.Host], there: s.Thing) -> Iterator[str]:
    """Hosts that could be given to the other pool, so that it has room for those who are left."""
    if hosts:
        many, names = len(hosts) > 1, ", ".join(host.name_label for host in hosts)
        yield (
            f"{'hosts' if many else 'host'} {names} {'are' if many else 'is'} empty afterwards. For those who find no "
            "room such a host can be taken out of its pool (`xe pool-eject host-uuid=...`, which erases its local "
            f"disks) and joined to pool {there.name}; then give the same command again"
        )


def of_all(steps: Sequence[s.AnyStep], there: s.Thing) -> Iterator[str]:
    """About all guests together; nothing when nobody moves."""
    count = sum(isinstance(step, s.Cross) for step in steps)
    if count:
        whose, they = ("the guest keeps its", "it belongs") if count == 1 else ("the guests keep their", "they belong")
        yield (
            f"{whose} UUID and MAC addresses; disks get new UUIDs. From then on {they} to pool {there.name}: backups, "
            "monitoring and access rights have to know"
        )


__all__ = ["Sayings", "doubts", "of_all", "of_empty"]
