"""Guests and what belongs to one guest besides disks and network interfaces."""

from msgspec import field

from xenferry.pool.records.record import NULL, Record, Ref


class VM(Record, frozen=True, kw_only=True):
    """A guest, control domain, template or snapshot."""

    allowed_operations: tuple[str, ...] = ()
    current_operations: dict[str, str] = field(default_factory=dict)
    name_label: str = ""
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
    actions_after_crash: str = ""
    VIFs: tuple[Ref, ...] = ()
    VBDs: tuple[Ref, ...] = ()
    VUSBs: tuple[Ref, ...] = ()
    VTPMs: tuple[Ref, ...] = ()
    HVM_shadow_multiplier: float = 1.0
    platform: dict[str, str] = field(default_factory=dict)
    other_config: dict[str, str] = field(default_factory=dict)
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
    appliance: Ref = NULL
    VGPUs: tuple[Ref, ...] = ()
    attached_PCIs: tuple[Ref, ...] = ()
    hardware_platform_version: int = 0
    version: int = 0
    domain_type: str = "unspecified"
    groups: tuple[Ref, ...] = ()


class VMMetrics(Record, frozen=True, kw_only=True):
    """What is true of a running guest: its actual domain type and start time."""

    memory_actual: int = 0
    start_time: str = ""
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
