"""What planners ask the rules: which hosts would take a guest, and in words why the others would not.

Memory is left out here: planners keep their own account of it, because a plan changes it step by step.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import Protocol

from msgspec import Struct
from msgspec.structs import replace

from xenferry.pool import records as r
from xenferry.pool.hostset import HostSet
from xenferry.pool.records import NULL, Ref
from xenferry.pool.snapshot import Snapshot

MEMORY = "HOST_NOT_ENOUGH_FREE_MEMORY"
STORAGE = "VM_REQUIRES_SR"


class Reason(Struct, frozen=True):
    """One refusal: XAPI's error (empty where only we see it), a sentence, and how it is cured."""

    error: tuple[str, ...]
    text: str
    cures: tuple[str, ...] = ()


class Mobility(Protocol):
    """The judgement of one snapshot."""

    def why(self, vm: r.VM, host: r.Host) -> Sequence[Reason]:
        """Every reason for which this host would not take the guest by a live move; empty when it would."""

    def why_start(self, vm: r.VM, host: r.Host) -> Sequence[Reason]:
        """Every reason for which this halted or suspended guest could not start or resume there."""


Judge = Callable[[Snapshot], Mobility]
"""Makes the judgement of a snapshot; a parameter of every planner, because some plan on a snapshot that is not yet."""


def obstacles(mobility: Mobility, vm: r.VM, host: r.Host, *, with_disks: bool = False) -> tuple[Reason, ...]:
    """Reasons against this host other than memory; `with_disks`: nor that it cannot see the disks, they come along."""
    ask = mobility.why if vm.power_state in ("Running", "Paused") else mobility.why_start
    waived = {MEMORY, STORAGE} if with_disks else {MEMORY}
    return tuple(reason for reason in ask(vm, host) if not (reason.error and reason.error[0] in waived))


def takers(snapshot: Snapshot, mobility: Mobility, vm: r.VM) -> HostSet:
    """The hosts other than its own that would take the guest as it is, memory aside."""
    here = snapshot.place.get(vm.resident_on)
    numbered = enumerate(snapshot.hosts)
    return HostSet.of(place for place, host in numbered if place != here and not obstacles(mobility, vm, host))


def network_refusal(snapshot: Snapshot, network: Ref | None, host: r.Host) -> tuple[Reason, ...]:
    """Why guests cannot reach this host over the migration network wished for (XAPI's checks on the destination)."""
    if network is None:
        return ()
    name = snapshot.network[network].name_label
    pifs = [pif for pif in snapshot.PIF.values() if pif.host == host.ref and pif.network == network]
    if not pifs:
        text = f"the host has no NIC on migration network {name}"
        return (Reason(("PIF_NOT_PRESENT", host.ref, network), text),)
    if not pifs[0].currently_attached:
        text = f"NIC {pifs[0].device} on migration network {name} is unplugged"
        return (Reason(("REQUIRED_PIF_IS_UNPLUGGED", pifs[0].ref), text),)
    if not pifs[0].IP and not any(pifs[0].IPv6):
        text = f"NIC {pifs[0].device} on migration network {name} has no IP address"
        return (Reason(("INTERFACE_HAS_NO_IP", pifs[0].ref), text),)
    return ()


def supposing_halted(snapshot: Snapshot, guests: Collection[Ref]) -> Snapshot:
    """The snapshot as it will be once these guests are shut down."""
    vms = {ref: _halted(vm) if ref in guests else vm for ref, vm in snapshot.VM.items()}
    return snapshot.with_tables({"VM": vms}, snapshot.taken_at)


def _halted(vm: r.VM) -> r.VM:
    return replace(vm, power_state="Halted", resident_on=NULL, scheduled_to_be_resident_on=NULL)


def supposing_enabled(snapshot: Snapshot, host: Ref) -> Snapshot:
    """The snapshot as it will be once this host is enabled, for plans that enable it first."""
    hosts = {ref: replace(each, enabled=True) if ref == host else each for ref, each in snapshot.host.items()}
    return snapshot.with_tables({"host": hosts}, snapshot.taken_at)


def in_words(reasons_by_host: Sequence[tuple[str, Sequence[Reason]]]) -> str:
    """Host by host why not; a reason that holds for several hosts is said once."""
    hosts: dict[str, list[str]] = {}
    for host, reasons in reasons_by_host:
        for reason in reasons:
            hosts.setdefault(reason.text, []).append(host)
    return "; ".join(f"{', '.join(names)}: {text}" for text, names in hosts.items())
