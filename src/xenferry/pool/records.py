"""The XenAPI records that mobility touches, typed.

Names of classes and fields are XenAPI's own (xapi 26.17, schema 5.909), because people know them from `xe` and the
manual. Enumerations are plain strings: newer XAPIs add values, and an unknown one must not stop a load. Every field has
a default, because older XAPIs lack some. Sizes are bytes. A field that no rule or plan reads is left out.
"""

from typing import NewType

from msgspec import Struct, field

Ref = NewType("Ref", str)

NULL = Ref("OpaqueRef:NULL")


class Record(Struct, frozen=True, kw_only=True):
    """What every record has. `ref` is its key in the table it came from, set on loading."""

    ref: Ref = NULL
    uuid: str = ""


class Pool(Record, frozen=True, kw_only=True):
    """The pool itself; there is exactly one."""

    name_label: str = ""
    master: Ref = NULL
    default_SR: Ref = NULL
    suspend_image_SR: Ref = NULL
    other_config: dict[str, str] = field(default_factory=dict)
    ha_enabled: bool = False
    ha_configuration: dict[str, str] = field(default_factory=dict)
    ha_host_failures_to_tolerate: int = 0
    ha_plan_exists_for: int = 0
    ha_allow_overcommit: bool = False
    ha_overcommitted: bool = False
    tags: tuple[str, ...] = ()
    wlb_enabled: bool = False
    wlb_url: str = ""
    restrictions: dict[str, str] = field(default_factory=dict)
    current_operations: dict[str, str] = field(default_factory=dict)
    cpu_info: dict[str, str] = field(default_factory=dict)
    tls_verification_enabled: bool = False
    migration_compression: bool = False


class Host(Record, frozen=True, kw_only=True):
    """A hypervisor of the pool."""

    name_label: str = ""
    name_description: str = ""
    memory_overhead: int = 0
    allowed_operations: tuple[str, ...] = ()
    current_operations: dict[str, str] = field(default_factory=dict)
    enabled: bool = True
    software_version: dict[str, str] = field(default_factory=dict)
    other_config: dict[str, str] = field(default_factory=dict)
    capabilities: tuple[str, ...] = ()
    resident_VMs: tuple[Ref, ...] = ()
    PIFs: tuple[Ref, ...] = ()
    suspend_image_sr: Ref = NULL
    PBDs: tuple[Ref, ...] = ()
    cpu_info: dict[str, str] = field(default_factory=dict)
    hostname: str = ""
    address: str = ""
    metrics: Ref = NULL
    tags: tuple[str, ...] = ()
    bios_strings: dict[str, str] = field(default_factory=dict)
    chipset_info: dict[str, str] = field(default_factory=dict)
    PCIs: tuple[Ref, ...] = ()
    PGPUs: tuple[Ref, ...] = ()
    PUSBs: tuple[Ref, ...] = ()
    virtual_hardware_platform_versions: tuple[int, ...] = ()
    control_domain: Ref = NULL
    pending_guidances: tuple[str, ...] = ()
    tls_verification_enabled: bool = False
    https_only: bool = False
    multipathing: bool = False
    numa_affinity_policy: str = ""
    edition: str = ""
    API_version_major: int = 0
    API_version_minor: int = 0
    external_auth_type: str = ""
    external_auth_service_name: str = ""


class HostMetrics(Record, frozen=True, kw_only=True):
    """A host's liveness and total memory."""

    memory_total: int = 0
    memory_free: int = 0
    live: bool = True


