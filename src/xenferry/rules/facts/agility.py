"""Whether HA may restart a guest on any enabled host (xapi/agility.ml, `VM.assert_agile`)."""

from __future__ import annotations

from collections.abc import Mapping

from xenferry.pool.records import NULL, VM, Ref
from xenferry.pool.snapshot import Snapshot
from xenferry.rules.facts import sriov
from xenferry.rules.finding import Error
from xenferry.rules.once import hosts_that, once_of

enabled = hosts_that(lambda host: host.enabled)
"""The enabled hosts, as a mask."""


@once_of("SR", "PBD", "host")
def shared_srs(s: Snapshot) -> Mapping[Ref, bool]:
    """SR -> whether it is shared and plugged on all enabled hosts."""
    needed = enabled(s)
    return {sr.ref: sr.shared and not needed & ~int(s.with_sr_plugged.get(sr.ref, 0)) for sr in s.SR.values()}


@once_of("PIF", "network", "network_sriov", "VLAN", "Bond", "host", "VM", "PCI")
def shared_networks(s: Snapshot) -> Mapping[Ref, bool]:
    """Network -> whether all enabled hosts can bring it up: a PIF that is no bond member and needs no reboot."""
    offering: dict[Ref, int] = {}
    for pif in s.PIF.values():
        below = sriov.network_of(s, pif)
        comes_up = below is None or sriov.comes_up_without_reboot(s, below)
        if pif.host in s.place and pif.bond_slave_of not in s.Bond and comes_up:
            offering[pif.network] = offering.get(pif.network, 0) | 1 << s.place[pif.host]
    return {ref: not enabled(s) & ~offering.get(ref, 0) for ref in s.network}


def refusal(s: Snapshot, vm: VM) -> Error:
    """XAPI's answer to `VM.assert_agile`; empty if the guest may be restarted anywhere."""
    if vm.VGPUs or vm.VUSBs:
        return ("VM_HAS_VGPU" if vm.VGPUs else "VM_HAS_VUSBS", vm.ref)
    for ref in vm.VBDs:
        drive = s.VBD.get(ref)
        disk = s.VDI.get(drive.VDI) if drive and not drive.empty else None
        if disk and not shared_srs(s).get(disk.SR, False):
            return ("HA_CONSTRAINT_VIOLATION_SR_NOT_SHARED", disk.SR)
    return _networks_refusal(s, vm)


def _networks_refusal(s: Snapshot, vm: VM) -> Error:
    for ref in vm.VIFs:
        network = s.VIF[ref].network if ref in s.VIF else NULL
        if network != NULL and not shared_networks(s).get(network, False):
            return ("HA_CONSTRAINT_VIOLATION_NETWORK_NOT_SHARED", network)
        if sriov.is_sriov(s, network):
            return ("VM_HAS_SRIOV_VIF", vm.ref)
    return ()


@once_of("host", "host_metrics")
def live(s: Snapshot) -> int:
    """The hosts that the coordinator is in contact with, as a mask; a host without metrics is not among them."""
    known = ((at, s.host_metrics.get(host.metrics)) for at, host in enumerate(s.hosts))
    return sum(1 << at for at, metrics in known if metrics is not None and metrics.live)
