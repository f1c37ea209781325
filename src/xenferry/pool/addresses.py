"""The addresses of guests, as their agents say."""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence

from xenferry.pool import records as r
from xenferry.pool.snapshot import Snapshot


def addresses(s: Snapshot, vm: r.VM) -> tuple[str, ...]:
    """A guest's addresses, interface by interface, IPv4 first; without those that reach no further than a link.

    What the agent says is the guest's word: what is no address is left out.
    """
    metrics = s.VM_guest_metrics.get(vm.guest_metrics)
    said = metrics.networks if metrics else {}
    found = dict.fromkeys(text for key, text in sorted(said.items(), key=_order) if _is_address(text))
    return tuple(found)


def _order(entry: tuple[str, str]) -> tuple[str, bool, str]:
    key, text = entry
    return key.partition("/")[0], ":" in text, key


def _is_address(text: str) -> bool:
    try:
        ip = ipaddress.ip_address(text)
    except ValueError:
        return False
    return not (ip.is_link_local or ip.is_loopback or ip.is_unspecified or ip.is_multicast)


def within_reach(snapshot: Snapshot, wanted: Sequence[str]) -> tuple[str, ...]:
    """Those that can be in the same world as the pool: hosts on loopback addresses have nobody near but their like."""
    if not all(map(_loopback, (host.address for host in snapshot.hosts))):
        return tuple(wanted)
    return tuple(filter(_loopback, wanted))


def _loopback(text: str) -> bool:
    try:
        return ipaddress.ip_address(text).is_loopback
    except ValueError:
        return text == "localhost"
