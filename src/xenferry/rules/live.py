"""The matrix that follows a pool: after an event only what it touches is judged again.

A guest's own devices and settings concern that guest alone: it is judged in a small snapshot that holds it and all that
is no guest's. Its memory concerns all guests whose need lies between what a host had free before and has now. A change
of anything else (a host, a connection, a network ...) is judged whole, and so is what guests share in other ways: HA's
plan, GPUs, devices passed through, internal networks.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Collection, Iterable, Mapping, Set
from typing import NamedTuple

from xenferry.pool.records import NULL, VM, Record, Ref
from xenferry.pool.snapshot import Snapshot
from xenferry.rules.catalogue import MobilityRule, mobility
from xenferry.rules.facts import memory, network, sriov
from xenferry.rules.matrix import Matrix

OWN = ("VM", "VM_metrics", "VM_guest_metrics", "VBD", "VDI", "VIF")
"""The classes whose objects belong to one guest."""

WITHOUT_EFFECT: Mapping[str, Set[str]] = {
    "host": {"resident_VMs", "other_config", "tags"},
    "host_metrics": {"memory_free"},
    "network": {"VIFs", "current_operations", "tags", "name_description"},
    "SR": {"VDIs", "physical_utilisation", "tags"},
    "VM": {"allowed_operations", "memory_target", "tags"},
    "VM_metrics": {"memory_actual", "start_time"},
    "VM_guest_metrics": {"networks", "os_version"},
    "VBD": {"currently_attached", "device"},
    "VIF": {"device"},
    "VDI": {"current_operations", "physical_utilisation", "virtual_size", "VBDs"},
    "pool": {"current_operations", "tags", "cpu_info"},
}
"""Fields that change often and that no check of a migration or a start reads, besides those that records leave out."""

NEVER = frozenset({"task", "PIF_metrics"})
"""Classes that no such check reads at all."""


class _Changed(NamedTuple):
    cls: str
    before: Record | None
    after: Record | None


class LiveMatrix:
    """Holds the answers for one snapshot and takes them over into the next.

    `guests whose answers changed = live.follow(snapshot, touched)`; then `live.matrix` is that snapshot's matrix, equal
    to `matrix(snapshot)`. A matrix taken before must not be used any more.
    """

    def __init__(self, s: Snapshot) -> None:
        self._rules = mobility()
        self._memory = next(rule for rule in self._rules if rule.code == "not-enough-memory")
        self._begin(s)

    def _begin(self, s: Snapshot) -> None:
        self.snapshot = s
        self._refused = {rule.code: dict(rule.refused(s, s.guests)) for rule in self._rules}
        self._unknown = {rule.code: dict(rule.unknown(s, s.guests)) for rule in self._rules}
        self._owners = _owners(s)
        counted = memory.counts_vcpus(s)
        self._needs = {vm.ref: memory.needed_by(vm, counted) for vm in s.guests}
        self._ladder = sorted((need, ref) for ref, need in self._needs.items())

    @property
    def matrix(self) -> Matrix:
        """The matrix of the snapshot followed last."""
        return Matrix.judged(self.snapshot, self._refused, self._unknown)

    def follow(self, after: Snapshot, touched: Iterable[Ref]) -> frozenset[Ref]:
        """Take over into the next snapshot, which differs in the objects touched.

        Returns:
            The guests whose row has changed, those that came and went included.
        """
        before = self.snapshot
        changed = [each for ref in touched for each in _changes(before, after, ref)]
        guests = self._guests_of(changed)
        if guests is None or _shared(before, after, guests):
            return self._whole(after)
        self.snapshot = after
        return self._judge_some(before, after, guests) if guests else frozenset()

    def _guests_of(self, changed: Iterable[_Changed]) -> set[Ref] | None:
        """The guests that the changes concern; None if they concern more than guests' own things."""
        found: set[Ref] = set()
        for cls, before, after in changed:
            if cls not in OWN:
                return None
            for record in (before, after):
                if record is not None:
                    found |= self._owned_by(cls, record)
        return found

    def _owned_by(self, cls: str, record: Record) -> set[Ref]:
        if isinstance(record, VM):
            return {record.ref}
        named = {getattr(record, "VM", NULL)} - {NULL}
        return named | self._owners.get(record.ref, set())

    def _whole(self, after: Snapshot) -> frozenset[Ref]:
        rows = {code: (self._refused[code], self._unknown[code]) for code in self._refused}
        known = self._needs.keys()
        self._begin(after)
        differing = set(known ^ self._needs.keys())
        for code, sides in rows.items():
            for old, new in zip(sides, (self._refused[code], self._unknown[code]), strict=True):
                if old != new:
                    differing |= {ref for ref in old.keys() | new.keys() if old.get(ref) != new.get(ref)}
        return frozenset(differing)

    def _judge_some(self, before: Snapshot, after: Snapshot, refs: set[Ref]) -> frozenset[Ref]:
        pairs = [(before.VM.get(ref), after.VM.get(ref)) for ref in refs]
        self._own(after, refs)
        uses, ladder = memory.uses(before), memory.ladder(before)
        if any(_size(old) != _size(new) for old, new in pairs):
            uses = memory.follow(uses, pairs)
            ladder = memory.climbed(after, ladder, memory.uses(before), uses)
        memory.uses.tell(after, uses)
        memory.ladder.tell(after, ladder)
        guests = [vm for _, vm in pairs if vm is not None and _is_guest(vm)]
        small = _slice(after, [vm for _, vm in pairs if vm is not None])
        differing = {ref for ref in refs if (ref in self._needs) != any(vm.ref == ref for vm in guests)}
        for rule in self._rules:
            if rule is not self._memory:
                differing |= self._take(rule, refs, rule.refused(small, guests), rule.unknown(small, guests))
        self._rank(after, refs, guests)
        close = self._close(memory.uses(before), uses) | refs
        judged = [after.VM[ref] for ref in close if ref in self._needs]
        refused, unknown = self._memory.refused(after, judged), self._memory.unknown(after, judged)
        return frozenset(differing | self._take(self._memory, close, refused, unknown))

    def _take(
        self, rule: MobilityRule, refs: Set[Ref], refused: Mapping[Ref, int], unknown: Mapping[Ref, int]
    ) -> set[Ref]:
        """Keep a rule's new answers for these guests; those for whom they differ from the old ones."""
        differing: set[Ref] = set()
        for kept, new in ((self._refused[rule.code], refused), (self._unknown[rule.code], unknown)):
            if not kept and not new:
                continue
            for ref in refs:
                mask = new.get(ref, 0)
                if kept.get(ref, 0) != mask:
                    differing.add(ref)
                    if mask:
                        kept[ref] = mask
                    else:
                        del kept[ref]
        return differing

    def _own(self, after: Snapshot, refs: set[Ref]) -> None:
        for ref in refs:
            vm = after.VM.get(ref)
            for part in _parts(after, vm) if vm else ():
                self._owners.setdefault(part, set()).add(ref)

    def _rank(self, after: Snapshot, refs: set[Ref], guests: list[VM]) -> None:
        for ref in refs & self._needs.keys():
            del self._ladder[bisect_left(self._ladder, (self._needs.pop(ref), ref))]
        counted = memory.counts_vcpus(after)
        for vm in guests:
            self._needs[vm.ref] = memory.needed_by(vm, counted)
            insort(self._ladder, (self._needs[vm.ref], vm.ref))

    def _close(self, before: Mapping[Ref, memory.Use], after: Mapping[Ref, memory.Use]) -> set[Ref]:
        """The guests for whom a change of what hosts have free makes a difference."""
        found: set[Ref] = set()
        for host, use in after.items() if after is not before else ():
            if before[host] is not use:
                low, high = sorted((memory.spare(before[host]), memory.spare(use)))
                first, last = bisect_left(self._ladder, (low, "")), bisect_left(self._ladder, (high + 1, ""))
                found |= {ref for _, ref in self._ladder[first:last]}
                found |= {ref for ref in (*before[host].expected, *use.expected) if ref in self._needs}
        return found


