"""Whether a guest's address answers: the guest runs, its interface is up, and its NIC hangs on the right cable.

Simplification: the right cable of an address is the one on which any host has an address in the same subnet and
VLAN; where there is none any cable with a link will do. A guest has the addresses that its
agent reported last; nobody else has any.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator
from typing import TYPE_CHECKING

from xenferry.lab.network.cables import carriers, linked
from xenferry.lab.network.topology import on, subnet

if TYPE_CHECKING:
    from xenferry.lab.db import Record
    from xenferry.lab.lab import Lab


def answers(lab: Lab, address: str) -> bool:
    """Does any guest of this pool answer on the address?"""
    return any(_through(lab, vm, position, address) for vm, position in _guests(lab, address))


def _guests(lab: Lab, address: str) -> Iterator[tuple[Record, str]]:
    """The running guests that have the address, and the number of the interface."""
    for ref, vm in lab.db.all("VM").items():
        if vm["power_state"] != "Running":
            continue
        for key, value in _report(lab, ref, vm).items():
            if value == address:
                yield vm, key.partition("/")[0]
                break


def _report(lab: Lab, ref: str, vm: Record) -> dict[str, str]:
    if lab.db.exists("VM_guest_metrics", vm["guest_metrics"]):
        found: dict[str, str] = lab.db.get("VM_guest_metrics", vm["guest_metrics"])["networks"]
        return found
    return {}


def _through(lab: Lab, vm: Record, position: str, address: str) -> bool:
    host = vm["resident_on"]
    vifs = (lab.db.get("VIF", ref) for ref in vm["VIFs"])
    vif = next((each for each in vifs if each["device"] == position and each["currently_attached"]), None)
    mine = on(lab.db, vif["network"], host) if vif else []
    if not mine:
        return False
    right = _cables(lab, address, lab.db.get("PIF", mine[0])["VLAN"])
    dom0 = lab.world.dom0.get(host)
    nics = carriers(lab.db, dom0, mine[0])
    return linked(lab.db, dom0, mine[0]) and (not right or not nics or any(n.link and n.cable in right for n in nics))


def _cables(lab: Lab, address: str, tag: int) -> set[str]:
    """The cables on which hosts have an address in the subnet, with the same VLAN tag."""
    wanted, found = ipaddress.ip_address(address), set[str]()
    for ref, pif in lab.db.all("PIF").items():
        net = subnet(pif)
        if net is None or wanted not in net or pif["VLAN"] != tag:
            continue
        found |= {nic.cable for nic in carriers(lab.db, lab.world.dom0.get(pif["host"]), ref) if nic.link}
    return found
