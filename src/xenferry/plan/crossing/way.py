"""The ways by which a guest may go into another pool: to which host, and its disks to which SRs.

The rules of `rules/crossing` judge each way. What they say of memory and of room on SRs holds for one guest alone, so
both are kept account of here, for all guests of a plan.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from msgspec import Struct

from xenferry.plan import steps as s
from xenferry.plan import storage
from xenferry.pool import records as r
from xenferry.pool.hostset import HostSet
from xenferry.pool.records import NULL, Ref
from xenferry.pool.snapshot import Snapshot
from xenferry.rules.crossing.sr_too_small_there import THICK
from xenferry.rules.crossings import Objection, why_each
from xenferry.rules.finding import Severity
from xenferry.rules.journey import Journey, extra_disks, to_pool

OWN_ACCOUNT = ("not-enough-memory-there", "sr-too-small-there")
"""Rules that look at a single guest, where a plan has to look at all of them."""
OF_SRS = ("disk-without-destination", "snapshot-without-destination", "sr-out-of-reach-there", "sr-cannot-mirror")
"""Rules that may say something else of other SRs."""


class Maps(Struct, frozen=True):
    """What a person chose: objects here -> objects of the other pool; under NULL the SR for all that are not named."""

    srs: Mapping[Ref, Ref] = {}
    networks: Mapping[Ref, Ref] = {}
    via: Ref = NULL
    """The network there over which everything is sent; NULL: that of management."""


class Ways(Struct, frozen=True):
    """The ways of one guest with its disks on the first choice of SRs that some host there accepts."""

    vm: r.VM
    hosts: tuple[r.Host, ...]
    against: tuple[tuple[Objection, ...], ...]
    """What speaks against each of the hosts, memory and room included."""
    open: HostSet
    """Positions, among all hosts there, of those that take the guest if they have memory and room."""


def ways(here: Snapshot, vm: r.VM, there: Snapshot, hosts: Sequence[r.Host], maps: Maps) -> Ways:
    """Judge a guest against these hosts of the other pool."""
    first: Ways | None = None
    for srs in sr_choices(here, vm, there, maps):
        judged = _judged(here, vm, there, hosts, maps, srs)
        if judged.open:
            return judged
        if not any(_only_srs(said) for said in judged.against):
            return _without_srs(judged)
        first = first or judged
    assert first is not None
    return first


def _only_srs(said: Sequence[Objection]) -> bool:
    """Might another choice of SRs help on this host?"""
    return all(one.code in OF_SRS for one in blocking(said))


def _without_srs(judged: Ways) -> Ways:
    """Something else is in the way everywhere: what is wrong with this choice of SRs does not matter."""
    kept = tuple(tuple(one for one in said if one.code not in OF_SRS) for said in judged.against)
    return Ways(judged.vm, judged.hosts, kept, judged.open)


def _judged(
    here: Snapshot, vm: r.VM, there: Snapshot, hosts: Sequence[r.Host], maps: Maps, srs: Mapping[Ref, Ref]
) -> Ways:
    blank = to_pool(here, vm, there, hosts[0], srs=srs, networks=maps.networks)
    found = why_each([replace(blank, host=host, via=maps.via) for host in hosts])
    free = (there.place[host.ref] for host, said in zip(hosts, found, strict=True) if not blocking(said))
    return Ways(vm, tuple(hosts), tuple(found), HostSet.of(free))


def blocking(said: Sequence[Objection]) -> tuple[Objection, ...]:
    """What would stop the guest, apart from what a plan keeps account of."""
    return tuple(one for one in said if one.severity == Severity.BLOCKS and one.code not in OWN_ACCOUNT)


def sr_choices(here: Snapshot, vm: r.VM, there: Snapshot, maps: Maps) -> Iterator[Mapping[Ref, Ref]]:
    """SRs here -> SRs there, the usual choice first: as a person said, the pool's default SR, then others with room.

    An SR that both pools have is not left in any of them, unless a person says so.
    """
    yield maps.srs
    if NULL in maps.srs:
        return
    uuids = {sr.uuid: ref for ref, sr in there.SR.items()}
    homes = (here.SR.get(here.VDI[here.VBD[ref].VDI].SR) for ref in vm.VBDs if _known(here, ref))
    same = {home.ref: uuids[home.uuid] for home in homes if home is not None and home.uuid in uuids}
    others = [sr for sr in there.SR.values() if storage.takes_disks(sr) and sr.ref != there.pool.default_SR]
    for sr in sorted(others, key=lambda sr: (not sr.shared, -storage.room(sr))):
        yield {**same, **maps.srs, NULL: sr.ref}


def _known(here: Snapshot, vbd: Ref) -> bool:
    return vbd in here.VBD and here.VBD[vbd].VDI in here.VDI


class Rooms:
    """What is left on the other pool's SRs after the guests planned so far."""

    def __init__(self, there: Snapshot) -> None:
        self._there = there
        self._left = {ref: storage.room(sr) for ref, sr in there.SR.items()}

    def short(self, j: Journey) -> tuple[r.SR, int, int] | None:
        """The first SR that is too small for what comes, what comes, and what is left there; None if all fits."""
        for ref, coming in _coming(j).items():
            if coming > self._left[ref]:
                return self._there.SR[ref], coming, self._left[ref]
        return None

    def take(self, j: Journey) -> None:
        """From now on the guest's disks count there."""
        for ref, coming in _coming(j).items():
            self._left[ref] -= coming


def _coming(j: Journey) -> dict[Ref, int]:
    """Bytes that each SR there needs; thick storage takes the whole size from the start."""
    found: dict[Ref, int] = {}
    for vdi, ref in (*j.disks.items(), *extra_disks(j).items()):
        disk, sr = j.here.VDI.get(vdi), j.there.SR.get(ref)
        if disk is not None and sr is not None and not same_sr(j, disk, sr):
            found[ref] = found.get(ref, 0) + (disk.virtual_size if sr.type in THICK else disk.physical_utilisation)
    return found


def same_sr(j: Journey, disk: r.VDI, sr: r.SR) -> bool:
    """Do both pools have this SR, so that nothing is copied?"""
    home = j.here.SR.get(disk.SR)
    return home is not None and home.uuid == sr.uuid


def reasons(there: Snapshot, judged: Ways) -> list[s.Hindrance]:
    """What keeps the guest from every host, each rule once."""
    said: dict[str, list[tuple[r.Host, Objection]]] = {}
    for host, objections in zip(judged.hosts, judged.against, strict=True):
        for one in blocking(objections):
            said.setdefault(one.code, []).append((host, one))
    found = []
    for (host, one), *others in said.values():
        more = len(others) if host.name_label in one.words.seen else 0
        also = f" The same holds for {more} more {'hosts' if more > 1 else 'host'} of that pool." if more else ""
        found.append(s.Hindrance(one.words.seen + also, one.words.cures))
    return found or [s.Hindrance(f"pool {there.pool.name_label} has no host that could take it")]
