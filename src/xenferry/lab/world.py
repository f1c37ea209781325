"""What lies outside XAPI and decides whether its calls work: cables, name servers, NFS servers, dom0, busy guests.

XAPI's database knows nothing of these; its calls run into them. The lab keeps them here, as plain mutable values, so
that a test or an administrator can cure a server by editing it. Hosts and guests are named by their XenAPI reference,
because names may repeat in a real pool. Simplification: a server has one address, and a host reaches it or does not;
no routing or switch is modelled beyond the cable (segment) a NIC is plugged into.
"""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass, field


@dataclass
class Nic:
    """A physical network port of a host, as dom0 sees it."""

    mac: str
    name: str
    """Kernel name now, e.g. `eth0`."""
    pci: str = ""
    """PCI address, e.g. `0000:03:00.0`."""
    label: str = ""
    """What biosdevname calls it, e.g. `em1` or `p2p1`."""
    driver: str = "ixgbe"
    description: str = "Intel Corporation 82599ES 10-Gigabit SFI/SFP+ Network Connection"
    cable: str = ""
    """The switch segment it is plugged into."""
    neighbour: str = ""
    """The switch, its port and, if it says so, its untagged VLAN, e.g. `core1/12/20`; empty: it says nothing."""
    link: bool = True
    speed: int = 10_000
    """Link speed in Mbit/s."""


@dataclass
class NicRule:
    """One line of static-rules.conf: this name belongs to the NIC whose mac, pci or label has this value."""

    name: str
    kind: str
    value: str


@dataclass
class Dom0:
    """What a host's control domain keeps on disk and in its kernel."""

    hostname: str
    sm_version: str = "4.1.12"
    nics: list[Nic] = field(default_factory=list)
    static_rules: list[NicRule] = field(default_factory=list)
    last_boot: list[tuple[str, str, str]] = field(default_factory=list)
    """MAC, PCI address and name of each NIC at the last boot (dynamic-rules.json, `lastboot`)."""
    old: list[tuple[str, str, str]] = field(default_factory=list)
    """The same of NICs seen earlier and gone now (dynamic-rules.json, `old`)."""
    at_install: list[tuple[str, str, str]] = field(default_factory=list)
    """The names given by the installer, for `--reset-to-install`."""
    mounts: dict[str, tuple[str, str]] = field(default_factory=dict)
    """Mount point -> server name and path."""
    mount_versions: dict[str, str] = field(default_factory=dict)
    """Mount point -> NFS version, of what somebody mounted by hand in dom0."""
    missing_modules: set[str] = field(default_factory=set)
    """Modules that dom0's kernel lacks, of `8021q` (VLANs)."""
    busy_mounts: bool = False
    """Somebody's shell stands in the mounted SRs, so that they cannot be unmounted."""
    directories: set[str] = field(default_factory=lambda: {"/opt/xensource/packages/iso", "/run", "/tmp", "/var/opt"})  # noqa: S108
    """Local directories that something may be in, such as ISO libraries and mount points."""
    files: dict[str, str] = field(default_factory=dict)
    """Files that somebody wrote in dom0, by path."""
    sm_log: list[str] = field(default_factory=list)
    """The last lines of /var/log/SMlog, newest last."""


@dataclass
class Export:
    """A directory that an NFS server offers."""

    path: str
    clients: tuple[str, ...] = ()
    """Networks in CIDR form that may mount it; none means everybody."""
    root_squash: bool = False
    """Root of a client becomes nobody and may not create anything."""
    subdirs: bool = True
    """Directories below the path may be mounted, not only the path itself."""
    read_only: bool = False
    full: bool = False
    errno: int = 0
    """The number of the error with which every creation of a directory fails, e.g. 122 for a quota; 0 for none."""
    size: int = 2**40
    """Bytes of space."""
    directories: dict[str, set[str]] = field(default_factory=dict)
    """Name of each directory in it -> names of the files there."""
    files: set[str] = field(default_factory=set)
    """Names of the files directly in it, e.g. ISO images."""

    def admits(self, address: str) -> bool:
        """Whether a client with this IP address may mount it."""
        if not self.clients:
            return True
        return any(ipaddress.ip_address(address) in ipaddress.ip_network(net, strict=False) for net in self.clients)


