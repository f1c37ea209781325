"""What the pool shows, in the forms in which many causes need it: who is alive, what runs where, which disk is open.

Every answer may be None: then the pool was not read so far, and nothing can be said.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from xenferry.errors.evidence import UNSEEN, Evidence, contradicts, supports
from xenferry.pool.records import NULL

if TYPE_CHECKING:
    from collections.abc import Iterable

    from xenferry.pool.records import VDI, VM, Host, Task
    from xenferry.pool.snapshot import Snapshot

_NAMES_MAX = 4


def told(holds: bool | None, yes: str, no: str) -> Evidence:
    """A fact of the pool as evidence: true speaks for the cause, false against it, None says nothing."""
    if holds is None:
        return UNSEEN
    return supports(yes) if holds else contradicts(no)


def listed(names: Iterable[str]) -> str:
    """`a, b, c, d and 3 more`."""
    every = list(names)
    more = f" and {len(every) - _NAMES_MAX} more" if len(every) > _NAMES_MAX else ""
    return ", ".join(every[:_NAMES_MAX]) + more


def is_alive(pool: Snapshot, host: Host) -> bool | None:
    """Whether XAPI counts a host as alive."""
    metrics = pool.host_metrics.get(host.metrics)
    return metrics.live if metrics is not None else None


def free_memory(pool: Snapshot, host: Host) -> int | None:
    """Bytes that XAPI measured as free on a host."""
    metrics = pool.host_metrics.get(host.metrics)
    return metrics.memory_free if metrics is not None else None


def guests_on(pool: Snapshot, host: Host) -> list[VM]:
    """The guests that run on a host, its control domain left out."""
    return [vm for vm in pool.VM.values() if vm.resident_on == host.ref and not vm.is_control_domain]


def version_of(host: Host) -> tuple[int, ...]:
    """The product's version as numbers; empty where it is not told."""
    parts = host.software_version.get("product_version", "").split(".")
    return tuple(int(part) for part in parts if part.isdigit())


def tasks_of(pool: Snapshot, record: Any) -> list[Task]:
    """The tasks of which an object says that they work on it, as far as the pool has them."""
    return [pool.task[ref] for ref in record.current_operations if ref in pool.task]


def holders(pool: Snapshot, vdi: VDI) -> list[VM]:
    """The guests, control domains among them, that have a disk connected now."""
    vbds = (vbd for vbd in pool.VBD.values() if vdi.ref == vbd.VDI and vbd.currently_attached)
    return [pool.VM[vbd.VM] for vbd in vbds if vbd.VM in pool.VM]


def initiators(pool: Snapshot) -> dict[str, list[str]]:
    """Each iSCSI initiator name with the hosts that have it."""
    found: dict[str, list[str]] = {}
    for host in pool.hosts:
        if name := host.other_config.get("iscsi_iqn", ""):
            found.setdefault(name, []).append(host.name_label)
    return found


def same_initiator(pool: Snapshot | None) -> Evidence:
    """Two hosts under one initiator name throw each other out; different names decide nothing."""
    shared = [hosts for hosts in initiators(pool).values() if len(hosts) > 1] if pool is not None else []
    return supports(f"These hosts have the same initiator name: {listed(shared[0])}.") if shared else UNSEEN


def lacks(features: str, others: str) -> bool | None:
    """Whether one CPU's features, in Xen's hexadecimal words, lack some of another's. None if either is not told."""
    if not features or not others:
        return None
    try:
        own, other = ([int(word, 16) for word in words.split("-")] for words in (features, others))
    except ValueError:
        return None
    own += [0] * (len(other) - len(own))
    return any(word & ~mine for mine, word in zip(own, other, strict=False))


def is_set(ref: str) -> bool:
    """Whether a reference points at something."""
    return bool(ref) and ref != NULL


def was_read(pool: Snapshot, *classes: str) -> bool:
    """Whether these tables were read: only then that nothing is in them says something."""
    return not pool.not_read & set(classes)
