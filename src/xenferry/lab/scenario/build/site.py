"""What is known so far while a scenario is being built: the objects by the names the scenario gave them."""

from __future__ import annotations

from dataclasses import dataclass, field

from xenferry.lab.scenario.error import one_of
from xenferry.lab.scenario.lines import Line
from xenferry.lab.scenario.records import Records, stable_bytes
from xenferry.lab.world import World

COMMON_FEATURES = (
    "1fcbfbff-f7fa3223-2d93fbff-00000503-0000000f-219c0eab-00000004-00000001-00001206-00000010-bc000400"
    "-00000000-00000000-00000000-00000000-00000000-00000000-00000000"
)
"""A feature set as a Skylake server reports it."""


@dataclass
class BuiltHost:
    """A host as far as it is built."""

    name: str
    ref: str
    line: Line
    xapi: str
    vendor: str
    features: str
    address: str
    next_domid: int = 1
    next_bus: int = 1
    pifs: dict[str, str] = field(default_factory=dict)
    """Device or bond name -> PIF."""
    pcis: dict[str, str] = field(default_factory=dict)
    gpus: dict[str, str] = field(default_factory=dict)
    """PCI address -> PGPU."""
    usbs: dict[str, str] = field(default_factory=dict)
    """Name of the device -> USB group."""


@dataclass
class Site:
    """A scenario under construction."""

    pool: Line
    records: Records
    world: World
    hosts: dict[str, BuiltHost] = field(default_factory=dict)
    networks: dict[str, str] = field(default_factory=dict)
    bridges: dict[str, str] = field(default_factory=dict)
    """Bridge name -> network."""
    srs: dict[str, str] = field(default_factory=dict)
    images: dict[str, str] = field(default_factory=dict)
    """Name of an ISO image -> VDI."""
    guests: dict[str, str] = field(default_factory=dict)
    groups: dict[str, str] = field(default_factory=dict)

    def host(self, line: Line, name: str) -> BuiltHost:
        """The host of this name."""
        if name not in self.hosts:
            raise line.wrong(f"the unknown host `{name}`", one_of(self.hosts, name))
        return self.hosts[name]

    def sr(self, line: Line, name: str) -> str:
        """The SR of this name."""
        if name not in self.srs:
            raise line.wrong(f"the unknown SR `{name}`", one_of(self.srs, name))
        return self.srs[name]

    def network(self, line: Line, name: str) -> str:
        """The network of this name, or the one that the NICs of this name are in (`eth0`)."""
        by_device = self.bridges.get(bridge_of(name))
        ref = self.networks.get(name) or by_device
        if ref is None:
            raise line.wrong(f"the unknown network `{name}`", one_of(self.networks, name))
        return ref

    def object(self, line: Line, name: str) -> str:
        """Any named thing, for a fault."""
        for known in (self.guests, {host.name: host.ref for host in self.hosts.values()}, self.srs, self.networks):
            if name in known:
                return known[name]
        known_names = {*self.guests, *self.hosts, *self.srs, *self.networks}
        raise line.wrong(f"the unknown object `{name}`", one_of(known_names, name))

    def hosts_named(self, line: Line, text: str) -> list[BuiltHost]:
        """The hosts in a comma-separated list."""
        return [self.host(line, name.strip()) for name in text.split(",") if name.strip()]

    def mac(self, *names: str, prefix: bytes = b"\x3c\xec\xef") -> str:
        """A MAC address that belongs to these names."""
        tail = stable_bytes(6 - len(prefix), self.records.pool, "mac", *names)
        return (prefix + tail).hex(":")


def bridge_of(device: str) -> str:
    """The bridge XAPI gives a NIC: `xenbrN` for `ethN`, else `br<device>`."""
    digits = device.removeprefix("eth")
    return f"xenbr{digits}" if device.startswith("eth") and digits.isdigit() else f"br{device}"


def new(line: Line, known: dict[str, str] | dict[str, BuiltHost], what: str) -> str:
    """The line's name, which no earlier line may have used for the same kind of thing."""
    if line.name in known:
        raise line.wrong(f"a second {what} called `{line.name}`", "a name of its own for each")
    return line.name
