"""Keeps allowed_operations of every object as they follow from the state of the pool.

XAPI stores them and computes them anew when an operation begins or ends and when something they follow from changes;
the lab notes what a change concerns and computes before the next call or event is answered, so that a client never
sees a menu older than the state beside it. A capture's own menus stay until something they follow from changes.
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Iterable, Iterator
from typing import TYPE_CHECKING

from xenferry.lab.error import LabError
from xenferry.lab.lifecycle import appliance, cluster, guest, host, pool, sr, vbd, vdi, vif, vtpm, vusb
from xenferry.lab.lifecycle.verdicts import Listing
from xenferry.lab.placement.facts import Facts, Record

if TYPE_CHECKING:
    from xenferry.lab.db import Database

MENUS: dict[str, Listing] = {
    "VM": guest.allowed_operations,
    "host": host.allowed_operations,
    "pool": pool.allowed_operations,
    "SR": sr.allowed_operations,
    "VDI": vdi.allowed_operations,
    "VBD": vbd.allowed_operations,
    "VIF": vif.allowed_operations,
    "VUSB": vusb.allowed_operations,
    "VTPM": vtpm.allowed_operations,
    "VM_appliance": appliance.allowed_operations,
    "Cluster": cluster.of_cluster,
    "Cluster_host": cluster.of_host,
}
"""Tasks are not among them: what may be done with a task, its work decides. A network's menu is always empty."""

OWN: dict[str, frozenset[str]] = {
    "VM": frozenset(
        """power_state current_operations blocked_operations is_a_template is_a_snapshot is_default_template
        is_control_domain domain_type other_config platform metrics guest_metrics VBDs VGPUs VUSBs VTPMs attached_PCIs
        appliance protection_policy snapshot_schedule""".split()  # noqa: SIM905
    ),
    "host": frozenset(("current_operations", "enabled", "power_on_mode", "metrics")),
    "SR": frozenset(("current_operations", "type", "is_tools_sr", "PBDs", "VDIs")),
}
"""Fields of an object from which its own menu follows, for classes whose objects change often for other reasons."""
DEVICES = (("VBD", "VBDs"), ("VIF", "VIFs"), ("VUSB", "VUSBs"), ("VTPM", "VTPMs"))
OF_GUEST = ("power_state", "current_operations", "guest_metrics", "metrics", "domain_type", "is_control_domain")
"""Fields of a guest from which the menus of its devices follow."""
CONCERNS: dict[str, tuple[tuple[str, str, str], ...]] = {
    # of a class: (field that changes or "*", class concerned, field with the references or `SR.VDIs` or "all")
    "VM": (
        *((field, cls, devices) for field in OF_GUEST for cls, devices in DEVICES),
        ("power_state", "VM_appliance", "appliance"),
    ),
    "VBD": (("*", "VM", "VM"), ("*", "VDI", "VDI")),
    "VDI": (
        ("current_operations", "VBD", "VBDs"),
        ("managed", "VBD", "VBDs"),
        ("managed", "SR", "SR"),
        ("type", "SR", "SR"),
        ("sm_config", "VM", "all"),
    ),
    "SR": (("type", "VDI", "VDIs"), ("is_tools_sr", "VDI", "VDIs")),
    "PBD": (("currently_attached", "SR", "SR"), ("currently_attached", "VDI", "SR.VDIs")),
    "VGPU": (("*", "VM", "VM"),),
    "SM": (("features", "SR", "all"), ("features", "VDI", "all")),
    "network_sriov": (("*", "VIF", "all"),),
    "Cluster": (("*", "pool", "all"),),
    "PGPU": (("compatibility_metadata", "VM", "all"),),
    "host": (("control_domain", "VM", "all"), ("control_domain", "VIF", "all"), ("software_version", "VM", "all")),
}
METRICS = {
    "VM_metrics": ("current_domain_type", "nomigrate", "nested_virt"),
    "VM_guest_metrics": (
        "other", "PV_drivers_version", "PV_drivers_detected", "can_use_hotplug_vbd", "can_use_hotplug_vif",
    ),
    "host_metrics": ("live",),
}  # fmt: skip
"""Fields of metrics that menus follow from; their guest or host is looked up."""
OF_POOL = ("other_config", "ha_enabled", "master")
"""Fields of the pool from which everything may follow: the upgrade, HA, whose XAPI it is."""


