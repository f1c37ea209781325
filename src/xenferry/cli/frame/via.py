"""The network that migrations use: named, found by its subnet, or the pool's own choice."""

from __future__ import annotations

import ipaddress
from typing import TYPE_CHECKING

from xenferry.cli.frame.failure import Wrong
from xenferry.cli.frame.names import find

if TYPE_CHECKING:
    from xenferry.pool.records import Ref
    from xenferry.pool.snapshot import Snapshot


def via(snapshot: Snapshot, typed: str) -> Ref | None:
    """What `--network` means; without it the pool's choice, and None for the management network.

    Raises:
        Wrong: no network, or several fit.
    """
    from xenferry.pool.migration_network import chosen

    return find_network(snapshot, typed) if typed else chosen(snapshot)


def find_network(snapshot: Snapshot, typed: str) -> Ref:
    """A network by name, UUID, unique prefix, or by a subnet (`10.0.1.0/24`) in which hosts have addresses there.

    Raises:
        Wrong: no network, or several fit.
    """
    try:
        subnet = ipaddress.ip_network(typed, strict=False) if "/" in typed else None
    except ValueError:
        subnet = None
    if subnet is None or any(each.name_label == typed for each in snapshot.network.values()):
        return find(snapshot, typed, ["network"])[1]
    return _by_subnet(snapshot, subnet)


def _by_subnet(snapshot: Snapshot, subnet: ipaddress.IPv4Network | ipaddress.IPv6Network) -> Ref:
    from xenferry.pool.migration_network import by_subnet

    found = by_subnet(snapshot, subnet)
    if len(found) == 1:
        return found[0]
    if found:
        names = ", ".join(snapshot.name(ref) for ref in found)
        raise Wrong(f"Hosts have addresses in {subnet} on several networks: {names}. See `xenferry nics show`.")
    raise Wrong(f"No host has an address in {subnet}; `xenferry nics migration` shows where hosts have addresses.")
