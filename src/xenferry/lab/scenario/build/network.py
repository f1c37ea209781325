"""NICs, VLANs, bonds and the pool networks they land in.

A NIC's network follows from its kernel name alone: `ethN` of every host is bridge `xenbrN`, whatever cable it has. That
is XAPI's rule, and the reason why eth0 here and eth4 there are two networks.
"""

from __future__ import annotations

import ipaddress
from typing import Any

from xenferry.lab.scenario.build.site import BuiltHost, Site, bridge_of, new
from xenferry.lab.scenario.lines import Line
from xenferry.lab.scenario.records import NULL
from xenferry.lab.scenario.values import interface, interface6, mac_address, names, number, pci_address
from xenferry.lab.world import Nic


def declare_network(site: Site, line: Line) -> None:
    """Create a network of its own; one without a bridge gets XAPI's next free name at the end."""
    name = new(line, site.networks, "network")
    other = {"assume_network_is_shared": "true"} if line.has("assume-shared") else {}
    ref = site.records.create(
        "network", name, line.number, name_label=name, managed=not line.has("unmanaged"), other_config=other
    )
    site.networks[name] = ref
    bridge = line.values.get("bridge")
    if bridge:
        _give_bridge(site, line, ref, bridge)


def _give_bridge(site: Site, line: Line, ref: str, bridge: str) -> None:
    if site.bridges.get(bridge, ref) != ref:
        raise line.wrong(f"a second network on bridge `{bridge}`", "one network for each bridge")
    site.bridges[bridge] = ref
    site.records.change("network", ref, bridge=bridge)


def name_bridges(site: Site) -> None:
    """Give every network that has no bridge yet the next free `xapiN`."""
    free = (f"xapi{n}" for n in range(len(site.networks) + len(site.bridges) + 1) if f"xapi{n}" not in site.bridges)
    for ref, record in site.records.tables["network"].items():
        if not record["bridge"]:
            bridge = next(free)
            site.bridges[bridge] = ref
            site.records.change("network", ref, bridge=bridge)


def build_nics(site: Site, host: BuiltHost) -> None:
    """Create the host's NICs, then bonds and VLANs on them."""
    lines = host.line.of("nic")
    for line in lines or [Line(host.line.number, "nic", ["eth0"], flags={"management"})]:
        _nic(site, host, line)
    for line in host.line.of("bond"):
        _bond(site, host, line)
    for line in host.line.of("vlan"):
        _vlan(site, host, line)
    _choose_management(site, host)
    dom0 = site.world.dom0[host.ref]
    dom0.last_boot = [(nic.mac, nic.pci, nic.name) for nic in dom0.nics]
    dom0.at_install = list(dom0.last_boot)


def _nic(site: Site, host: BuiltHost, line: Line) -> None:
    if line.name in host.pifs:
        raise line.wrong(f"a second `{line.name}` on host `{host.name}`", "a device name of its own for each NIC")
    network = _physical_network(site, line)
    nic = _port(site, host, line)
    site.world.dom0[host.ref].nics.append(nic)
    pci = site.records.create(
        "PCI", f"{host.name} {nic.pci}", line.number, host=host.ref, pci_id=nic.pci, class_id="0200",
        class_name="Ethernet controller", vendor_id="8086", vendor_name="Intel Corporation",
        device_name=nic.description.removeprefix("Intel Corporation "), driver_name=nic.driver,
    )  # fmt: skip
    site.records.hide(
        "PCI", pci, physical_function=NULL, virtual_functions=[], attached_VMs=[], scheduled_to_be_attached_to=NULL
    )
    metrics = site.records.create(
        "PIF_metrics", f"{host.name} {line.name}", line.number, carrier=nic.link, speed=nic.speed if nic.link else 0,
        duplex=nic.link, pci_bus_path=nic.pci, vendor_id="8086", vendor_name="Intel Corporation",
        device_name=nic.description.removeprefix("Intel Corporation "),
    )  # fmt: skip
    host.pifs[line.name] = site.records.create(
        "PIF", f"{host.name} {line.name}", line.number, device=line.name, MAC=nic.mac, physical=True, metrics=metrics,
        network=network, host=host.ref, VLAN=-1, MTU=1500, PCI=pci, currently_attached=not line.has("unplugged"),
        properties={"gro": "on"}, **_addresses(line),
    )  # fmt: skip


def _port(site: Site, host: BuiltHost, line: Line) -> Nic:
    values = line.values
    bus = f"0000:{host.next_bus:02x}:00.0"
    host.next_bus += 1
    address = str(interface(line, values["ip"]).network) if "ip" in values else ""
    return Nic(
        mac=mac_address(line, values["mac"]) if "mac" in values else site.mac(host.name, line.name),
        name=line.name,
        pci=pci_address(line, values["pci"]) if "pci" in values else bus,
        label=f"p{host.next_bus - 1}p1",
        driver=values.get("driver", "ixgbe"),
        cable=values.get("cable") or address or line.name,
        neighbour=values.get("neighbour", ""),
        link=not line.has("no-link"),
        speed=number(line, values.get("speed", "10000")),
    )


def _physical_network(site: Site, line: Line) -> str:
    bridge = bridge_of(line.name)
    wanted = line.values.get("network")
    found = site.bridges.get(bridge)
    if found:
        name = site.records.get("network", found)["name_label"]
        if wanted and wanted != name:
            raise line.wrong(
                f"{line.name} in network `{wanted}`, while {line.name} elsewhere is in `{name}`",
                "one network for all NICs of the same name, because XAPI matches them by name",
            )
        return found
    return _network(site, line, wanted or f"Pool-wide network associated with {line.name}", bridge)