class VM(Record, frozen=True, kw_only=True):
    """A guest, control domain, template or snapshot."""

    allowed_operations: tuple[str, ...] = ()
    current_operations: dict[str, str] = field(default_factory=dict)
    name_label: str = ""
    name_description: str = ""
    power_state: str = "Halted"
    is_a_template: bool = False
    is_default_template: bool = False
    suspend_VDI: Ref = NULL
    resident_on: Ref = NULL
    scheduled_to_be_resident_on: Ref = NULL
    affinity: Ref = NULL
    memory_overhead: int = 0
    memory_target: int = 0
    memory_static_max: int = 0
    memory_dynamic_max: int = 0
    memory_dynamic_min: int = 0
    memory_static_min: int = 0
    VCPUs_max: int = 1
    VCPUs_at_startup: int = 1
    actions_after_shutdown: str = ""
    actions_after_reboot: str = ""
    actions_after_crash: str = ""
    VIFs: tuple[Ref, ...] = ()
    VBDs: tuple[Ref, ...] = ()
    VUSBs: tuple[Ref, ...] = ()
    VTPMs: tuple[Ref, ...] = ()
    PV_bootloader: str = ""
    PV_kernel: str = ""
    HVM_boot_policy: str = ""
    HVM_boot_params: dict[str, str] = field(default_factory=dict)
    HVM_shadow_multiplier: float = 1.0
    platform: dict[str, str] = field(default_factory=dict)
    other_config: dict[str, str] = field(default_factory=dict)
    domid: int = 0
    last_boot_CPU_flags: dict[str, str] = field(default_factory=dict)
    is_control_domain: bool = False
    metrics: Ref = NULL
    guest_metrics: Ref = NULL
    ha_always_run: bool = False
    ha_restart_priority: str = ""
    is_a_snapshot: bool = False
    snapshot_of: Ref = NULL
    snapshots: tuple[Ref, ...] = ()
    tags: tuple[str, ...] = ()
    blocked_operations: dict[str, str] = field(default_factory=dict)
    parent: Ref = NULL
    children: tuple[Ref, ...] = ()
    appliance: Ref = NULL
    start_delay: int = 0
    order: int = 0
    VGPUs: tuple[Ref, ...] = ()
    attached_PCIs: tuple[Ref, ...] = ()
    suspend_SR: Ref = NULL
    hardware_platform_version: int = 0
    has_vendor_device: bool = False
    requires_reboot: bool = False
    version: int = 0
    domain_type: str = "unspecified"
    groups: tuple[Ref, ...] = ()


class VMMetrics(Record, frozen=True, kw_only=True):
    """What is true of a running guest: its actual domain type and start time."""

    memory_actual: int = 0
    start_time: str = ""
    hvm: bool = False
    nested_virt: bool = False
    nomigrate: bool = False
    current_domain_type: str = "unspecified"


class VMGuestMetrics(Record, frozen=True, kw_only=True):
    """What the guest's agent and drivers report."""

    os_version: dict[str, str] = field(default_factory=dict)
    PV_drivers_version: dict[str, str] = field(default_factory=dict)
    PV_drivers_up_to_date: bool = False
    networks: dict[str, str] = field(default_factory=dict)
    other: dict[str, str] = field(default_factory=dict)
    live: bool = False
    PV_drivers_detected: bool = False
    memory: dict[str, str] = field(default_factory=dict)


class VBD(Record, frozen=True, kw_only=True):
    """A disk or CD drive of a guest."""

    allowed_operations: tuple[str, ...] = ()
    current_operations: dict[str, str] = field(default_factory=dict)
    VM: Ref = NULL
    VDI: Ref = NULL
    device: str = ""
    userdevice: str = ""
    bootable: bool = False
    mode: str = ""
    type: str = ""
    unpluggable: bool = False
    empty: bool = False
    other_config: dict[str, str] = field(default_factory=dict)
    currently_attached: bool = False


class VDI(Record, frozen=True, kw_only=True):
    """A virtual disk or ISO image."""

    name_label: str = ""
    name_description: str = ""
    allowed_operations: tuple[str, ...] = ()
    current_operations: dict[str, str] = field(default_factory=dict)
    SR: Ref = NULL
    VBDs: tuple[Ref, ...] = ()
    virtual_size: int = 0
    physical_utilisation: int = 0
    type: str = ""
    sharable: bool = False
    read_only: bool = False
    other_config: dict[str, str] = field(default_factory=dict)
    location: str = ""
    managed: bool = True
    missing: bool = False
    sm_config: dict[str, str] = field(default_factory=dict)
    is_a_snapshot: bool = False
    snapshot_of: Ref = NULL
    snapshots: tuple[Ref, ...] = ()
    tags: tuple[str, ...] = ()
    on_boot: str = ""
    is_tools_iso: bool = False
    cbt_enabled: bool = False


class VIF(Record, frozen=True, kw_only=True):
    """A network interface of a guest."""

    current_operations: dict[str, str] = field(default_factory=dict)
    device: str = ""
    network: Ref = NULL
    VM: Ref = NULL
    MAC: str = ""
    MTU: int = 1500
    other_config: dict[str, str] = field(default_factory=dict)
    currently_attached: bool = False
    ipv4_addresses: tuple[str, ...] = ()


