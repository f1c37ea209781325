"""Which NICs carry a PIF, and whether what they are plugged into lets anything through.

dom0 knows NICs by their names, so a PIF follows its device's name to whatever NIC has it now; a VLAN or a tunnel
follows to what it stands on, a bond to its members.
"""

from __future__ import annotations

from xenferry.lab.db import Database
from xenferry.lab.network import state_of_bonds, topology
from xenferry.lab.world import Dom0, Nic


def carriers(db: Database, dom0: Dom0 | None, pif: str) -> list[Nic]:
    """The NICs behind a PIF; none when they are not modelled. One that XAPI knows and dom0 has not is without link."""
    if dom0 is None or not dom0.nics:
        return []
    root = topology.layers(db, pif)[-1][1]
    record = db.get("PIF", root)
    refs = [root]
    if record["bond_master_of"]:
        refs = db.get("Bond", record["bond_master_of"][0])["slaves"]
    known = {nic.name: nic for nic in dom0.nics}
    found = [db.get("PIF", ref) for ref in refs]
    return [known.get(each["device"]) or Nic(each["MAC"], each["device"], link=False) for each in found]


def linked(db: Database, dom0: Dom0 | None, pif: str) -> bool:
    """Whether any NIC behind the PIF has a link; NICs that are not modelled have."""
    nics = carriers(db, dom0, pif)
    return not nics or any(nic.link for nic in nics)


def joined(mine: list[Nic], theirs: list[Nic]) -> bool:
    """Whether two groups of NICs have a cable in common that both are linked to; unknown ones do."""
    if not mine or not theirs:
        return not mine or any(nic.link for nic in mine)
    cables = {nic.cable for nic in theirs if nic.link}
    return any(nic.link and nic.cable in cables for nic in mine)


def show(db: Database, host: str, nic: Nic) -> None:
    """XAPI sees the NIC's link come or go: on its PIF, and on the bond it is in."""
    for pif in list(topology.of_host(db, host).values()):
        if not pif["physical"] or pif["device"] != nic.name:
            continue
        if db.exists("PIF_metrics", pif["metrics"]):
            db.update("PIF_metrics", pif["metrics"], carrier=nic.link, speed=nic.speed if nic.link else 0)
        if db.exists("Bond", pif["bond_slave_of"]):
            state_of_bonds.show_links(db, pif["bond_slave_of"])
