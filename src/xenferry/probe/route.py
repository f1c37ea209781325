"""By which NIC a host reaches a server, and so under which address the server sees it."""

from __future__ import annotations

import ipaddress

from msgspec import Struct

from xenferry.pool import records as r
from xenferry.pool.snapshot import Snapshot


class Way(Struct, frozen=True, kw_only=True):
    """A host's NIC on the way to a server, as XAPI's records have it."""

    address: str
    """What the server sees; the one to write into its list of clients."""
    device: str = ""
    network: str = ""
    mtu: int = 0
    direct: bool = False
    """Whether the NIC is in the server's own subnet; else the packets take the default route."""
    trouble: str = ""
    """Why nothing can get through: no link."""
    doubt: str = ""
    """Why it may be that nothing gets through: no gateway."""


def way(snapshot: Snapshot, host: r.Host, server: str = "") -> Way:
    """The NIC in the server's subnet, else the management interface, which has dom0's default route.

    Simplification: static routes (a PIF's other_config:static-routes) are not looked at; dom0 itself tells of them.

    Args:
        snapshot: the pool.
        host: one of its hosts.
        server: the server's IP address, of version 4 or 6; a name, or nothing, leads to the management interface.
    """
    mine = [pif for pif in snapshot.PIF.values() if pif.host == host.ref and pif.currently_attached]
    near = next((pif for pif in mine if any(_holds(own, server) for own in _addresses(pif))), None)
    pif = near or next((pif for pif in mine if pif.management), None)
    if pif is None:
        return Way(address=host.address)
    network = snapshot.network.get(pif.network)
    return Way(
        address=_own(pif, server) or host.address,
        device=pif.device,
        network=network.name_label if network else "",
        mtu=pif.MTU,
        direct=near is not None,
        trouble=_trouble(snapshot, pif),
        doubt="" if near else _doubt(pif, server),
    )


def _addresses(pif: r.PIF) -> list[str]:
    """With the length of their prefix, as far as it is known."""
    return [f"{pif.IP}/{pif.netmask}", *pif.IPv6] if pif.IP else list(pif.IPv6)


def _own(pif: r.PIF, server: str) -> str:
    """The NIC's address of the server's kind."""
    globally = [text.partition("/")[0] for text in pif.IPv6 if not text.lower().startswith("fe80")]
    mine = [*globally, pif.IP] if ":" in server else [pif.IP, *globally]
    return next(filter(None, mine), "")


def _trouble(snapshot: Snapshot, pif: r.PIF) -> str:
    metrics = snapshot.PIF_metrics.get(pif.metrics)
    return f"{pif.device}, which leads there, has no link" if metrics is not None and not metrics.carrier else ""


def _doubt(pif: r.PIF, server: str) -> str:
    static = pif.ip_configuration_mode.lower() == "static"
    if static and not pif.gateway and is_address(server) and ":" not in server:
        return f"no NIC is in the server's subnet, and {pif.device}, the management interface, has no gateway"
    return ""


def said(found: Way) -> str:
    """The way in words."""
    if not found.device:
        return "XAPI's records do not tell which"
    where = f"{found.device} on {found.network or 'a network without a name'}, MTU {found.mtu}"
    return where if found.direct else f"{where}, by the default route"


def is_address(text: str) -> bool:
    """Is it an IP address, and no name?"""
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


def _holds(own: str, server: str) -> bool:
    try:
        return ipaddress.ip_address(server) in ipaddress.ip_network(own, strict=False)
    except ValueError:
        return False
