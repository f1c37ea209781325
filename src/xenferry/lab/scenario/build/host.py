"""Hosts: their records, control domains, memory, CPUs and version."""

from __future__ import annotations

import math
from typing import Any

from xenferry.lab.scenario.build.site import COMMON_FEATURES, BuiltHost, Site, new
from xenferry.lab.scenario.lines import Line
from xenferry.lab.scenario.memory import overhead
from xenferry.lab.scenario.values import feature_set, interface, names, number, size, version
from xenferry.lab.world import Dom0

MIB, GIB = 2**20, 2**30
CAPABILITIES = ["xen-3.0-x86_64", "hvm-3.0-x86_32", "hvm-3.0-x86_32p", "hvm-3.0-x86_64"]
HOST_OPERATIONS = ["vm_migrate", "provision", "vm_resume", "evacuate", "vm_start"]


def build_host(site: Site, line: Line, total: int) -> None:
    """Create a host with its control domain; NICs and devices come later."""
    name = new(line, site.hosts, "host")
    values = line.values
    host = BuiltHost(
        name=name,
        ref="",
        line=line,
        xapi=values.get("xapi") or site.pool.values.get("xapi", "26.17.0"),
        vendor=values.get("vendor", "GenuineIntel"),
        features=feature_set(line, values.get("features", COMMON_FEATURES)),
        address=_address(line, len(site.hosts), total),
    )
    memory = size(line, values.get("memory", "64GiB"))
    metrics = site.records.create("host_metrics", name, line.number, memory_total=memory, live=not line.has("dead"))
    host.ref = site.records.create("host", name, line.number, metrics=metrics, **_record(site, host, memory))
    site.hosts[name] = host
    site.world.dom0[host.ref] = Dom0(
        hostname=name, sm_version=values.get("sm") or sm_version(host.xapi), busy_mounts=line.has("busy-mounts")
    )
    _control_domain(site, host, memory)
    _busy(site, host)


def _address(line: Line, position: int, total: int) -> str:
    """The address on the line, else one of its own for each host: 192.0.2.11 and up, or 198.18.0.11 for a big pool."""
    given = line.values.get("address")
    for nic in line.of("nic", "bond"):
        if nic.has("management") and "ip" in nic.values:
            given = given or nic.values["ip"]
    if given:
        return str(interface(line, given).ip)
    if total <= 200:
        return f"192.0.2.{11 + position}"
    return f"198.18.{position // 200}.{11 + position % 200}"


def _record(site: Site, host: BuiltHost, memory: int) -> dict[str, Any]:
    line = host.line
    cpus = number(line, line.values.get("cpus", "16"))
    hardware = [number(line, each) for each in names(line.values.get("hardware", "0,1,2"))]
    enabled = not line.has("disabled") and not line.has("dead")
    return {
        "name_label": host.name,
        "name_description": "Default install",
        "hostname": host.name,
        "address": host.address,
        "memory_overhead": 128 * MIB + memory // 80 // 4096 * 4096,
        "enabled": enabled,
        "allowed_operations": [*HOST_OPERATIONS, *([] if enabled else ["enable", "reboot", "shutdown"])],
        "API_version_major": 2,
        "API_version_minor": 23,
        "API_version_vendor": "XenSource",
        "software_version": _software(site, host),
        "capabilities": [each for each in CAPABILITIES if not (line.has("no-hvm") and each.startswith("hvm"))],
        "sched_policy": "credit",
        "supported_bootloaders": ["pygrub", "eliloader"],
        "cpu_info": _cpu(host, cpus),
        "bios_strings": {"bios-vendor": "Dell Inc.", "system-manufacturer": "Dell Inc.", "oem-1": "Xen"},
        "edition": "xcp-ng",
        "other_config": {"agent_start_time": "1795388100.", "boot_time": "1795388000."},
        "chipset_info": {"iommu": "false" if line.has("no-iommu") else "true"},
        "virtual_hardware_platform_versions": hardware,
        "ssl_legacy": False,
        "https_only": True,
        "tls_verification_enabled": True,
        "license_params": {"license_type": "xcp-ng", "expiry": "20991231T23:59:59Z"},
        "tags": names(line.values.get("tag", "")),
    }


