"""Guests, templates and snapshots with their metrics and network interfaces."""

from __future__ import annotations

from typing import Any

from xenferry.lab.scenario.build.disk import build_drives
from xenferry.lab.scenario.build.host import task
from xenferry.lab.scenario.build.site import BuiltHost, Site, new
from xenferry.lab.scenario.error import one_of
from xenferry.lab.scenario.lines import Line
from xenferry.lab.scenario.memory import overhead
from xenferry.lab.scenario.records import NULL, stable_uuid
from xenferry.lab.scenario.values import feature_set, mac_address, memory_range, names, number, rate, version
from xenferry.lab.world import Load

STATES = {"halted": "Halted", "suspended": "Suspended", "paused": "Paused", "running": "Running"}
OPERATIONS = {
    "Running": "changing_dynamic_range migrate_send pool_migrate changing_VCPUs_live suspend hard_reboot hard_shutdown "
    "clean_reboot clean_shutdown pause checkpoint snapshot metadata_export",
    "Halted": "changing_dynamic_range changing_shadow_memory changing_static_range make_into_template migrate_send "
    "destroy export start_on start clone copy snapshot metadata_export changing_VCPUs",
    "Suspended": "migrate_send resume_on resume hard_shutdown destroy export snapshot metadata_export csvm",
    "Paused": "hard_reboot hard_shutdown unpause checkpoint snapshot metadata_export",
}
STARTED = "20261120T08:00:00Z"


def build_guest(site: Site, line: Line) -> None:
    """Create a guest with everything below its line."""
    name = new(line, site.guests, "guest")
    home = site.host(line, line.values["on"]) if "on" in line.values else next(iter(site.hosts.values()))
    state = _state(line)
    live = state in ("Running", "Paused")
    domain_type = next((each for each in ("pv_in_pvh", "pvh", "pv", "hvm") if line.has(each)), "hvm")
    ref = site.records.create("VM", name, line.number, **_record(site, line, home, state, domain_type))
    site.guests[name] = ref
    site.records.change(
        "VM",
        ref,
        resident_on=home.ref if live else NULL,
        affinity=home.ref if "on" in line.values and not live else NULL,
        metrics=_metrics(site, line, ref, domain_type, live, state),
        guest_metrics=_guest_metrics(site, line) if state != "Halted" else NULL,
    )
    busy = {key: rate(line, line.values[key]) for key in ("dirty", "writes") if key in line.values}
    if busy:
        site.world.loads[ref] = Load(**busy)
    if live:
        site.records.change("VM", ref, domid=home.next_domid)
        home.next_domid += 1
    build_drives(site, line, ref, home)
    _vifs(site, line, ref, live)
    _extras(site, line, ref, home)


def _state(line: Line) -> str:
    given = [STATES[word] for word in STATES if line.has(word)]
    if len(given) > 1:
        raise line.wrong(f"the power states {' and '.join(given)} together", "one power state")
    return given[0] if given else "Halted" if line.has("template") else "Running"


def _record(site: Site, line: Line, home: BuiltHost, state: str, domain_type: str) -> dict[str, Any]:
    low, high = memory_range(line, line.values.get("memory", "4GiB"))
    cpus = number(line, line.values.get("cpus", "2"))
    windows = line.values.get("os", "").startswith("windows")
    live = state != "Halted"
    return {
        "name_label": line.name,
        "power_state": state,
        "is_a_template": line.has("template"),
        "user_version": 1,
        "domain_type": domain_type,
        "memory_static_max": high,
        "memory_dynamic_max": high,
        "memory_dynamic_min": low,
        "memory_static_min": min(low, 512 * 2**20),
        "memory_target": high if live else 0,
        "memory_overhead": overhead(domain_type, high, cpus, 1.0, version(home.xapi)),
        "VCPUs_max": cpus,
        "VCPUs_at_startup": cpus,
        "actions_after_reboot": "restart",
        "actions_after_crash": "restart",
        "platform": _platform(line, windows),
        "other_config": {"mac_seed": stable_uuid(site.records.pool, line.name, "mac_seed")},
        "last_boot_CPU_flags": _cpu_flags(site, line, home) if live else {},
        "hardware_platform_version": number(line, line.values.get("hardware", "0")),
        "has_vendor_device": windows,
        "blocked_operations": _blocked(line),
        "allowed_operations": OPERATIONS[state].split(),
        "tags": names(line.values.get("tag", "")),
        "ha_restart_priority": line.values.get("ha", ""),
        "ha_always_run": "ha" in line.values,
        "HVM_boot_policy": "" if domain_type in ("pv", "pv_in_pvh") else "BIOS order",
        "HVM_boot_params": {} if domain_type in ("pv", "pv_in_pvh") else {"firmware": "uefi", "order": "cdn"},
        "PV_bootloader": "pygrub" if domain_type in ("pv", "pv_in_pvh") else "",
    }