@dataclass
class Server:
    """An NFS server."""

    name: str
    address: str
    unresolvable: set[str] = field(default_factory=set)
    """Hosts (references) whose dom0 cannot turn the name into an address."""
    unreachable: set[str] = field(default_factory=set)
    """Hosts (references) that get no answer on TCP port 2049."""
    unmountable: set[str] = field(default_factory=set)
    """Hosts (references) that reach port 2049 and are refused every mount, e.g. by a firewall before port 20048."""
    rpcbind: bool = True
    """Whether port 111 answers: without it `rpcinfo` and `showmount` fail."""
    versions: tuple[int, ...] = (3, 4)
    mtu: int = 0
    """The largest packet that gets through to it unbroken, in bytes; 0: as large as any host sends."""
    exports: dict[str, Export] = field(default_factory=dict)


@dataclass
class Load:
    """What a running guest does to a migration."""

    dirty: int = 5 * 2**20
    """Bytes of memory it rewrites per second."""
    writes: int = 2**20
    """Bytes per second that it writes on each of its disks."""


@dataclass
class Fault:
    """A failure ordered beforehand: the lab's wire answers a matching call with it."""

    call: str
    on: str = ""
    """Reference of the object the call must name; empty for any."""
    error: tuple[str, ...] = ()
    after: int = 0
    """How many matching calls succeed first."""
    times: int = 1
    """How many calls fail; 0 means every one."""
    drop: str = ""
    """`before`: the connection breaks and nothing is done; `after`: it is done, and the answer is lost."""
    slow: float = 0.0
    """Seconds that the call takes longer."""
    when: str = ""
    """When the error comes: empty: the call is refused; `task`: it begins and fails in its task; `late`: it fails when
    the host has done its work, a migration just before its guest would pause."""
    chance: float = 1.0
    """How probable it is that a matching call is met, 0 to 1."""
    seed: int = 0
    """From what chance follows."""
    garble: str = ""
    """What becomes of the answer on a served lab: `cut` in the middle, `html` of a proxy, `nonsense`."""
    drip: float = 0.0
    """Seconds over which a served lab spreads the answer, in small pieces."""


@dataclass(frozen=True)
class Mishap:
    """Something that goes wrong by itself, once; the kinds are in `xenferry.lab.mishaps`."""

    kind: str
    on: str = ""
    """Reference of the host or guest concerned."""
    at: float = 0.0
    """Seconds after the first call that the lab answers."""


@dataclass
class World:
    """Everything that a pool's calls meet outside the database."""

    dom0: dict[str, Dom0] = field(default_factory=dict)
    servers: dict[str, Server] = field(default_factory=dict)
    loads: dict[str, Load] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    mishaps: list[Mishap] = field(default_factory=list)
    """Those that have yet to come."""
    deaf: dict[str, set[str]] = field(default_factory=dict)
    """What guests (references) do not react to: `shutdown`, `suspend`."""
    nfs_sources: dict[str, str] | None = None
    """Host (reference) -> the address it asks from, when NFS servers are those that exist and not `servers`."""

    def server(self, name_or_address: str) -> Server | None:
        """The server of this name, or else of this address."""
        if name_or_address in self.servers:
            return self.servers[name_or_address]
        return next((server for server in self.servers.values() if server.address == name_or_address), None)

    def dirty(self, guest: str) -> int:
        """Bytes of memory per second that a guest (reference) rewrites."""
        return self.loads.get(guest, Load()).dirty

    def writes(self, guest: str) -> int:
        """Bytes per second that a guest (reference) writes on each of its disks."""
        return self.loads.get(guest, Load()).writes
