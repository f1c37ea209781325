"""The receiving host has no address on the network that everything would be sent over.

A guest's memory and disks go to an address of the host that receives it: on its management network, or on the network
that was asked for. XAPI does not ask whether that interface is plugged.

Cause: the host has no NIC on that network.
Fix: Choose another network of that pool, or connect the host to it.

Cause: its NIC there has no IP address.
Fix: Give it one: `xe pif-reconfigure-ip uuid=... mode=static IP=... netmask=...`.

Example:
    pool east
    host north
    guest mail   # rule: no-way-in
      disk root

    pool west
    host upper
    sr store nfs default
    # twin: the NIC there has no address
"""

from __future__ import annotations

from collections.abc import Hashable

from xenferry.pool.records import NULL, Host, Ref
from xenferry.pool.snapshot import Snapshot
from xenferry.rules.facts import namesakes
from xenferry.rules.finding import Error
from xenferry.rules.journey import Journey, receiving_pif
from xenferry.rules.place import Place
from xenferry.rules.words import Words

where = Place("receive", 2)


def kin(there: Snapshot, host: Host, via: Ref) -> Hashable:
    """Has it an interface there, and an address?"""
    pif = namesakes.entrances(there).get((host.ref, via))
    return pif is not None and bool(pif.primary_address)


def refused(j: Journey) -> bool:
    """No interface, or none with an address; nothing is said of hosts whose interfaces were not read."""
    if "PIF" in j.there.not_read:
        return False
    pif = receiving_pif(j)
    return pif is None or not pif.primary_address


def error(j: Journey) -> Error:
    """XAPI's answer. Without a management interface there is no network that could be named."""
    pif = receiving_pif(j)
    if pif is None:
        return ("HOST_CANNOT_ATTACH_NETWORK", j.host.ref, j.via)
    mode = pif.ipv6_configuration_mode if pif.primary_address_type == "IPv6" else pif.ip_configuration_mode
    return ("PIF_HAS_NO_NETWORK_CONFIGURATION" if mode == "None" else "INTERFACE_HAS_NO_IP", pif.ref)


def say(j: Journey) -> Words:
    """Which network, and what is missing on it."""
    pif = receiving_pif(j)
    on = f"network {j.there.name(j.via)}" if j.via != NULL else "its management network"
    if pif is None:
        seen = f"{j.cannot}: {j.host.name_label} has no NIC on {on}, over which it would arrive."
        return Words(j.host.ref, seen, ("Choose another network there with `--via NETWORK`.",))
    seen = f"{j.cannot}: NIC {pif.device} of {j.host.name_label} has no IP address on {on}, over which it would arrive."
    give = f"xe pif-reconfigure-ip uuid={pif.uuid} mode=static IP=... netmask=..."
    return Words(pif.ref, seen, (f"Give it an address: `{give}`.",))
