"""The XenAPI records that mobility touches, typed.

Names of classes and fields are XenAPI's own (xapi 26.17, schema 5.909), because people know them from `xe` and the
manual. Enumerations are plain strings: newer XAPIs add values, and an unknown one must not stop a load. Every field has
a default, because older XAPIs lack some. Sizes are bytes. A field that no rule or plan reads is left out.
"""

from xenferry.pool.records.guest import VGPU, VM, VTPM, VUSB, VMGroup, VMGuestMetrics, VMMetrics
from xenferry.pool.records.network import PIF, VIF, VLAN, Bond, Network, NetworkSRIOV, PIFMetrics, Tunnel
from xenferry.pool.records.pool import (
    PCI,
    PGPU,
    PUSB,
    Certificate,
    GPUGroup,
    Host,
    HostMetrics,
    Pool,
    Task,
    USBGroup,
    VGPUType,
)
from xenferry.pool.records.record import NULL, Record, Ref
from xenferry.pool.records.storage import PBD, SM, SR, VBD, VDI

CLASSES: dict[str, type[Record]] = {
    "pool": Pool,
    "host": Host,
    "host_metrics": HostMetrics,
    "VM": VM,
    "VM_metrics": VMMetrics,
    "VM_guest_metrics": VMGuestMetrics,
    "VBD": VBD,
    "VDI": VDI,
    "VIF": VIF,
    "network": Network,
    "PIF": PIF,
    "PIF_metrics": PIFMetrics,
    "Bond": Bond,
    "VLAN": VLAN,
    "tunnel": Tunnel,
    "network_sriov": NetworkSRIOV,
    "SR": SR,
    "SM": SM,
    "PBD": PBD,
    "PCI": PCI,
    "PGPU": PGPU,
    "GPU_group": GPUGroup,
    "VGPU": VGPU,
    "VGPU_type": VGPUType,
    "PUSB": PUSB,
    "USB_group": USBGroup,
    "VUSB": VUSB,
    "VTPM": VTPM,
    "VM_group": VMGroup,
    "Certificate": Certificate,
    "task": Task,
}
"""XenAPI class name -> its record type: the tables of a capture and of a `Snapshot`."""

__all__ = [
    "CLASSES",
    "NULL",
    "PBD",
    "PCI",
    "PGPU",
    "PIF",
    "PUSB",
    "SM",
    "SR",
    "VBD",
    "VDI",
    "VGPU",
    "VIF",
    "VLAN",
    "VM",
    "VTPM",
    "VUSB",
    "Bond",
    "Certificate",
    "GPUGroup",
    "Host",
    "HostMetrics",
    "Network",
    "NetworkSRIOV",
    "PIFMetrics",
    "Pool",
    "Record",
    "Ref",
    "Task",
    "Tunnel",
    "USBGroup",
    "VGPUType",
    "VMGroup",
    "VMGuestMetrics",
    "VMMetrics",
]
