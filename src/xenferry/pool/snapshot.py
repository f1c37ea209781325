"""A pool at one moment: every record that mobility touches, and the joins that everyone needs, computed once.

A snapshot is a value. It is built from tables in XenAPI's own shape, wherever they come from (a live pool, a capture
file, a lab), never changes, and knows nothing of how it was made. What a table does not hold is not guessed.
"""

from __future__ import annotations

import types
from collections.abc import Iterator, Mapping, Set
from functools import cached_property
from typing import Any, Generic, TypeVar, cast

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


class Table(Generic[R]):
    """A table of a snapshot as its attribute, with the type of its records; looked up once."""

    def __init__(self, kind: type[R]) -> None:
        self.kind = kind

    def __set_name__(self, owner: type[Snapshot], name: str) -> None:
        self.name = name

    def __get__(self, s: Snapshot, owner: type[Snapshot]) -> Mapping[Ref, R]:
        table = cast(Mapping[Ref, R], s.tables[self.name])
        vars(s)[self.name] = table
        return table


class Snapshot:
    """One pool, immutable. Attributes named after XenAPI classes are the tables (`snapshot.VM[ref]`).

    Iteration order of every table is XAPI's own `get_all` order, on which "the first error wins" depends.
    """

    VM = Table(r.VM)
    host = Table(r.Host)
    host_metrics = Table(r.HostMetrics)
    VM_metrics = Table(r.VMMetrics)
    VM_guest_metrics = Table(r.VMGuestMetrics)
    VBD = Table(r.VBD)
    VDI = Table(r.VDI)
    VIF = Table(r.VIF)
    network = Table(r.Network)
    PIF = Table(r.PIF)
    PIF_metrics = Table(r.PIFMetrics)
    Bond = Table(r.Bond)
    VLAN = Table(r.VLAN)
    tunnel = Table(r.Tunnel)
    network_sriov = Table(r.NetworkSRIOV)
    SR = Table(r.SR)
    SM = Table(r.SM)
    PBD = Table(r.PBD)
    PCI = Table(r.PCI)
    PGPU = Table(r.PGPU)
    GPU_group = Table(r.GPUGroup)
    VGPU = Table(r.VGPU)
    VGPU_type = Table(r.VGPUType)
    PUSB = Table(r.PUSB)
    USB_group = Table(r.USBGroup)
    VUSB = Table(r.VUSB)
    VTPM = Table(r.VTPM)
    VM_group = Table(r.VMGroup)
    Certificate = Table(r.Certificate)
    Cluster = Table(r.Cluster)
    Cluster_host = Table(r.ClusterHost)
    SDN_controller = Table(r.SDNController)
    pool_update = Table(r.PoolUpdate)
    task = Table(r.Task)

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

    # --- the joins that everyone needs ---------------------------------------------------------------------

    @cached_property
    def pool(self) -> r.Pool:
        """The pool's own record."""
        return next((record for record in self.tables["pool"].values() if isinstance(record, r.Pool)), r.Pool())

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
