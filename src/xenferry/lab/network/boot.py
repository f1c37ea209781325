"""What a reboot does to a host's NICs: names in dom0, then XAPI's records, then whether the host is on the network."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xenferry.lab.network import cables, names, pifs, topology, vlans
from xenferry.lab.world import Nic

if TYPE_CHECKING:
    from xenferry.lab.lab import Lab

RESET = "/var/tmp/network-reset"  # noqa: S108 (xapi looks there when it starts)


def boot_nics(lab: Lab, host: str) -> bool:
    """Carry out what was ordered for this boot; True when the management interface is on the pool's network again.

    NICs get their names. If a network reset was ordered, XAPI drops all PIFs of the host and builds them anew, with
    the address on the NIC named there. Otherwise its records keep the old names until PIF.forget and PIF.scan, and
    the management address comes up on whatever NIC now has the management PIF's name.
    """
    dom0 = lab.world.dom0.get(host)
    if dom0 is None or not dom0.nics:
        return True
    names.boot(dom0)
    reset = dom0.files.pop(RESET, "")
    if reset:
        _rebuild(lab, host, _settings(reset))
    present = {nic.name for nic in dom0.nics}
    for ref, pif in list(lab.db.all("PIF").items()):
        if pif["host"] == host and pif["physical"] and pif["device"] not in present:
            lab.db.update("PIF", ref, currently_attached=False)
    return on_network(lab, host)


def _settings(text: str) -> dict[str, str]:
    pairs = (line.partition("=") for line in text.splitlines() if "=" in line)
    return {key.strip(): value.strip().strip("'\"") for key, _, value in pairs}


def _rebuild(lab: Lab, host: str, settings: dict[str, str]) -> None:
    """XAPI's start after a network reset: bonds, VLANs and PIFs of this host go, NICs are found afresh."""
    db = lab.db
    device, tag = settings.get("DEVICE", ""), settings.get("VLAN", "")
    network = _network_of_vlan(lab, device, tag) if tag else ""
    mine = [ref for ref, pif in db.all("PIF").items() if pif["host"] == host]
    for kind, field in (("VLAN", "untagged_PIF"), ("tunnel", "access_PIF"), ("Bond", "master")):
        for ref, record in list(db.all(kind).items()):
            if record[field] in mine:
                db.destroy(kind, ref)
    for ref in mine:
        pifs.forget(db, ref)
    pifs.scan(db, host, lab.world.dom0[host])
    found = pifs.physical(db, host)
    chosen = found.get(device)
    if chosen and tag:
        chosen = vlans.make_vlan(db, chosen, int(tag), network)[1]
        db.update("PIF", chosen, currently_attached=True)
    for ref in found.values():
        db.update("PIF", ref, currently_attached=True)
    if chosen:
        static = settings.get("MODE", "").lower() == "static"
        db.update(
            "PIF", chosen, management=True, ip_configuration_mode="Static" if static else "DHCP",
            IP=settings.get("IP", "") or db.get("host", host)["address"], netmask=settings.get("NETMASK", ""),
            gateway=settings.get("GATEWAY", ""), DNS=settings.get("DNS", ""),
        )  # fmt: skip
        db.update("host", host, address=db.get("PIF", chosen)["IP"])


def _network_of_vlan(lab: Lab, device: str, tag: str) -> str:
    """That of any host's VLAN of this tag on a NIC of this name, else a new one (xapi.ml: check_network_reset)."""
    for pif in lab.db.all("PIF").values():
        if pif["device"] == device and str(pif["VLAN"]) == tag:
            return str(pif["network"])
    label = f"Pool-wide network associated with {device} on VLAN{tag}"
    return lab.db.create("network", name_label=label, bridge=f"xapi-{device}-{tag}")


def management_nics(lab: Lab, host: str) -> list[Nic]:
    """The NICs that carry the host's management interface now; none when they are not modelled."""
    for ref, pif in topology.of_host(lab.db, host).items():
        if pif["management"]:
            return cables.carriers(lab.db, lab.world.dom0.get(host), ref)
    return []


def on_network(lab: Lab, host: str) -> bool:
    """Whether the management interface has a link and is on a cable of the coordinator's."""
    mine = management_nics(lab, host)
    return cables.joined(mine, [] if host == lab.coordinator else management_nics(lab, lab.coordinator))
