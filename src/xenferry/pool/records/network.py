"""Networks, both ends of them, and what NICs are joined to."""

from msgspec import field

from xenferry.pool.records.record import NULL, Record, Ref


class VIF(Record, frozen=True, kw_only=True):
    """A network interface of a guest."""

    device: str = ""
    network: Ref = NULL
    VM: Ref = NULL
    MAC: str = ""


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

    @property
    def primary_address(self) -> str:
        """The address that XAPI gives to others: of the version of IP that it prefers; empty if it has none of that."""
        if self.primary_address_type == "IPv6":
            return next((text.partition("/")[0] for text in self.IPv6), "")
        return self.IP


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
    protocol: str = "gre"
    other_config: dict[str, str] = field(default_factory=dict)


class NetworkSRIOV(Record, frozen=True, kw_only=True):
    """SR-IOV on a NIC."""

    physical_PIF: Ref = NULL
    logical_PIF: Ref = NULL
    requires_reboot: bool = False
    configuration_mode: str = ""


class SDNController(Record, frozen=True, kw_only=True):
    """Who tells the pool's virtual switches what to do."""

    protocol: str = ""
    address: str = ""
    port: int = 0