class Menus:
    """`settle` brings all menus up to date; between two calls it happens by itself."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._stale: dict[str, dict[str, None]] = {}
        self._writing = False
        self._planned = False
        self._owners: dict[str, tuple[str, str]] = {}

    def adopt(self, *, keep: bool) -> None:
        """Begins: computes every menu without a trace in the events. `keep` leaves what is not empty as it is."""
        if self._db.all("pool"):
            facts = Facts.of(self._db)
            for cls, listing in MENUS.items():
                for ref, record in self._db.tables[cls].items():
                    if not (keep and record["allowed_operations"]):
                        record["allowed_operations"] = _listed(listing, facts, ref, record)
        for cls, field in (("VM", "metrics"), ("VM", "guest_metrics"), ("host", "metrics")):
            self._owners |= {record[field]: (cls, ref) for ref, record in self._db.tables[cls].items()}
        self._db.followers.append(self._follow)

    def settle(self) -> None:
        """Computes what is out of date; a menu that comes out different is a change like any other."""
        if not self._stale or not self._db.all("pool"):
            return
        facts, stale, self._stale = Facts.of(self._db), self._stale, {}
        self._writing = True
        try:
            for cls, refs in stale.items():
                for ref in refs:
                    record = self._db.tables[cls].get(ref)
                    if record is not None:
                        self._db.update(cls, ref, allowed_operations=_listed(MENUS[cls], facts, ref, record))
        finally:
            self._writing = False

    def settle_one(self, cls: str, ref: str) -> None:
        """The menu of this object alone, at once: XAPI writes it whenever an operation on the object begins or ends."""
        if ref in self._stale.get(cls, {}) and self._db.all("pool"):
            record = self._db.get(cls, ref)
            self._db.update(cls, ref, allowed_operations=_listed(MENUS[cls], Facts.of(self._db), ref, record))

    def touch(self, cls: str, ref: str) -> None:
        """The menu of this object may be out of date."""
        if self._db.exists(cls, ref):
            self._stale.setdefault(cls, {})[ref] = None
            self._plan()

    def _follow(self, cls: str, ref: str, record: Record, changed: Collection[str] | None) -> None:
        if self._writing:
            return
        for other, target in self._concerned(cls, ref, record, changed):
            if target in self._db.tables[other]:
                self._stale.setdefault(other, {})[target] = None
        if self._stale:
            self._plan()

    def _concerned(
        self, cls: str, ref: str, record: Record, changed: Collection[str] | None
    ) -> Iterator[tuple[str, str]]:
        """The objects whose menus may follow from this change; `changed` is None for a new or a deleted object."""
        new = changed is None and cls != "host"  # a host has none before it is live
        if cls in MENUS and (new or (changed and (cls not in OWN or not OWN[cls].isdisjoint(changed)))):
            yield cls, ref
        if cls in METRICS:
            yield from self._of_metrics(cls, ref, changed)
        if cls in ("VM", "host") and (changed is None or not {"metrics", "guest_metrics"}.isdisjoint(changed)):
            self._own(cls, ref, record)
        if cls == "pool" and (changed is None or not set(OF_POOL).isdisjoint(changed)):
            yield from ((each, target) for each in MENUS for target in self._db.tables[each])
        for field, other, link in CONCERNS.get(cls, ()):
            if changed is None or field == "*" or field in changed:
                yield from ((other, target) for target in self._linked(other, record, link))

    def _linked(self, cls: str, record: Record, link: str) -> Iterable[str]:
        if link == "all":
            return self._db.tables[cls]
        field, _, further = link.partition(".")
        if further:
            parent = self._db.tables[field].get(record[field])
            return parent[further] if parent else ()
        value: str | list[str] = record[field]
        return [value] if isinstance(value, str) else value

    def _own(self, cls: str, ref: str, record: Record) -> None:
        for field in ("metrics", "guest_metrics") if cls == "VM" else ("metrics",):
            self._owners[record[field]] = (cls, ref)

    def _of_metrics(self, cls: str, ref: str, changed: Collection[str] | None) -> Iterator[tuple[str, str]]:
        if changed is not None and set(METRICS[cls]).isdisjoint(changed):
            return
        owner = self._owners.get(ref) if changed is not None else self._owners.pop(ref, None)
        if owner is None or owner[1] not in self._db.tables[owner[0]]:
            return
        yield owner
        if owner[0] == "VM":
            record = self._db.tables["VM"][owner[1]]
            yield from ((kind, device) for kind, field in DEVICES for device in record[field])

    def _plan(self) -> None:
        """Settles in the loop's next round; without a loop nobody can look in between."""
        if self._planned:
            return
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:
            return
        self._planned = True
        loop.call_soon(self._settle_planned)

    def _settle_planned(self) -> None:
        self._planned = False
        self.settle()


def _listed(listing: Listing, facts: Facts, ref: str, record: Record) -> list[str]:
    """XAPI leaves a menu as it was when it cannot compute it: a dangling reference, a domain type nobody knows."""
    try:
        return listing(facts, ref)
    except LabError:
        old: list[str] = record["allowed_operations"]
        return old
