"""Which network carries migrations, and whether every host can use it.

Without a choice XAPI sends a guest to the target's management address. With one, the target needs an interface on that
network that is plugged and has an address (xapi/xapi_vm_migrate.ml); a link and the same MTU everywhere it needs to
get anywhere, which XAPI does not look at.
"""

from __future__ import annotations

import ipaddress
from collections import Counter

from msgspec import Struct

from xenferry.pool import records as r
from xenferry.pool.cables import Subnet
from xenferry.pool.records import Ref
from xenferry.pool.snapshot import Snapshot

KEY = "xo:migrationNetwork"
"""In the pool's other_config: the UUID of the network that Xen Orchestra and xenferry use when none is named."""


class End(Struct, frozen=True, kw_only=True):
    """A host's end of a network."""

    host: str
    device: str = ""
    address: str = ""
    speed: int = 0
    """Mbit/s; 0 without a link."""
    mtu: int = 0
    against: str = ""
    """Why migrations do not arrive here, in a few words; empty: they do."""


class Road(Struct, frozen=True, kw_only=True):
    """A network that could carry migrations."""

    network: Ref
    name: str
    subnets: tuple[str, ...]
    ends: tuple[End, ...]
    """In the pool's order."""
    management: bool
    """The coordinator's management is here."""
    chosen: bool
    """The pool's own choice."""
    doubts: tuple[str, ...]
    """What differs between hosts that can use it."""

    @property
    def usable(self) -> bool:
        """By every host."""
        return not any(end.against for end in self.ends)


def chosen(s: Snapshot) -> Ref | None:
    """The network that the pool has chosen; None: none, or one that is gone."""
    wanted = s.pool.other_config.get(KEY, "")
    return next((ref for ref, each in s.network.items() if wanted and each.uuid == wanted), None)


def roads(s: Snapshot) -> tuple[Road, ...]:
    """The networks on which any host has an address, the one used without a wish first."""
    found = dict.fromkeys(pif.network for pif in s.PIF.values() if pif.IP and pif.network in s.network)
    known = [road(s, network) for network in found]
    return tuple(sorted(known, key=lambda each: (not each.chosen, not each.management, not each.usable)))


def road(s: Snapshot, network: Ref) -> Road:
    """One network, judged."""
    pifs = {pif.host: pif for pif in s.PIF.values() if pif.network == network}
    own = pifs.get(s.pool.master)
    ends = tuple(_end(s, host, pifs.get(host.ref)) for host in s.hosts)
    subnets = Counter(str(net) for pif in pifs.values() if (net := subnet(pif)) is not None)
    return Road(
        network=network,
        name=s.name(network),
        subnets=tuple(subnets),
        ends=ends,
        management=own is not None and own.management,
        chosen=chosen(s) == network,
        doubts=tuple(_doubts(ends, list(subnets))),
    )


def by_subnet(s: Snapshot, wanted: Subnet) -> tuple[Ref, ...]:
    """The networks on which a host has an address in this subnet."""
    nets = ((pif.network, subnet(pif)) for pif in s.PIF.values())
    fits = (ref for ref, net in nets if net is not None and net.version == wanted.version and _inside(net, wanted))
    return tuple(dict.fromkeys(ref for ref in fits if ref in s.network))


def subnet(pif: r.PIF) -> Subnet | None:
    """The subnet of a PIF's IPv4 address; None where it has none."""
    try:
        return ipaddress.ip_network(f"{pif.IP}/{pif.netmask}", strict=False) if pif.IP and pif.netmask else None
    except ValueError:  # XAPI stores what it was given
        return None


def _inside(net: Subnet, wanted: Subnet) -> bool:
    if isinstance(net, ipaddress.IPv4Network) and isinstance(wanted, ipaddress.IPv4Network):
        return net.overlaps(wanted)
    return isinstance(net, ipaddress.IPv6Network) and isinstance(wanted, ipaddress.IPv6Network) and net.overlaps(wanted)


def _end(s: Snapshot, host: r.Host, pif: r.PIF | None) -> End:
    if pif is None:
        return End(host=host.name_label, against="no interface on it")
    metrics = s.PIF_metrics.get(pif.metrics)
    linked = metrics is None or metrics.carrier
    return End(
        host=host.name_label,
        device=f"{pif.device}.{pif.VLAN}" if pif.VLAN >= 0 else pif.device,
        address=pif.primary_address,
        speed=metrics.speed if metrics and metrics.carrier else 0,
        mtu=pif.MTU,
        against=_against(pif, linked=linked),
    )


def _against(pif: r.PIF, *, linked: bool) -> str:
    if not pif.currently_attached:
        return f"its interface {pif.device} is unplugged"
    if not pif.primary_address:
        return f"no address on {pif.device}"
    return "" if linked else f"no link on {pif.device}"


def _doubts(ends: tuple[End, ...], subnets: list[str]) -> list[str]:
    mtus: dict[int, list[str]] = {}
    for end in ends:
        if end.device:
            mtus.setdefault(end.mtu, []).append(end.host)
    told = []
    if len(mtus) > 1:
        differing = ", ".join(f"{mtu} on {' and '.join(hosts)}" for mtu, hosts in mtus.items())
        told.append(f"MTUs differ ({differing}): large packets get lost, and migrations hang")
    if len(subnets) > 1:
        told.append(f"hosts are in different subnets ({', '.join(subnets)}): it works only if they are routed")
    return told
