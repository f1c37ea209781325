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
    unknown: bool = False
    """Not a refusal: the snapshot does not tell, XAPI will."""


class Mobility(Protocol):
    """The judgement of one snapshot."""

    def why(self, vm: r.VM, host: r.Host) -> Sequence[Reason]:
        """Every reason for which the guest could not go to this host (running) or start there (halted, suspended)."""

    def may(self, vm: r.VM) -> HostSet:
        """The hosts that no rule refuses, memory aside; its own may be among them."""

    def said(self, vm: r.VM, hosts: HostSet) -> Sequence[Reason]:
        """Every refusal of these hosts, each sentence speaking of all of them that it holds for."""


Judge = Callable[[Snapshot], Mobility]
"""Makes the judgement of a snapshot; a parameter of every planner, because some plan on a snapshot that is not yet."""


def obstacles(mobility: Mobility, vm: r.VM, host: r.Host, *, with_disks: bool = False) -> tuple[Reason, ...]:
    """Reasons against this host other than memory; `with_disks`: nor that it cannot see the disks, they come along."""
    waived = {MEMORY, STORAGE} if with_disks else {MEMORY}
    refusing = (reason for reason in mobility.why(vm, host) if not reason.unknown)
    return tuple(reason for reason in refusing if not (reason.error and reason.error[0] in waived))


def doubts(mobility: Mobility, vm: r.VM, host: r.Host) -> tuple[str, ...]:
    """What about this pair could not be judged from the snapshot, in words."""
    return tuple(reason.text for reason in mobility.why(vm, host) if reason.unknown)


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
    if not pifs[0].primary_address:
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


def refusals(mobility: Mobility, vm: r.VM, hosts: HostSet, *, with_disks: bool = False) -> tuple[Reason, ...]:
    """Why these hosts would not take the guest, memory aside, each reason said once for all of them."""
    waived = {MEMORY, STORAGE} if with_disks else {MEMORY}
    said = mobility.said(vm, hosts) if hosts else ()
    return tuple(reason for reason in said if not (reason.error and reason.error[0] in waived))


def in_words(reasons_by_host: Sequence[tuple[str, Sequence[Reason]]]) -> str:
    """Host by host why not, of reasons that name no host; one that holds for several hosts is said once."""
    hosts: dict[str, list[str]] = {}
    for host, reasons in reasons_by_host:
        for reason in reasons:
            hosts.setdefault(reason.text, []).append(host)
    return "; ".join(f"{', '.join(names)}: {text}" for text, names in hosts.items())
