"""XAPI's records of a host's NICs: found by name, matched to networks by bridge name, and nothing else.

Neither the MAC address nor the cable nor the subnet takes part: that is how two hosts on one cable get two networks.
"""

from __future__ import annotations

import re

from xenferry.lab.db import Database
from xenferry.lab.network.names import number_of
from xenferry.lab.world import Dom0, Nic

MAC = re.compile(r"[0-9a-fA-F]{2}(:[0-9a-fA-F]{2}){5}")


def bridge_of(device: str) -> str:
    """The bridge of a NIC: `xenbrN` for `ethN`, else `br<device>`."""
    number = number_of(device)
    return f"br{device}" if number is None else f"xenbr{number}"


def network_of(db: Database, device: str, *, managed: bool = True) -> str:
    """The pool network for NICs of this name, made if there is none yet. NICs that XAPI leaves alone have no bridge."""
    bridge = bridge_of(device) if managed else ""
    found = db.find("network", bridge=bridge)
    if len(found) == 1:
        return found[0]
    label = f"Pool-wide network associated with {device}"
    return db.create("network", name_label=label, bridge=bridge, managed=managed, MTU=1500)


def introduce(db: Database, host: str, nic: Nic, *, managed: bool = True) -> str:
    """A PIF for a NIC that has none."""
    metrics = db.create(
        "PIF_metrics", carrier=nic.link, speed=nic.speed if nic.link else 0, duplex=nic.link, pci_bus_path=nic.pci,
        device_name=nic.description,
    )  # fmt: skip
    pci = next((ref for ref, each in db.all("PCI").items() if (each["host"], each["pci_id"]) == (host, nic.pci)), None)
    network = network_of(db, nic.name, managed=managed)
    return db.create(
        "PIF", device=nic.name, MAC=nic.mac, host=host, network=network, physical=True, VLAN=-1,
        MTU=1500, metrics=metrics, currently_attached=False, managed=managed, properties={"gro": "on"},
        **({"PCI": pci} if pci else {}),
    )  # fmt: skip


def physical(db: Database, host: str) -> dict[str, str]:
    """Device name -> PIF, of a host's NICs."""
    return {pif["device"]: ref for ref, pif in db.all("PIF").items() if pif["host"] == host and pif["physical"]}


def scan(db: Database, host: str, dom0: Dom0) -> None:
    """PIF.scan: refresh MAC and carrier of known NICs, add unknown ones. Vanished NICs keep their records."""
    known = physical(db, host)
    for nic in dom0.nics:
        if nic.name not in known:
            introduce(db, host, nic)
            continue
        ref = known[nic.name]
        db.update("PIF", ref, MAC=nic.mac)
        show_metrics(db, db.get("PIF", ref)["metrics"], nic)


def show_metrics(db: Database, metrics: str, nic: Nic) -> None:
    """What the NIC's cable says."""
    if db.exists("PIF_metrics", metrics):
        db.update("PIF_metrics", metrics, carrier=nic.link, speed=nic.speed if nic.link else 0)


def forget(db: Database, ref: str) -> None:
    """Take a PIF and its metrics out of the database; its network stays."""
    metrics = db.get("PIF", ref)["metrics"]
    db.destroy("PIF", ref)
    shared = any(pif["metrics"] == metrics for pif in db.all("PIF").values())
    if not shared and db.exists("PIF_metrics", metrics):
        db.destroy("PIF_metrics", metrics)