def _is_guest(vm: VM) -> bool:
    return not (vm.is_a_template or vm.is_a_snapshot or vm.is_control_domain or vm.is_default_template)


def _size(vm: VM | None) -> tuple[Ref, Ref, int] | None:
    """What of a machine counts for the memory of hosts."""
    return (vm.resident_on, vm.scheduled_to_be_resident_on, memory.taken(vm)) if vm else None


def _changes(before: Snapshot, after: Snapshot, ref: Ref) -> Iterable[_Changed]:
    """The records of this reference that differ in something that a check reads."""
    for cls, table in after.tables.items():
        old, new = before.tables[cls].get(ref), table.get(ref)
        if old is not new and cls not in NEVER and not _alike(cls, old, new):
            yield _Changed(cls, old, new)


def _alike(cls: str, old: Record | None, new: Record | None) -> bool:
    if old is None or new is None:
        return False
    without = WITHOUT_EFFECT.get(cls, frozenset())
    return all(getattr(old, field) == getattr(new, field) for field in old.__struct_fields__ if field not in without)


def _owners(s: Snapshot) -> dict[Ref, set[Ref]]:
    """Metrics, agents' reports, disks -> the guests they belong to."""
    found: dict[Ref, set[Ref]] = {}
    for vm in s.VM.values():
        for part in _parts(s, vm):
            found.setdefault(part, set()).add(vm.ref)
    return found


