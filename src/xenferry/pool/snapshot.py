"""A pool at one moment: every record that mobility touches, and the joins that everyone needs, computed once.

A snapshot is a value. It is built from tables in XenAPI's own shape, wherever they come from (a live pool, a capture
file, a lab), never changes, and knows nothing of how it was made. What a table does not hold is not guessed.
"""

from __future__ import annotations

import types
from collections.abc import Iterator, Mapping, Set
from functools import cached_property
from typing import Any, TypeVar, cast

import msgspec

from xenferry.pool import records as r
from xenferry.pool.hostset import HostSet
from xenferry.pool.records import CLASSES, NULL, Record, Ref

R = TypeVar("R", bound=Record)

Tables = Mapping[str, Mapping[str, Mapping[str, Any]]]
"""XenAPI's own shape: class -> reference -> record, as `get_all_records` answers in JSON."""


class Observation(msgspec.Struct, frozen=True, kw_only=True):
    """Something a probe saw that XAPI does not tell, e.g. kind "dns", subject a host's ref, value what was seen."""

    kind: str
    subject: Ref
    value: dict[str, Any]
    seen_at: float = 0.0


class Snapshot:
    """One pool, immutable. Attributes named after XenAPI classes are the tables (`snapshot.VM[ref]`).

    Iteration order of every table is XAPI's own `get_all` order, on which "the first error wins" depends.
    """

    def __init__(
        self,
        tables: Mapping[str, Mapping[Ref, Record]],
        *,
        taken_at: float = 0.0,
        observations: tuple[Observation, ...] = (),
        not_read: frozenset[str] = frozenset(),
    ) -> None:
        self.tables: Mapping[str, Mapping[Ref, Record]] = types.MappingProxyType(
            {name: _frozen(tables.get(name, {})) for name in CLASSES}
        )
        self.taken_at = taken_at
        """Seconds since the epoch, UTC, at which the pool was asked; 0 if unknown."""
        self.observations = observations
        self.not_read = not_read
        """Classes not asked for, or that this XAPI does not have: their tables are empty, which proves nothing."""
        self.facts: dict[Any, Any] = {}
        """What others have computed of this snapshot, by the function that did; see `rules.once`."""

    @classmethod
    def from_tables(
        cls, tables: Tables, *, taken_at: float = 0.0, observations: tuple[Observation, ...] = ()
    ) -> Snapshot:
        """Decode XenAPI's own shape. Classes and fields that are not needed are ignored.

        Raises:
            msgspec.ValidationError: a field has another type than XenAPI's; the message gives its path.
        """
        decoded = {name: decode_table(name, tables[name]) for name in CLASSES if name in tables}
        not_read = frozenset(CLASSES) - decoded.keys()
        return cls(decoded, taken_at=taken_at, observations=observations, not_read=not_read)

    def _table(self, name: str, kind: type[R]) -> Mapping[Ref, R]:
        return cast(Mapping[Ref, R], self.tables[name])

    @cached_property
    def VM(self) -> Mapping[Ref, r.VM]:
        return self._table("VM", r.VM)

    @cached_property
    def host(self) -> Mapping[Ref, r.Host]:
        return self._table("host", r.Host)

    @cached_property
    def host_metrics(self) -> Mapping[Ref, r.HostMetrics]:
        return self._table("host_metrics", r.HostMetrics)

    @cached_property
    def VM_metrics(self) -> Mapping[Ref, r.VMMetrics]:
        return self._table("VM_metrics", r.VMMetrics)

    @cached_property
    def VM_guest_metrics(self) -> Mapping[Ref, r.VMGuestMetrics]:
        return self._table("VM_guest_metrics", r.VMGuestMetrics)

    @cached_property
    def VBD(self) -> Mapping[Ref, r.VBD]:
        return self._table("VBD", r.VBD)

    @cached_property
    def VDI(self) -> Mapping[Ref, r.VDI]:
        return self._table("VDI", r.VDI)

    @cached_property
    def VIF(self) -> Mapping[Ref, r.VIF]:
        return self._table("VIF", r.VIF)

    @cached_property
    def network(self) -> Mapping[Ref, r.Network]:
        return self._table("network", r.Network)

    @cached_property
    def PIF(self) -> Mapping[Ref, r.PIF]:
        return self._table("PIF", r.PIF)

    @cached_property
    def PIF_metrics(self) -> Mapping[Ref, r.PIFMetrics]:
        return self._table("PIF_metrics", r.PIFMetrics)

    @cached_property
    def Bond(self) -> Mapping[Ref, r.Bond]:
        return self._table("Bond", r.Bond)

    @cached_property
    def VLAN(self) -> Mapping[Ref, r.VLAN]:
        return self._table("VLAN", r.VLAN)

    @cached_property
    def tunnel(self) -> Mapping[Ref, r.Tunnel]:
        return self._table("tunnel", r.Tunnel)

    @cached_property
    def network_sriov(self) -> Mapping[Ref, r.NetworkSRIOV]:
        return self._table("network_sriov", r.NetworkSRIOV)

    @cached_property
    def SR(self) -> Mapping[Ref, r.SR]:
        return self._table("SR", r.SR)

    @cached_property
    def SM(self) -> Mapping[Ref, r.SM]:
        return self._table("SM", r.SM)

    @cached_property
    def PBD(self) -> Mapping[Ref, r.PBD]:
        return self._table("PBD", r.PBD)

    @cached_property
    def PCI(self) -> Mapping[Ref, r.PCI]:
        return self._table("PCI", r.PCI)

    @cached_property
    def PGPU(self) -> Mapping[Ref, r.PGPU]:
        return self._table("PGPU", r.PGPU)

    @cached_property
    def GPU_group(self) -> Mapping[Ref, r.GPUGroup]:
        return self._table("GPU_group", r.GPUGroup)

    @cached_property
    def VGPU(self) -> Mapping[Ref, r.VGPU]:
        return self._table("VGPU", r.VGPU)

    @cached_property
    def VGPU_type(self) -> Mapping[Ref, r.VGPUType]:
        return self._table("VGPU_type", r.VGPUType)

    @cached_property
    def PUSB(self) -> Mapping[Ref, r.PUSB]:
        return self._table("PUSB", r.PUSB)

    @cached_property
    def USB_group(self) -> Mapping[Ref, r.USBGroup]:
        return self._table("USB_group", r.USBGroup)

    @cached_property
    def VUSB(self) -> Mapping[Ref, r.VUSB]:
        return self._table("VUSB", r.VUSB)

    @cached_property
    def VTPM(self) -> Mapping[Ref, r.VTPM]:
        return self._table("VTPM", r.VTPM)

    @cached_property
    def VM_group(self) -> Mapping[Ref, r.VMGroup]:
        return self._table("VM_group", r.VMGroup)

    @cached_property
    def Certificate(self) -> Mapping[Ref, r.Certificate]:
        return self._table("Certificate", r.Certificate)

    @cached_property
    def task(self) -> Mapping[Ref, r.Task]:
        return self._table("task", r.Task)

    # --- the joins that everyone needs ---------------------------------------------------------------------

    @cached_property
    def pool(self) -> r.Pool:
        """The pool's own record."""
        return next(iter(self._table("pool", r.Pool).values()), r.Pool())

    @cached_property
    def hosts(self) -> tuple[r.Host, ...]:
        """The hosts in XAPI's order; a host's place here is its bit in every `HostSet`."""
        return tuple(self.host.values())

    @cached_property
    def place(self) -> Mapping[Ref, int]:
        """Host ref -> its position in `hosts`."""
        return {host.ref: position for position, host in enumerate(self.hosts)}

    @cached_property
    def everywhere(self) -> HostSet:
        """All hosts of the pool."""
        return HostSet.first(len(self.hosts))

    @cached_property
    def guests(self) -> tuple[r.VM, ...]:
        """The machines people care about: no templates, snapshots or control domains."""
        return tuple(
            vm
            for vm in self.VM.values()
            if not (vm.is_a_template or vm.is_a_snapshot or vm.is_control_domain or vm.is_default_template)
        )

    @cached_property
    def with_sr_plugged(self) -> Mapping[Ref, HostSet]:
        """SR ref -> hosts whose PBD for it is currently attached."""
        return self._spread((pbd.SR, pbd.host) for pbd in self.PBD.values() if pbd.currently_attached)

    @cached_property
    def with_pbd(self) -> Mapping[Ref, HostSet]:
        """SR ref -> hosts that have a PBD for it, plugged or not."""
        return self._spread((pbd.SR, pbd.host) for pbd in self.PBD.values())

    @cached_property
    def with_network(self) -> Mapping[Ref, HostSet]:
        """Network ref -> hosts that have any PIF on it, as XAPI's placement check sees it."""
        return self._spread((pif.network, pif.host) for pif in self.PIF.values())

    def _spread(self, pairs: Iterator[tuple[Ref, Ref]]) -> dict[Ref, HostSet]:
        found: dict[Ref, int] = {}
        for thing, host in pairs:
            if host in self.place:
                found[thing] = found.get(thing, 0) | 1 << self.place[host]
        return {thing: HostSet(bits) for thing, bits in found.items()}

    def hosts_in(self, hosts: HostSet) -> tuple[r.Host, ...]:
        """The host records of a set, in the pool's order."""
        return tuple(self.hosts[position] for position in hosts)

    def name(self, ref: str) -> str:
        """What people call the object: its name, else a PIF's device, else its UUID, else the reference itself.

        The text comes from the pool and is hostile until escaped by whoever shows it.
        """
        for table in self.tables.values():
            record = table.get(cast(Ref, ref))
            if record is not None:
                return str(getattr(record, "name_label", "") or getattr(record, "device", "") or record.uuid or ref)
        return ref

    def with_tables(self, changed: Mapping[str, Mapping[Ref, Record]], taken_at: float) -> Snapshot:
        """A new snapshot in which these whole tables are replaced; the others, and what follows from them, are shared.

        The tables given become the snapshot's own: do not change them afterwards.
        """
        own = {name: types.MappingProxyType(table) for name, table in changed.items()}
        not_read = self.not_read - changed.keys()
        tables = {**self.tables, **own}
        made = Snapshot(tables, taken_at=taken_at, observations=self.observations, not_read=not_read)
        if not_read == self.not_read:
            joins = (name for name in vars(self).keys() & JOINS.keys() if not JOINS[name] & changed.keys())
            vars(made).update({name: vars(self)[name] for name in joins})
            made.facts = {compute: value for compute, value in self.facts.items() if not compute.reads & changed.keys()}
        return made