def _software(site: Site, host: BuiltHost) -> dict[str, str]:
    values = host.line.values
    short = ".".join(host.xapi.split(".")[:2])
    return {
        "product_version": values.get("product") or site.pool.values.get("product", "8.3.0"),
        "product_brand": "XCP-ng",
        "build_number": "cloud",
        "hostname": "localhost",
        "date": "20260821T02:00:23Z",
        "xapi": short,
        "xapi_build": host.xapi,
        "xen": "4.17.5-15",
        "linux": "4.19.0+1",
        "platform_name": "XCP",
        "platform_version": values.get("platform", "3.4.0"),
        "network_backend": "openvswitch",
        "db_schema": "5.909",
        "xencenter_min": "2.23",
        "xencenter_max": "2.23",
    }


def _cpu(host: BuiltHost, cpus: int) -> dict[str, str]:
    amd = host.vendor == "AuthenticAMD"
    return {
        "cpu_count": str(cpus),
        "socket_count": "2" if cpus >= 16 else "1",
        "threads_per_core": "2",
        "nr_nodes": "1",
        "vendor": host.vendor,
        "speed": "2600.000",
        "modelname": "AMD EPYC 7402P 24-Core Processor" if amd else "Intel(R) Xeon(R) Gold 6142 CPU @ 2.60GHz",
        "family": "23" if amd else "6",
        "model": "49" if amd else "85",
        "stepping": "4",
        "flags": "fpu vme de pse tsc msr pae mce cx8 apic",
        **{f"features_{kind}": host.features for kind in ("pv", "hvm", "pv_host", "hvm_host")},
    }


def sm_version(xapi: str) -> str:
    """The storage manager that ships with this XAPI: 8.2 has 2.30, 8.3 at first 3.2, since 2026 4.1."""
    found = version(xapi)
    if found >= (26,):
        return "4.1.12"
    return "3.2.12" if found >= (22,) else "2.30.8"


def dom0_memory(total: int) -> int:
    """What XCP-ng's installer gives dom0, in bytes."""
    return (2 if total <= 24 * GIB else 4 if total <= 64 * GIB else 8) * GIB


def _control_domain(site: Site, host: BuiltHost, total: int) -> None:
    line = host.line
    memory = size(line, line.values["dom0"]) if "dom0" in line.values else dom0_memory(total)
    cpus = min(16, int(site.records.get("host", host.ref)["cpu_info"]["cpu_count"]))
    key = f"dom0 {host.name}"
    metrics = site.records.create(
        "VM_metrics", key, line.number, memory_actual=memory, VCPUs_number=cpus, current_domain_type="pv",
        start_time="20261101T06:00:00Z",
    )  # fmt: skip
    ref = site.records.create(
        "VM", key, line.number, name_label=f"Control domain on host: {host.name}", is_control_domain=True,
        name_description="The domain which manages physical devices and manages other domains",
        power_state="Running", domid=0, resident_on=host.ref, affinity=host.ref, metrics=metrics, domain_type="pv",
        memory_static_max=memory, memory_dynamic_max=memory, memory_dynamic_min=memory, memory_target=memory,
        memory_overhead=overhead("pv", memory, cpus, 1.0, version(host.xapi)), VCPUs_max=cpus, VCPUs_at_startup=cpus,
        other_config={"mac_seed": site.records.get("host", host.ref)["uuid"]}, HVM_boot_policy="",
        actions_after_reboot="destroy", has_vendor_device=False,
    )  # fmt: skip
    site.records.change("host", host.ref, control_domain=ref)


def _busy(site: Site, host: BuiltHost) -> None:
    operation = host.line.values.get("busy")
    if operation:
        site.records.change("host", host.ref, current_operations={task(site, host.name, operation): operation})


def task(site: Site, name: str, operation: str) -> str:
    """A task that is at work on an object."""
    return site.records.create(
        "task", f"{name} {operation}", name_label=f"Async.{operation}", created="20261123T00:45:53Z",
        type="<none/>", allowed_operations=["cancel"],
    )  # fmt: skip


def finish_host(site: Site, host: BuiltHost) -> None:
    """Write the free memory that follows from the guests on the host."""
    record = site.records.get("host", host.ref)
    used = record["memory_overhead"]
    for vm in record["resident_VMs"]:
        guest = site.records.get("VM", vm)
        used += guest["memory_dynamic_max"] + guest["memory_overhead"]
    total = site.records.get("host_metrics", record["metrics"])["memory_total"]
    page = math.floor(max(0, total - used) / 4096) * 4096
    site.records.change("host_metrics", record["metrics"], memory_free=page, last_updated="20261123T00:45:53Z")