def _platform(line: Line, windows: bool) -> dict[str, str]:
    platform = {
        "acpi": "1",
        "apic": "true",
        "pae": "true",
        "nx": "true",
        "viridian": "true" if windows else "false",
        "device-model": "qemu-upstream-uefi",
    }
    if line.has("nomigrate"):
        platform["nomigrate"] = "true"
    if line.has("nested"):
        platform["nested-virt"] = "true"
    return platform


def _cpu_flags(site: Site, line: Line, home: BuiltHost) -> dict[str, str]:
    """What XAPI wrote at the guest's start: the vendor, and the level of the pool (see `finish_guest`)."""
    return {
        "vendor": line.values.get("vendor", home.vendor),
        "features": feature_set(line, line.values.get("features", home.features)),
    }


def _blocked(line: Line) -> dict[str, str]:
    blocked: dict[str, str] = {}
    for part in names(line.values.get("block", "")):
        operation, _, reason = part.partition(":")
        blocked[operation] = reason or "true"
    return blocked


def _metrics(site: Site, line: Line, vm: str, domain_type: str, live: bool, state: str) -> str:
    record = site.records.get("VM", vm)
    booted = state != "Halted"
    return site.records.create(
        "VM_metrics", line.name, line.number, memory_actual=record["memory_dynamic_max"] if live else 0,
        VCPUs_number=record["VCPUs_max"] if live else 0, start_time=STARTED if booted else "19700101T00:00:00Z",
        nomigrate=booted and line.has("nomigrate"), nested_virt=booted and line.has("nested"),
        hvm=booted and domain_type == "hvm", current_domain_type=domain_type if booted else "unspecified",
    )  # fmt: skip


def _guest_metrics(site: Site, line: Line) -> str:
    drivers = line.values.get("drivers", "yes")
    if drivers not in ("yes", "no", "old"):
        raise line.wrong(f"drivers={drivers}", "drivers=yes, drivers=no or drivers=old")
    if drivers == "no":
        return NULL
    major = "9" if drivers == "yes" else "6"
    other = {"feature-suspend": "1", "feature-poweroff": "1", "feature-reboot": "1", "feature-vcpu-hotplug": "1"}
    if "cannot-suspend" in line.values:
        other["data-cant-suspend-reason"] = line.values["cannot-suspend"]
    addresses = [nic.values.get("ip", "") for nic in line.of("nic")]
    networks = {f"{n}/{kind}": ip for n, ip in enumerate(addresses) if ip for kind in ("ip", "ipv4/0")}
    windows = line.values.get("os", "").startswith("windows")
    return site.records.create(
        "VM_guest_metrics", line.name, line.number, PV_drivers_detected=True, live=True, other=other,
        networks=networks, PV_drivers_up_to_date=drivers == "yes", memory={},
        PV_drivers_version={"major": major, "minor": "4", "micro": "1", "build": "1000"},
        os_version={"distro": "windows" if windows else "debian", "name": line.values.get("os", "Debian GNU/Linux 12")},
        can_use_hotplug_vbd="yes", can_use_hotplug_vif="yes",
    )  # fmt: skip


def _vifs(site: Site, guest: Line, vm: str, live: bool) -> None:
    for position, line in enumerate(guest.of("nic")):
        mac = line.values.get("mac")
        attached = live and not line.has("unplugged")
        site.records.create(
            "VIF", f"{guest.name} {position}", line.number, VM=vm, device=str(position), MTU=1500,
            network=site.network(line, line.name), currently_attached=attached, MAC_autogenerated=not mac,
            MAC=mac_address(line, mac) if mac else site.mac(guest.name, str(position), prefix=b"\x42"),
        )  # fmt: skip


def _extras(site: Site, line: Line, vm: str, home: BuiltHost) -> None:
    if "busy" in line.values:
        operation = line.values["busy"]
        site.records.change("VM", vm, current_operations={task(site, line.name, operation): operation})
    if line.has("suspended"):
        _suspend_image(site, line, vm, home)
    if "group" in line.values:
        _group(site, line, vm)
    for below in line.of("vtpm"):
        site.records.create("VTPM", line.name, below.number, VM=vm)
    for below in line.of("snapshot"):
        _snapshot(site, line, below, vm)


