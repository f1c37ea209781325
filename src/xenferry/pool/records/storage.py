"""Disks, drives, storage repositories and the way to them."""

from msgspec import field

from xenferry.pool.records.record import NULL, Record, Ref


class VBD(Record, frozen=True, kw_only=True):
    """A disk or CD drive of a guest."""

    VM: Ref = NULL
    VDI: Ref = NULL
    device: str = ""
    userdevice: str = ""
    bootable: bool = False
    type: str = ""
    empty: bool = False
    currently_attached: bool = False


class VDI(Record, frozen=True, kw_only=True):
    """A virtual disk or ISO image."""

    name_label: str = ""
    current_operations: dict[str, str] = field(default_factory=dict)
    SR: Ref = NULL
    VBDs: tuple[Ref, ...] = ()
    virtual_size: int = 0
    physical_utilisation: int = 0
    read_only: bool = False
    location: str = ""
    managed: bool = True
    sm_config: dict[str, str] = field(default_factory=dict)
    is_a_snapshot: bool = False
    snapshot_of: Ref = NULL
    snapshots: tuple[Ref, ...] = ()
    on_boot: str = ""
    is_tools_iso: bool = False
    cbt_enabled: bool = False


class SR(Record, frozen=True, kw_only=True):
    """A storage repository."""

    name_label: str = ""
    VDIs: tuple[Ref, ...] = ()
    PBDs: tuple[Ref, ...] = ()
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
