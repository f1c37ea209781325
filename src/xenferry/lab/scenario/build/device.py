"""PCI cards, GPUs, USB sticks and SR-IOV ports, on hosts and in guests."""

from __future__ import annotations

from xenferry.lab.scenario.build.guest import named
from xenferry.lab.scenario.build.site import BuiltHost, Site
from xenferry.lab.scenario.build.update import build_updates
from xenferry.lab.scenario.lines import Line
from xenferry.lab.scenario.records import NULL, stable_bytes
from xenferry.lab.scenario.values import names, number, pci_address

GPU_SIZE = 4 * 2**30
IMPLEMENTATIONS = (
    ("passthrough", "passthrough", ""),
    ("GVT", "gvt_g", "Intel Corporation"),
    ("MxGPU", "mxgpu", "AMD"),
    ("", "nvidia", "NVIDIA Corporation"),
)
"""How a vGPU type's name begins -> its implementation and vendor."""


def build_devices(site: Site, host: BuiltHost) -> None:
    """Create a host's cards, GPUs, USB devices and SR-IOV ports."""
    for line in host.line.of("pci"):
        _card(site, host, line, "0280", "Communication controller")
    for line in host.line.of("gpu"):
        _gpu(site, host, line)
    for line in host.line.of("usb"):
        _usb(site, host, line)
    for line in host.line.of("sriov"):
        _sriov(site, host, line)
    build_updates(site, host)


def _card(site: Site, host: BuiltHost, line: Line, kind: str, kind_name: str) -> str:
    address = pci_address(line, line.name)
    vendor, _, device = (line.words[1] if len(line.words) > 1 else "Broadcom Capture card").partition(" ")
    if address in host.pcis:
        raise line.wrong(f"a second device at {address}", "an address of its own for each")
    ref = site.records.create(
        "PCI", f"{host.name} {address}", line.number, host=host.ref, pci_id=address, class_id=kind,
        class_name=kind_name, vendor_name=vendor, device_name=device, driver_name="pciback",
    )  # fmt: skip
    site.records.hide(
        "PCI", ref, physical_function=NULL, virtual_functions=[], attached_VMs=[], scheduled_to_be_attached_to=NULL
    )
    host.pcis[address] = ref
    return ref


def _gpu(site: Site, host: BuiltHost, line: Line) -> None:
    pci = _card(site, host, line, "0300", "VGA compatible controller")
    record = site.records.get("PCI", pci)
    model = f"{record['vendor_name']} {record['device_name']}"
    key = f"Group of {model} GPUs"
    group = next((ref for ref, each in site.records.tables["GPU_group"].items() if each["name_label"] == key), "")
    if not group:
        group = site.records.create("GPU_group", key, line.number, name_label=key, allocation_algorithm="depth_first")
    pgpu = site.records.create("PGPU", f"{host.name} {line.name}", line.number, PCI=pci, GPU_group=group, host=host.ref)
    for name in ["passthrough", *names(line.values.get("types", ""))]:
        _offer(site, _vgpu_type(site, line, name), pgpu, group)
    site.records.hide("PGPU", pgpu, size=GPU_SIZE)
    host.gpus[pci_address(line, line.name)] = pgpu


def _vgpu_type(site: Site, line: Line, name: str) -> str:
    """`passthrough`, or a type written MODEL: four of them fit on a card."""
    for ref, record in site.records.tables["VGPU_type"].items():
        if record["model_name"] == name:
            return ref
    implementation, vendor = next(made for prefix, *made in IMPLEMENTATIONS if name.startswith(prefix))
    space = GPU_SIZE if implementation == "passthrough" else GPU_SIZE // 4
    ref = site.records.create(
        "VGPU_type", name, line.number, model_name=name, vendor_name=vendor, implementation=implementation,
        framebuffer_size=0 if implementation == "passthrough" else space,
    )  # fmt: skip
    site.records.hide("VGPU_type", ref, size=space, compatible_types_on_pgpu=[ref])
    return ref


def _offer(site: Site, kind: str, pgpu: str, group: str) -> None:
    record, card, set_of = (
        site.records.get("VGPU_type", kind),
        site.records.get("PGPU", pgpu),
        site.records.get("GPU_group", group),
    )
    for field in ("supported_on_PGPUs", "enabled_on_PGPUs"):
        record[field].append(pgpu)
    card["supported_VGPU_types"].append(kind)
    card["enabled_VGPU_types"].append(kind)
    card["supported_VGPU_max_capacities"][kind] = 1 if record["implementation"] == "passthrough" else 4
    if kind not in set_of["supported_VGPU_types"]:
        for field in ("supported_VGPU_types", "enabled_VGPU_types"):
            set_of[field].append(kind)


def _usb(site: Site, host: BuiltHost, line: Line) -> None:
    path = f"1-{len(host.usbs) + 1}"
    group = site.records.create("USB_group", f"{host.name} {line.name}", line.number, name_label=line.name)
    site.records.create(
        "PUSB", f"{host.name} {line.name}", line.number, USB_group=group, host=host.ref, path=path, version="2.00",
        vendor_id="0951", vendor_desc="Kingston Technology", product_id="1665", product_desc=line.name, speed=480.0,
        serial=stable_bytes(6, host.name, line.name).hex(), description=f"Kingston Technology_{line.name}",
        passthrough_enabled=True,
    )  # fmt: skip
    host.usbs[line.name] = group


