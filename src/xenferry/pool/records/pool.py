"""Pools and hosts, what is built into hosts, and the work they do."""

from msgspec import field

from xenferry.pool.records.record import NULL, Record, Ref


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
    memory_overhead: int = 0
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
    PGPUs: tuple[Ref, ...] = ()
    PUSBs: tuple[Ref, ...] = ()
    virtual_hardware_platform_versions: tuple[int, ...] = ()
    pending_guidances: tuple[str, ...] = ()
    tls_verification_enabled: bool = False
    multipathing: bool = False
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


class Certificate(Record, frozen=True, kw_only=True):
    """A certificate that a pool or host has: its own, or one that it trusts."""

    name: str = ""
    type: str = ""
    """host, host_internal, ca or pinned."""
    fingerprint: str = ""


class Task(Record, frozen=True, kw_only=True):
    """Work that XAPI is doing or did."""

    name_label: str = ""
    created: str = ""
    status: str = ""
    resident_on: Ref = NULL
    progress: float = 0.0
    type: str = ""
    result: str = ""
    error_info: tuple[str, ...] = ()
    other_config: dict[str, str] = field(default_factory=dict)
    subtask_of: Ref = NULL


class Cluster(Record, frozen=True, kw_only=True):
    """Clustering of the hosts, as GFS2 needs it."""

    pool_auto_join: bool = False


class ClusterHost(Record, frozen=True, kw_only=True):
    """A host as a member of a cluster."""

    cluster: Ref = NULL
    host: Ref = NULL
    enabled: bool = False
    PIF: Ref = NULL


class PoolUpdate(Record, frozen=True, kw_only=True):
    """An update of the kind that XenServer had up to 8.2."""

    name_label: str = ""
    enforce_homogeneity: bool = False
    hosts: tuple[Ref, ...] = ()