class Network(Record, frozen=True, kw_only=True):
    """A pool-wide network: one bridge name on every host."""

    name_label: str = ""
    name_description: str = ""
    current_operations: dict[str, str] = field(default_factory=dict)
    VIFs: tuple[Ref, ...] = ()
    PIFs: tuple[Ref, ...] = ()
    MTU: int = 1500
    other_config: dict[str, str] = field(default_factory=dict)
    bridge: str = ""
    managed: bool = True
    tags: tuple[str, ...] = ()
    purpose: tuple[str, ...] = ()


class PIF(Record, frozen=True, kw_only=True):
    """A host's end of a network: a NIC, VLAN, bond, tunnel or SR-IOV port."""

    device: str = ""
    network: Ref = NULL
    host: Ref = NULL
    MAC: str = ""
    MTU: int = 1500
    VLAN: int = -1
    metrics: Ref = NULL
    physical: bool = False
    currently_attached: bool = False
    ip_configuration_mode: str = ""
    IP: str = ""
    netmask: str = ""
    gateway: str = ""
    DNS: str = ""
    bond_slave_of: Ref = NULL
    bond_master_of: tuple[Ref, ...] = ()
    VLAN_master_of: Ref = NULL
    VLAN_slave_of: tuple[Ref, ...] = ()
    management: bool = False
    other_config: dict[str, str] = field(default_factory=dict)
    disallow_unplug: bool = False
    tunnel_access_PIF_of: tuple[Ref, ...] = ()
    tunnel_transport_PIF_of: tuple[Ref, ...] = ()
    IPv6: tuple[str, ...] = ()
    ipv6_gateway: str = ""
    ipv6_configuration_mode: str = ""
    primary_address_type: str = ""
    managed: bool = True
    properties: dict[str, str] = field(default_factory=dict)
    capabilities: tuple[str, ...] = ()
    sriov_physical_PIF_of: tuple[Ref, ...] = ()
    sriov_logical_PIF_of: tuple[Ref, ...] = ()
    PCI: Ref = NULL


class PIFMetrics(Record, frozen=True, kw_only=True):
    """A PIF's carrier, speed and hardware."""

    carrier: bool = False
    vendor_name: str = ""
    device_name: str = ""
    speed: int = 0
    duplex: bool = False
    pci_bus_path: str = ""
    other_config: dict[str, str] = field(default_factory=dict)


class Bond(Record, frozen=True, kw_only=True):
    """A bond of NICs."""

    master: Ref = NULL
    slaves: tuple[Ref, ...] = ()
    primary_slave: Ref = NULL
    mode: str = ""
    properties: dict[str, str] = field(default_factory=dict)
    links_up: int = 0


class VLAN(Record, frozen=True, kw_only=True):
    """A VLAN on a PIF."""

    tagged_PIF: Ref = NULL
    untagged_PIF: Ref = NULL
    tag: int = 0


class Tunnel(Record, frozen=True, kw_only=True):
    """A tunnel on a PIF."""

    access_PIF: Ref = NULL
    transport_PIF: Ref = NULL


class NetworkSRIOV(Record, frozen=True, kw_only=True):
    """SR-IOV on a NIC."""

    physical_PIF: Ref = NULL
    logical_PIF: Ref = NULL
    requires_reboot: bool = False
    configuration_mode: str = ""


class SR(Record, frozen=True, kw_only=True):
    """A storage repository."""

    name_label: str = ""
    name_description: str = ""
    allowed_operations: tuple[str, ...] = ()
    current_operations: dict[str, str] = field(default_factory=dict)
    VDIs: tuple[Ref, ...] = ()
    PBDs: tuple[Ref, ...] = ()
    virtual_allocation: int = 0
    physical_utilisation: int = 0
    physical_size: int = 0
    type: str = ""
    content_type: str = ""
    shared: bool = False
    other_config: dict[str, str] = field(default_factory=dict)
    tags: tuple[str, ...] = ()
    sm_config: dict[str, str] = field(default_factory=dict)
    is_tools_sr: bool = False