def _sriov(site: Site, host: BuiltHost, line: Line) -> None:
    pif = named(site, line, host.pifs, line.name, "NIC of this host")
    physical = site.records.get("PIF", pif)
    name = line.values.get("network", f"SR-IOV of {line.name}")
    network = site.networks.get(name) or site.records.create("network", name, line.number, name_label=name)
    site.networks[name] = network
    logical = site.records.create(
        "PIF", f"{host.name} {line.name} sriov", line.number, device=line.name, MAC=physical["MAC"], host=host.ref,
        network=network, metrics=physical["metrics"], VLAN=-1, MTU=1500, currently_attached=True,
    )  # fmt: skip
    site.records.create(
        "network_sriov", f"{host.name} {line.name}", line.number, physical_PIF=pif, logical_PIF=logical,
        configuration_mode="sysfs",
    )  # fmt: skip
    card = site.records.get("PCI", physical["PCI"])["pci_id"]
    functions = [
        _function(site, host, line, physical["PCI"], f"{card[:-1]}{n % 8}", n)
        for n in range(1, 1 + number(line, line.values.get("vfs", "8")))
    ]
    site.records.change("PIF", pif, capabilities=["sriov"])
    site.records.hide("PCI", physical["PCI"], virtual_functions=functions)


def _function(site: Site, host: BuiltHost, line: Line, parent: str, address: str, position: int) -> str:
    ref = site.records.create(
        "PCI", f"{host.name} {line.name} vf {position}", line.number, host=host.ref,
        pci_id=f"{address[:8]}{16 + position // 8:02x}.{position % 8}", class_id="0200",
        class_name="Ethernet controller", vendor_name="Intel Corporation", device_name="82599 Virtual Function",
    )  # fmt: skip
    site.records.hide(
        "PCI", ref, physical_function=parent, virtual_functions=[], attached_VMs=[], scheduled_to_be_attached_to=NULL
    )
    return ref


def attach_devices(site: Site, guest: Line) -> None:
    """Give a guest its cards, GPUs and USB devices."""
    vm = site.guests[guest.name]
    record = site.records.get("VM", vm)
    home = site.host(guest, guest.values["on"]) if "on" in guest.values else next(iter(site.hosts.values()))
    live = record["power_state"] in ("Running", "Paused")
    cards: list[str] = []
    for line in guest.of("pci"):
        address = pci_address(line, line.name)
        pci = named(site, line, home.pcis, address, f"PCI device of host `{home.name}`")
        cards.append(address)
        if live:
            record["attached_PCIs"].append(pci)
            site.records.internal["PCI"][pci]["attached_VMs"].append(vm)
    if cards:
        wanted = ",".join(f"{n}/{address}" for n, address in enumerate(cards))
        site.records.change("VM", vm, other_config=record["other_config"] | {"pci": wanted})
    if live:
        _take_functions(site, vm, home)
    for line in guest.of("vgpu"):
        _vgpu(site, line, guest, vm, home, live)
    for line in guest.of("usb"):
        _vusb(site, line, guest, vm, live)


def _take_functions(site: Site, vm: str, home: BuiltHost) -> None:
    """Each interface of a running guest in an SR-IOV network has a virtual function of its host's NIC to itself."""
    tables, hidden = site.records.tables, site.records.internal.get("PCI", {})
    offers = {
        tables["PIF"][sriov["logical_PIF"]]["network"]: hidden[tables["PIF"][sriov["physical_PIF"]]["PCI"]]
        for sriov in tables["network_sriov"].values()
        if tables["PIF"][sriov["logical_PIF"]]["host"] == home.ref
    }
    for ref in tables["VM"][vm]["VIFs"]:
        vif = tables["VIF"][ref]
        functions = offers.get(vif["network"], {}).get("virtual_functions", [])
        free = next((pci for pci in functions if not hidden[pci]["attached_VMs"]), None)
        if vif["currently_attached"] and free:
            hidden[free]["attached_VMs"].append(vm)
            tables["VM"][vm]["attached_PCIs"].append(free)


def _vgpu(site: Site, line: Line, guest: Line, vm: str, home: BuiltHost, live: bool) -> None:
    pgpu = named(site, line, home.gpus, pci_address(line, line.name), f"GPU of host `{home.name}`")
    card = site.records.get("PGPU", pgpu)
    kinds = {site.records.get("VGPU_type", ref)["model_name"]: ref for ref in card["enabled_VGPU_types"]}
    kind = named(site, line, kinds, line.values.get("type", "passthrough"), "type of that GPU")
    whole = site.records.get("VGPU_type", kind)["implementation"] == "passthrough"
    site.records.create(
        "VGPU", guest.name, line.number, VM=vm, GPU_group=card["GPU_group"], type=kind, currently_attached=live,
        resident_on=pgpu if live else NULL, PCI=card["PCI"] if live and whole else NULL,
    )  # fmt: skip
    if live and whole:
        site.records.get("VM", vm)["attached_PCIs"].append(card["PCI"])
        site.records.internal["PCI"][card["PCI"]]["attached_VMs"].append(vm)


def _vusb(site: Site, line: Line, guest: Line, vm: str, live: bool) -> None:
    known = {name: group for host in site.hosts.values() for name, group in host.usbs.items()}
    group = named(site, line, known, line.name, "USB device")
    site.records.create(
        "VUSB", f"{guest.name} {line.name}", line.number, VM=vm, USB_group=group, currently_attached=live
    )