def _parts(s: Snapshot, vm: VM) -> Iterable[Ref]:
    yield from (part for part in (vm.metrics, vm.guest_metrics, vm.suspend_VDI) if part != NULL)
    for ref in vm.VBDs:
        drive = s.VBD.get(ref)
        if drive is not None and drive.VDI != NULL:
            yield drive.VDI


def _shared(before: Snapshot, after: Snapshot, guests: Collection[Ref]) -> bool:
    """Do these guests have something in common with others besides their hosts' memory?"""
    if not guests:
        return False
    if sriov.any_sriov(after) or after.pool.ha_enabled:
        return True
    return any(_mixes(s, guests) for s in (before, after))


def _mixes(s: Snapshot, guests: Collection[Ref]) -> bool:
    internal = {ref: net for ref, net in s.network.items() if network.is_internal(net)}
    users = {s.VIF[vif].VM for net in internal.values() for vif in net.VIFs if vif in s.VIF}
    vms = [s.VM[ref] for ref in guests if ref in s.VM]
    cards = (s.VIF[ref].network for vm in vms for ref in vm.VIFs if ref in s.VIF)
    special = any(vm.VGPUs or vm.VUSBs or vm.attached_PCIs or vm.is_control_domain for vm in vms)
    return special or not users.isdisjoint(guests) or any(on in internal for on in cards)


def _slice(s: Snapshot, vms: list[VM]) -> Snapshot:
    """These guests with their own things, and everything that is no guest's."""
    drives = {ref: s.VBD[ref] for vm in vms for ref in vm.VBDs if ref in s.VBD}
    wanted = [*(drive.VDI for drive in drives.values()), *(vm.suspend_VDI for vm in vms)]
    disks = {ref: s.VDI[ref] for ref in (*wanted, *_any(s.VDI)) if ref in s.VDI}
    own: dict[str, dict[Ref, Record]] = {
        "VM": {vm.ref: vm for vm in vms},
        "VM_metrics": {vm.metrics: s.VM_metrics[vm.metrics] for vm in vms if vm.metrics in s.VM_metrics},
        "VM_guest_metrics": {
            vm.guest_metrics: s.VM_guest_metrics[vm.guest_metrics]
            for vm in vms
            if vm.guest_metrics in s.VM_guest_metrics
        },
        "VBD": dict(drives),
        "VDI": dict(disks),
        "VIF": {ref: s.VIF[ref] for vm in vms for ref in vm.VIFs if ref in s.VIF},
    }
    return s.with_tables({cls: table for cls, table in own.items() if cls not in s.not_read}, s.taken_at)


def _any(table: Mapping[Ref, Record]) -> Iterable[Ref]:
    """One reference: whether a class was read at all is told from its table's being empty."""
    return [next(iter(table))] if table else []