class SM(Record, frozen=True, kw_only=True):
    """A storage driver."""

    name_label: str = ""
    type: str = ""
    version: str = ""
    features: dict[str, int] = field(default_factory=dict)
    capabilities: tuple[str, ...] = ()
    required_cluster_stack: tuple[str, ...] = ()


class PBD(Record, frozen=True, kw_only=True):
    """A host's connection to an SR."""

    host: Ref = NULL
    SR: Ref = NULL
    device_config: dict[str, str] = field(default_factory=dict)
    currently_attached: bool = False
    other_config: dict[str, str] = field(default_factory=dict)


class PCI(Record, frozen=True, kw_only=True):
    """A PCI device of a host."""

    class_name: str = ""
    vendor_name: str = ""
    device_name: str = ""
    host: Ref = NULL
    pci_id: str = ""
    dependencies: tuple[Ref, ...] = ()
    driver_name: str = ""


class PGPU(Record, frozen=True, kw_only=True):
    """A physical GPU."""

    PCI: Ref = NULL
    GPU_group: Ref = NULL
    host: Ref = NULL
    supported_VGPU_types: tuple[Ref, ...] = ()
    enabled_VGPU_types: tuple[Ref, ...] = ()
    resident_VGPUs: tuple[Ref, ...] = ()
    supported_VGPU_max_capacities: dict[Ref, int] = field(default_factory=dict)
    compatibility_metadata: dict[str, str] = field(default_factory=dict)


class GPUGroup(Record, frozen=True, kw_only=True):
    """GPUs that can stand in for each other."""

    name_label: str = ""
    PGPUs: tuple[Ref, ...] = ()
    VGPUs: tuple[Ref, ...] = ()
    GPU_types: tuple[str, ...] = ()
    allocation_algorithm: str = ""


class VGPU(Record, frozen=True, kw_only=True):
    """A guest's GPU."""

    VM: Ref = NULL
    GPU_group: Ref = NULL
    device: str = ""
    currently_attached: bool = False
    type: Ref = NULL
    resident_on: Ref = NULL
    scheduled_to_be_resident_on: Ref = NULL
    compatibility_metadata: dict[str, str] = field(default_factory=dict)
    PCI: Ref = NULL


class VGPUType(Record, frozen=True, kw_only=True):
    """A kind of virtual GPU."""

    vendor_name: str = ""
    model_name: str = ""
    framebuffer_size: int = 0
    implementation: str = ""


class PUSB(Record, frozen=True, kw_only=True):
    """A physical USB device."""

    USB_group: Ref = NULL
    host: Ref = NULL
    path: str = ""
    vendor_desc: str = ""
    product_desc: str = ""
    description: str = ""
    passthrough_enabled: bool = False


class USBGroup(Record, frozen=True, kw_only=True):
    """USB devices handed out together."""

    name_label: str = ""
    PUSBs: tuple[Ref, ...] = ()
    VUSBs: tuple[Ref, ...] = ()


class VUSB(Record, frozen=True, kw_only=True):
    """A guest's USB device."""

    VM: Ref = NULL
    USB_group: Ref = NULL
    currently_attached: bool = False


class VTPM(Record, frozen=True, kw_only=True):
    """A guest's virtual TPM."""

    VM: Ref = NULL


class VMGroup(Record, frozen=True, kw_only=True):
    """Guests placed with regard to each other."""

    name_label: str = ""
    placement: str = ""
    VMs: tuple[Ref, ...] = ()


class Task(Record, frozen=True, kw_only=True):
    """Work that XAPI is doing or did."""

    name_label: str = ""
    allowed_operations: tuple[str, ...] = ()
    current_operations: dict[str, str] = field(default_factory=dict)
    created: str = ""
    finished: str = ""
    status: str = ""
    resident_on: Ref = NULL
    progress: float = 0.0
    type: str = ""
    result: str = ""
    error_info: tuple[str, ...] = ()
    other_config: dict[str, str] = field(default_factory=dict)
    subtask_of: Ref = NULL
    subtasks: tuple[Ref, ...] = ()


class Certificate(Record, frozen=True, kw_only=True):
    """A certificate that a pool or host has: its own, or one that it trusts."""

    name: str = ""
    type: str = ""
    """host, host_internal, ca or pinned."""
    fingerprint: str = ""


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