def _network(site: Site, line: Line, name: str, bridge: str = "") -> str:
    """The network of this name, made if it is new, with this bridge."""
    ref = site.networks.get(name)
    if ref is None:
        ref = site.records.create("network", name, line.number, name_label=name)
        site.networks[name] = ref
    present = site.records.get("network", ref)["bridge"]
    if bridge and present and present != bridge:
        raise line.wrong(
            f"{line.name} in network `{name}`, which is bridge {present}",
            f"another network: XAPI puts {line.name} on bridge {bridge}, and so into a network of its own",
        )
    if bridge:
        _give_bridge(site, line, ref, bridge)
    return ref


def _addresses(line: Line) -> dict[str, Any]:
    return {**_ipv4(line), **_ipv6(line)}


def _ipv4(line: Line) -> dict[str, Any]:
    if "ip" not in line.values:
        return {"ip_configuration_mode": "None"}
    found = interface(line, line.values["ip"])
    return {
        "ip_configuration_mode": "Static",
        "IP": str(found.ip),
        "netmask": str(found.netmask),
        "gateway": line.values.get("gateway", ""),
        "DNS": line.values.get("dns", ""),
    }


def _ipv6(line: Line) -> dict[str, Any]:
    if "ip6" not in line.values:
        return {}
    return {"ipv6_configuration_mode": "Static", "IPv6": [str(interface6(line, line.values["ip6"]))]}


def _bond(site: Site, host: BuiltHost, line: Line) -> None:
    devices = names(line.values.get("of", ""))
    if len(devices) < 2 or any(device not in host.pifs for device in devices):
        raise line.wrong(f"a bond of `{','.join(devices)}`", "of= with two or more NICs of this host")
    members = [host.pifs[device] for device in devices]
    name = line.values.get("network", "Bond of " + ", ".join(devices))
    first = site.records.get("PIF", members[0])
    cards = [site.records.get("PIF_metrics", site.records.get("PIF", member)["metrics"]) for member in members]
    up = [card for card in cards if card["carrier"]]
    metrics = site.records.create(
        "PIF_metrics", f"{host.name} {line.name}", line.number, carrier=bool(up), duplex=bool(up),
        speed=sum(card["speed"] for card in up),
    )  # fmt: skip
    master = site.records.create(
        "PIF", f"{host.name} {line.name}", line.number, device=line.name, MAC=first["MAC"], host=host.ref, VLAN=-1,
        MTU=1500, network=_network(site, line, name), metrics=metrics, properties={"gro": "on"},
        currently_attached=not line.has("unplugged"), **_addresses(line),
    )  # fmt: skip
    mode = line.values.get("mode", "balance-slb")
    bond = site.records.create(
        "Bond", f"{host.name} {line.name}", line.number, master=master, mode=mode, links_up=len(up),
        primary_slave=members[0], auto_update_mac=True,
    )  # fmt: skip
    for member in members:
        site.records.change("PIF", member, bond_slave_of=bond, currently_attached=False)
    host.pifs[line.name] = master


def _vlan(site: Site, host: BuiltHost, line: Line) -> None:
    device, tag = line.words[0], number(line, line.words[1])
    if device not in host.pifs or not 0 <= tag <= 4094:
        raise line.wrong(f"VLAN {tag} on `{device}`", "a NIC or bond of this host and a tag from 0 to 4094")
    below = site.records.get("PIF", host.pifs[device])
    key = f"{host.name} {device}.{tag}"
    untagged = site.records.create(
        "PIF", key, line.number, device=device, MAC="fe:ff:ff:ff:ff:ff", host=host.ref, VLAN=tag, MTU=1500,
        network=_network(site, line, line.values.get("network", f"VLAN {tag}")), metrics=below["metrics"],
        currently_attached=not line.has("unplugged"),
    )  # fmt: skip
    vlan = site.records.create("VLAN", key, line.number, tagged_PIF=host.pifs[device], untagged_PIF=untagged, tag=tag)
    site.records.change("PIF", untagged, VLAN_master_of=vlan)


def _choose_management(site: Site, host: BuiltHost) -> None:
    lines = [line for line in host.line.of("nic", "bond") if line.has("management")]
    name = lines[0].name if lines else next(iter(host.pifs))
    ref = host.pifs[name]
    record = site.records.get("PIF", ref)
    fields: dict[str, Any] = {"management": True}
    if not record["IP"]:
        fields |= {"ip_configuration_mode": "Static", "IP": host.address, "netmask": "255.255.255.0"}
        if host.address.startswith("198.18."):
            fields["netmask"] = "255.254.0.0"
    site.records.change("PIF", ref, **fields)
    _settle_cable(site, host, name, f"{host.address}/{fields.get('netmask', record['netmask'])}")


def _settle_cable(site: Site, host: BuiltHost, device: str, address: str) -> None:
    """A management NIC without a cable of its own is where its subnet is."""
    given = [line for line in host.line.of("nic") if line.name == device and "cable" in line.values]
    for nic in site.world.dom0[host.ref].nics:
        if nic.name == device and not given:
            nic.cable = str(ipaddress.ip_interface(address).network)
