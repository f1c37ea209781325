"""The words of the scenario language: which keyword stands where and takes which names, attributes and flags."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Keyword:
    """A keyword: `places` are its names in order, of which the first `needed` must be there."""

    name: str
    inside: str
    places: tuple[str, ...]
    needed: int
    keys: frozenset[str]
    flags: frozenset[str]
    any_key: bool = False

    @property
    def usage(self) -> str:
        """How the line is written, for an error message."""
        names = [place if at < self.needed else f"[{place}]" for at, place in enumerate(self.places)]
        return " ".join([self.name, *names])


def _keyword(usage: str, inside: str = "", keys: str = "", flags: str = "", any_key: bool = False) -> Keyword:
    """A keyword from its usage: `disk NAME`, `cd [IMAGE]`."""
    name, *places = usage.split()
    needed = sum(not place.startswith("[") for place in places)
    bare = tuple(place.strip("[]") for place in places)
    return Keyword(name, inside, bare, needed, frozenset(keys.split()), frozenset(flags.split()), any_key)


_ALL = (
    _keyword("pool NAME", keys="xapi product ha migration-network restrict", flags="ha upgrading"),
    _keyword(
        "host NAME",
        keys="memory cpus vendor features xapi platform product address sm dom0 hardware busy tag",
        flags="disabled dead coordinator no-iommu no-hvm busy-mounts",
    ),
    _keyword(
        "nic DEVICE",
        "host",
        keys="mac network cable ip ip6 gateway dns speed driver pci neighbour",
        flags="management no-link unplugged",
    ),
    _keyword("vlan DEVICE TAG", "host", keys="network", flags="unplugged"),
    _keyword("bond DEVICE", "host", keys="of network mode ip ip6", flags="management unplugged"),
    _keyword("sriov DEVICE", "host", keys="vfs network"),
    _keyword("pci ADDRESS [DESCRIPTION]", "host"),
    _keyword("gpu ADDRESS [DESCRIPTION]", "host", keys="types"),
    _keyword("usb NAME", "host"),
    _keyword("update NAME", "host", keys="mandatory recommended full"),
    _keyword("network NAME", keys="bridge", flags="internal unmanaged assume-shared"),
    _keyword(
        "server NAME",
        keys="address unresolvable unreachable no-mounts versions mtu",
        flags="unresolvable unreachable no-mounts no-rpcbind",
    ),
    _keyword("export PATH", "server", keys="to errno", flags="root-squash no-subdirs read-only full"),
    _keyword("sr NAME TYPE", keys="on unplugged size server path", flags="unplugged default local"),
    _keyword("image NAME", "sr", keys="size", flags="tools"),
    _keyword(
        "guest NAME",
        keys="on memory cpus drivers features vendor dirty writes block tag ha os hardware busy cannot-suspend group",
        flags="running halted suspended paused hvm pv pvh pv_in_pvh nomigrate nested template",
    ),
    _keyword("disk NAME", "guest", keys="size sr on-boot layers", flags="cbt unplugged encrypted caching waiting"),
    _keyword("cd [IMAGE]", "guest"),
    _keyword("nic NETWORK", "guest", keys="mac ip", flags="unplugged"),
    _keyword("pci ADDRESS", "guest"),
    _keyword("vgpu ADDRESS", "guest", keys="type"),
    _keyword("usb NAME", "guest"),
    _keyword("vtpm", "guest"),
    _keyword("snapshot NAME", "guest"),
    _keyword("fault CALL", keys="on error after times drop slow when chance seed garble drip at"),
    *(_keyword("set", inside, any_key=True) for inside in ("pool", "host", "network", "sr", "guest")),
)

KEYWORDS: dict[tuple[str, str], Keyword] = {(keyword.inside, keyword.name): keyword for keyword in _ALL}
"""Keyword it stands below (empty at the margin) and its own name -> the keyword."""