def _frozen(table: Mapping[Ref, Record]) -> Mapping[Ref, Record]:
    return table if isinstance(table, types.MappingProxyType) else types.MappingProxyType(dict(table))


JOINS: Mapping[str, Set[str]] = {
    "pool": {"pool"},
    "hosts": {"host"},
    "place": {"host"},
    "everywhere": {"host"},
    "with_sr_plugged": {"PBD", "host"},
    "with_pbd": {"PBD", "host"},
    "with_network": {"PIF", "host"},
    "guests": {"VM"},
    **{name: {name} for name in CLASSES if name != "pool"},
}
"""The properties that are computed once, and the tables that each follows from."""


def decode_table(name: str, table: Mapping[str, Any]) -> dict[Ref, Record]:
    """Decode one class's records and write each one's reference into it.

    Raises:
        msgspec.ValidationError: see `Snapshot.from_tables`.
    """
    return _with_refs(msgspec.convert(table, _table(name), strict=False))


def decode_answer(name: str, answer: bytes | msgspec.Raw) -> dict[Ref, Record]:
    """The same of JSON, as `get_all_records` answers.

    Raises:
        msgspec.ValidationError: see `Snapshot.from_tables`.
    """
    return _with_refs(msgspec.json.decode(answer, type=_table(name), strict=False))


def _table(name: str) -> Any:
    return types.GenericAlias(dict, (str, CLASSES[name]))  # known only at run time


def _with_refs(decoded: dict[Ref, Record]) -> dict[Ref, Record]:
    for ref, record in decoded.items():
        msgspec.structs.force_setattr(record, "ref", ref)
    return decoded


__all__ = ["NULL", "Observation", "Ref", "Snapshot", "Tables", "decode_answer", "decode_table"]
