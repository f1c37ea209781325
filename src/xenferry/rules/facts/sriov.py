"""SR-IOV networks and the virtual functions left on them.

How many virtual functions are idle is a hidden matter of XAPI (PCI.virtual_functions, PCI.scheduled_to_be_attached_to,
VIF.reserved_pci): where the snapshot does not carry it, the answer is None, unknown.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from xenferry.pool.records import NULL, PIF, VM, Host, NetworkSRIOV, Ref
from xenferry.pool.snapshot import Snapshot
from xenferry.rules.facts import network
from xenferry.rules.facts.internal import hidden
from xenferry.rules.once import once_of


def network_of(s: Snapshot, pif: PIF) -> NetworkSRIOV | None:
    """The SR-IOV object below a PIF, or below the PIF that carries it as a VLAN; None for any other PIF."""
    if pif.tunnel_access_PIF_of:
        return None
    if pif.VLAN_master_of != NULL:
        vlan = s.VLAN.get(pif.VLAN_master_of)
        below = s.PIF.get(vlan.tagged_PIF) if vlan else None
        pif = below or pif
        if pif.tunnel_access_PIF_of or pif.VLAN_master_of != NULL:
            return None
    return s.network_sriov.get(pif.sriov_logical_PIF_of[0]) if pif.sriov_logical_PIF_of else None


def is_sriov(s: Snapshot, ref: Ref) -> bool:
    """Whether a network is an SR-IOV one, judged by its first PIF as XAPI does."""
    pifs = s.network[ref].PIFs if ref in s.network else ()
    first = s.PIF.get(pifs[0]) if pifs else None
    return first is not None and network_of(s, first) is not None


@once_of("network_sriov")
def any_sriov(s: Snapshot) -> bool:
    """Whether the pool has SR-IOV networks at all."""
    return bool(s.network_sriov)


def local(s: Snapshot, ref: Ref, host: Host) -> NetworkSRIOV | None:
    """The SR-IOV object of a network on a host, judged by the host's first PIF on it."""
    pifs = network.pifs(s).get((ref, host.ref), ())
    return network_of(s, pifs[0]) if pifs else None


@once_of("VM")
def attached(s: Snapshot) -> Mapping[Ref, int]:
    """PCI device -> how many machines have it."""
    found: dict[Ref, int] = {}
    for vm in s.VM.values():
        for pci in vm.attached_PCIs:
            found[pci] = found.get(pci, 0) + 1
    return found


def idle(s: Snapshot, sriov: NetworkSRIOV) -> int | None:
    """Virtual functions free for a guest; None if the snapshot does not tell."""
    told = hidden(s).get(sriov.ref, {}).get("remaining_capacity")
    physical = s.PIF.get(sriov.physical_PIF)
    if told is not None or physical is None:
        return None if told is None else int(told)
    if physical.PCI == NULL:
        return 0
    functions = hidden(s).get(physical.PCI, {}).get("virtual_functions")
    return None if functions is None else sum(_is_idle(s, Ref(function)) for function in functions)


def _is_idle(s: Snapshot, pci: Ref) -> bool:
    known: Mapping[str, Any] = hidden(s).get(pci, {})
    users = known.get("attached_VMs", attached(s).get(pci))
    return not users and known.get("scheduled_to_be_attached_to", NULL) == NULL


def wanted(s: Snapshot, vm: VM, host: Host) -> list[tuple[Ref, NetworkSRIOV, int]]:
    """Networks on which the guest needs virtual functions of the host, and how many, in the order XAPI looks."""
    found: dict[Ref, tuple[NetworkSRIOV, int]] = {}
    for vif, on in network.networks_of(s, vm):
        if hidden(s).get(vif.ref, {}).get("reserved_pci", NULL) in s.PCI:
            continue
        if on.ref in found:
            below, count = found.pop(on.ref)
            found[on.ref] = (below, count + 1)
        elif sriov := local(s, on.ref, host):
            found[on.ref] = (sriov, 1)
    return [(ref, sriov, count) for ref, (sriov, count) in reversed(found.items())]


def comes_up_without_reboot(s: Snapshot, sriov: NetworkSRIOV) -> bool:
    """Whether the network can be used on its host without a reboot; counts what is not known as no."""
    if sriov.configuration_mode in ("sysfs", "unknown"):
        return sriov.configuration_mode == "sysfs"
    logical = s.PIF.get(sriov.logical_PIF)
    return bool(logical and logical.currently_attached) or (idle(s, sriov) or 0) > 0