def _suspend_image(site: Site, line: Line, vm: str, home: BuiltHost) -> None:
    disks = [site.records.get("VBD", vbd)["VDI"] for vbd in site.records.get("VM", vm)["VBDs"]]
    kept = [vdi for vdi in disks if vdi != NULL]
    if not kept:
        raise line.wrong("a suspended guest without a disk", "a disk below it, whose SR keeps its memory")
    sr = site.records.get("VDI", kept[0])["SR"]
    space = site.records.get("VM", vm)["memory_static_max"]
    image = site.records.create(
        "VDI", f"{line.name} suspended", line.number, name_label="Suspend image", SR=sr, type="suspend",
        virtual_size=space, physical_utilisation=space, managed=True,
    )  # fmt: skip
    site.records.change("VM", vm, suspend_VDI=image)


def _group(site: Site, line: Line, vm: str) -> None:
    name = line.values["group"]
    if name not in site.groups:
        site.groups[name] = site.records.create(
            "VM_group", name, line.number, name_label=name, placement="anti_affinity"
        )
    site.records.get("VM_group", site.groups[name])["VMs"].append(vm)
    site.records.change("VM", vm, groups=[site.groups[name]])


def _snapshot(site: Site, guest: Line, line: Line, vm: str) -> None:
    original = site.records.get("VM", vm)
    copied = {
        key: original[key]
        for key in ("domain_type", "memory_static_max", "memory_dynamic_max", "memory_dynamic_min", "platform")
    }
    key = f"{guest.name} snapshot {line.name}"
    snapshot = site.records.create(
        "VM", key, line.number, name_label=line.name, is_a_snapshot=True, is_a_template=True, snapshot_of=vm,
        snapshot_time="20261121T03:00:00Z", metrics=NULL, VCPUs_max=original["VCPUs_max"],
        VCPUs_at_startup=original["VCPUs_max"], **copied,
    )  # fmt: skip
    for vbd in list(original["VBDs"]):
        drive = site.records.get("VBD", vbd)
        if drive["type"] == "Disk":
            _disk_snapshot(site, key, line, snapshot, drive)


def _disk_snapshot(site: Site, key: str, line: Line, snapshot: str, drive: dict[str, Any]) -> None:
    disk = site.records.get("VDI", drive["VDI"])
    copy = site.records.create(
        "VDI", f"{key} {drive['userdevice']}", line.number, name_label=disk["name_label"], SR=disk["SR"],
        virtual_size=disk["virtual_size"], type="user", is_a_snapshot=True, snapshot_of=drive["VDI"],
        physical_utilisation=disk["physical_utilisation"], snapshot_time="20261121T03:00:00Z",
        managed=True,
    )  # fmt: skip
    site.records.create(
        "VBD", f"{key} {drive['userdevice']}", line.number, VM=snapshot, VDI=copy, type="Disk", mode="RW",
        userdevice=drive["userdevice"], bootable=drive["bootable"],
    )  # fmt: skip


def finish_guests(site: Site, lines: list[Line], level: dict[str, str]) -> None:
    """Guests that run were started at the pool's level, unless their line says otherwise."""
    for line in lines:
        ref = site.guests[line.name]
        record = site.records.get("VM", ref)
        if record["last_boot_CPU_flags"] and "features" not in line.values:
            key = "features_pv_host" if record["domain_type"] == "pv" else "features_hvm_host"
            flags = record["last_boot_CPU_flags"] | {"features": level[key]}
            site.records.change("VM", ref, last_boot_CPU_flags=flags)


def build_template(site: Site) -> None:
    """One of the templates that every pool has."""
    high = 2 * 2**30
    site.records.create(
        "VM", "template Debian Bookworm 12", name_label="Debian Bookworm 12", is_a_template=True,
        is_default_template=True, domain_type="hvm", memory_static_max=high, memory_dynamic_max=high,
        memory_dynamic_min=high, memory_static_min=high // 2, VCPUs_max=2, VCPUs_at_startup=2, user_version=1,
        memory_overhead=overhead("hvm", high, 2, 1.0, (26, 17)), HVM_boot_policy="BIOS order",
        HVM_boot_params={"order": "cdn", "firmware": "uefi"}, actions_after_reboot="restart",
        other_config={"default_template": "true", "linux_template": "true"}, has_vendor_device=False,
    )  # fmt: skip


def named(site: Site, line: Line, known: dict[str, str], name: str, what: str) -> str:
    """The thing of this name among those of a host."""
    if name not in known:
        raise line.wrong(f"the unknown {what} `{name}`", one_of(known, name))
    return known[name]
