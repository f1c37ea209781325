"""Which reference fields have a reverse list: `VBD.VM` fills `VM.VBDs`.

The pairs are XAPI's own (`all_relations` of the datamodel, xapi 26.17), without those whose
fields are not on the wire (`PCI.attached_VMs`). In MANY_TO_ONE the first field is one reference
and the second, a list, is derived from it; nobody sets the list directly. In MANY_TO_MANY both fields are lists.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

End = tuple[str, str]

MANY_TO_ONE = """
VM.snapshot_of VM.snapshots                 VDI.snapshot_of VDI.snapshots
VM.parent VM.children                       task.subtask_of task.subtasks
PIF.bond_slave_of Bond.slaves               Bond.master PIF.bond_master_of
VLAN.tagged_PIF PIF.VLAN_slave_of           tunnel.access_PIF PIF.tunnel_access_PIF_of
tunnel.transport_PIF PIF.tunnel_transport_PIF_of
PBD.host host.PBDs                          PBD.SR SR.PBDs
VBD.VDI VDI.VBDs                            VBD.VM VM.VBDs
crashdump.VDI VDI.crash_dumps               crashdump.VM VM.crash_dumps
VIF.VM VM.VIFs                              VIF.network network.VIFs
Cluster_host.cluster Cluster.cluster_hosts  PIF.host host.PIFs
PIF.network network.PIFs                    VDI.SR SR.VDIs
VTPM.VM VM.VTPMs                            console.VM VM.consoles
VM.resident_on host.resident_VMs            host_cpu.host host.host_CPUs
host_crashdump.host host.crashdumps         host_patch.host host.patches
host_patch.pool_patch pool_patch.host_patches
VM.snapshot_schedule VMSS.VMs               VM.appliance VM_appliance.VMs
PGPU.GPU_group GPU_group.PGPUs              VGPU.GPU_group GPU_group.VGPUs
VGPU.type VGPU_type.VGPUs                   VGPU.VM VM.VGPUs
VGPU.resident_on PGPU.resident_VGPUs        PCI.host host.PCIs
PGPU.host host.PGPUs                        VDI.metadata_of_pool pool.metadata_VDIs
SR.introduced_by DR_task.introduced_SRs     PVS_server.site PVS_site.servers
PVS_proxy.site PVS_site.proxies             PVS_cache_storage.site PVS_site.cache_storage
PUSB.host host.PUSBs                        PUSB.USB_group USB_group.PUSBs
VUSB.USB_group USB_group.VUSBs              VUSB.VM VM.VUSBs
Feature.host host.features                  network_sriov.physical_PIF PIF.sriov_physical_PIF_of
network_sriov.logical_PIF PIF.sriov_logical_PIF_of
Certificate.host host.certificates          Driver_variant.driver Host_driver.variants
Caller.rate_limit Rate_limit.callers
"""

MANY_TO_MANY = """
host.updates pool_update.hosts
PGPU.supported_VGPU_types VGPU_type.supported_on_PGPUs
PGPU.enabled_VGPU_types VGPU_type.enabled_on_PGPUs
GPU_group.supported_VGPU_types VGPU_type.supported_on_GPU_groups
GPU_group.enabled_VGPU_types VGPU_type.enabled_on_GPU_groups
VM.groups VM_group.VMs
"""


def _pairs(table: str) -> Iterable[tuple[End, End]]:
    words = [(cls, field) for cls, _, field in (word.partition(".") for word in table.split())]
    return zip(words[::2], words[1::2], strict=True)


@cache
def forward() -> dict[End, End]:
    """(class, field) that holds references -> (class, list field) that mirrors them."""
    many = tuple(_pairs(MANY_TO_MANY))
    return dict(_pairs(MANY_TO_ONE)) | dict(many) | {right: left for left, right in many}


@cache
def derived() -> frozenset[End]:
    """The lists that follow from references elsewhere and are never set directly."""
    return frozenset(right for _, right in _pairs(MANY_TO_ONE))


@cache
def fields_of(cls: str) -> tuple[tuple[str, End], ...]:
    """For a class: its reference fields that are mirrored, each with the list it fills."""
    return tuple((field, end) for (owner, field), end in forward().items() if owner == cls)
