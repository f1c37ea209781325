"""SR-IOV on a NIC: its virtual functions appear in dom0 when it is switched on, and go when it is switched off.

Simplification: every card is switched on while it runs (`sysfs`); none needs a reboot for it.
"""

from __future__ import annotations

from xenferry.lab.datamodel import NULL
from xenferry.lab.db import Database

DEFAULT_FUNCTIONS = 8


def enable(db: Database, logical: str, functions: int = DEFAULT_FUNCTIONS) -> None:
    """Switch it on for the NIC below this PIF."""
    sriov, card = _parts(db, logical)
    db.update("network_sriov", sriov, configuration_mode="sysfs", requires_reboot=False)
    db.update("PIF", logical, currently_attached=True)
    if not db.exists("PCI", card) or db.hidden("PCI", card).get("virtual_functions"):
        return
    made = [_function(db, card, number) for number in range(1, functions + 1)]
    db.hidden("PCI", card)["virtual_functions"] = made


def disable(db: Database, logical: str) -> None:
    """Switch it off; the functions vanish."""
    sriov, card = _parts(db, logical)
    db.update("network_sriov", sriov, requires_reboot=False)
    db.update("PIF", logical, currently_attached=False)
    if db.exists("PCI", card):
        for function in db.hidden("PCI", card).pop("virtual_functions", []):
            db.destroy("PCI", function)


def _parts(db: Database, logical: str) -> tuple[str, str]:
    sriov: str = db.get("PIF", logical)["sriov_logical_PIF_of"][0]
    return sriov, str(db.get("PIF", db.get("network_sriov", sriov)["physical_PIF"])["PCI"])


def _function(db: Database, card: str, number: int) -> str:
    record = db.get("PCI", card)
    made = db.create(
        "PCI", host=record["host"], pci_id=f"{record['pci_id'][:8]}{16 + number // 8:02x}.{number % 8}",
        class_id="0200", class_name="Ethernet controller", vendor_id=record["vendor_id"],
        vendor_name=record["vendor_name"], device_name=f"{record['device_name'].split()[0]} Virtual Function",
    )  # fmt: skip
    db.hidden("PCI", made).update(
        physical_function=card, virtual_functions=[], attached_VMs=[], scheduled_to_be_attached_to=NULL
    )
    return made
