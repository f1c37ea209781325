"""By which NIC a host reaches a server, and so under which address the server sees it."""

from __future__ import annotations

import ipaddress

from msgspec import Struct

from xenferry.pool import records as r
from xenferry.pool.snapshot import Snapshot


class Way(Struct, frozen=True, kw_only=True):
    """A host's NIC on the way to a server."""

    address: str
    """What the server sees; the one to write into its list of clients."""
    device: str = ""
    network: str = ""
    mtu: int = 0
    direct: bool = False
    """Whether the NIC is in the server's own subnet; else the packets take the default route."""


def way(snapshot: Snapshot, host: r.Host, server: str = "") -> Way:
    """The NIC in the server's subnet, else the management interface, which has dom0's default route.

    Simplification: static routes (a PIF's other_config:static-routes) are not looked at.

    Args:
        snapshot: the pool.
        host: one of its hosts.
        server: the server's IP address; a name, or nothing, leads to the management interface.
    """
    mine = [pif for pif in snapshot.PIF.values() if pif.host == host.ref and pif.IP and pif.currently_attached]
    near = next((pif for pif in mine if _holds(pif, server)), None)
    pif = near or next((pif for pif in mine if pif.management), None)
    if pif is None:
        return Way(address=host.address)
    network = snapshot.network.get(pif.network)
    return Way(
        address=pif.IP,
        device=pif.device,
        network=network.name_label if network else "",
        mtu=pif.MTU,
        direct=near is not None,
    )


def _holds(pif: r.PIF, server: str) -> bool:
    try:
        return ipaddress.ip_address(server) in ipaddress.ip_network(f"{pif.IP}/{pif.netmask}", strict=False)
    except ValueError:
        return False
