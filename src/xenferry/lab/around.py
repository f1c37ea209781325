"""The world that must be around a captured pool for its records to be true: NICs, cables, NFS servers, mounts.

A capture holds what XAPI knows. From it follows what outside XAPI cannot be otherwise: a plugged NFS PBD has a server
that exports its path, a PIF has a NIC. What nothing follows from is taken to work: servers resolve and admit everybody.
"""

from __future__ import annotations

import ipaddress

from xenferry.lab.db import Record, Tables
from xenferry.lab.world import Dom0, Export, Nic, Server, World


def world_around(tables: Tables) -> World:
    """A world in which these tables are true."""
    world = World()
    for ref, host in tables.get("host", {}).items():
        world.dom0[ref] = _dom0(tables, ref, host)
    for pbd in tables.get("PBD", {}).values():
        sr = tables.get("SR", {}).get(pbd["SR"])
        if sr is not None:
            _serve(world, tables, pbd, sr)
    return world


def _dom0(tables: Tables, ref: str, host: Record) -> Dom0:
    dom0 = Dom0(hostname=host.get("hostname") or host.get("name_label", ""), sm_version=_sm_version(host))
    pifs = [pif for pif in tables.get("PIF", {}).values() if pif["host"] == ref and pif.get("physical")]
    for pif in sorted(pifs, key=lambda each: each["device"]):
        dom0.nics.append(_nic(tables, pif))
    dom0.last_boot = [(nic.mac, nic.pci, nic.name) for nic in dom0.nics]
    dom0.at_install = list(dom0.last_boot)
    return dom0


def _sm_version(host: Record) -> str:
    """SM's version, from XAPI's: 8.2 had 2.30, 8.3 at first 3.2, since 2026 it is 4.1. A developer's build is new."""
    build = host.get("software_version", {}).get("xapi_build", "")
    major = build.split(".")[0]
    if not major.isdigit() or int(major) == 0 or int(major) >= 26:
        return "4.1.12"
    return "3.2.12" if int(major) >= 22 else "2.30.8"


def _nic(tables: Tables, pif: Record) -> Nic:
    metrics = tables.get("PIF_metrics", {}).get(pif.get("metrics", ""), {})
    pci = tables.get("PCI", {}).get(pif.get("PCI", ""), {})
    return Nic(
        mac=pif["MAC"].lower(),
        name=pif["device"],
        pci=pci.get("pci_id") or metrics.get("pci_bus_path", ""),
        driver=pci.get("driver_name", ""),
        description=metrics.get("device_name", ""),
        cable=_cable(pif),
        link=bool(metrics.get("carrier", True)),
        speed=int(metrics.get("speed", 0)) or 1000,
    )


def _cable(pif: Record) -> str:
    """The subnet where the PIF has an address; else the PIF's network, the best guess there is."""
    if pif.get("IP") and pif.get("netmask"):
        return str(ipaddress.ip_network(f"{pif['IP']}/{pif['netmask']}", strict=False))
    return str(pif["network"])


def _serve(world: World, tables: Tables, pbd: Record, sr: Record) -> None:
    """The server behind a PBD, with the SR's directory or images, and the mount of a plugged one."""
    config = pbd["device_config"]
    name, path = _location(config, sr)
    if config.get("legacy_mode") == "true" and pbd["host"] in world.dom0:
        world.dom0[pbd["host"]].directories.add(config.get("location", ""))
    if not name:
        return
    server = world.server(name) or world.servers.setdefault(name, Server(name, _address(name, len(world.servers))))
    export = server.exports.setdefault(path, Export(path, size=max(2**40, int(sr.get("physical_size", 0)))))
    target = path
    if sr["type"] == "nfs" and sr.get("sm_config", {}).get("nosubdir") != "true":
        export.directories.setdefault(sr["uuid"], set())
        target = f"{path}/{sr['uuid']}"
    elif sr["type"] == "iso":
        export.files |= {tables["VDI"][vdi]["location"] for vdi in sr["VDIs"] if vdi in tables.get("VDI", {})}
    dom0 = world.dom0.get(pbd["host"])
    if pbd["currently_attached"] and dom0:
        base = "/run" if int(dom0.sm_version.split(".")[0]) >= 4 else "/var/run"
        dom0.mounts[f"{base}/sr-mount/{sr['uuid']}"] = (name, target)


def _location(config: dict[str, str], sr: Record) -> tuple[str, str]:
    """Server and path of an NFS or ISO SR; empty for anything else."""
    if sr["type"] == "nfs":
        return config.get("server", ""), config.get("serverpath", "")
    if sr["type"] == "iso" and config.get("legacy_mode") != "true":
        server, colon, path = config.get("location", "").partition(":")
        return (server, path) if colon else ("", "")
    return "", ""


def _address(name: str, position: int) -> str:
    """The server's address: its own when it is named by one, else one that is set aside for documentation."""
    try:
        return str(ipaddress.ip_address(name))
    except ValueError:
        return f"203.0.113.{position % 250 + 1}"
