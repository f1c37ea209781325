"""The pool's own record, and what follows from its hosts: CPU level, restrictions, storage drivers."""

from __future__ import annotations

from xenferry.lab.scenario import drivers
from xenferry.lab.scenario.build.site import Site
from xenferry.lab.scenario.lines import Line
from xenferry.lab.scenario.records import stable_uuid
from xenferry.lab.scenario.values import names

RESTRICTIONS = [
    "vlan",
    "qos",
    "pool_attached_storage",
    "netapp",
    "equalogic",
    "pooling",
    "marathon",
    "email_alerting",
    "historical_performance",
    "wlb",
    "rbac",
    "dmc",
    "checkpoint",
    "cpu_masking",
    "connection",
    "vmpr",
    "vmss",
    "intellicache",
    "gpu",
    "dr",
    "vif_locking",
    "storage_xen_motion",
    "vgpu",
    "integrated_gpu_passthrough",
    "vss",
    "guest_agent_auto_update",
    "pci_device_for_auto_update",
    "xen_motion",
    "guest_ip_setting",
    "ad",
    "nested_virt",
    "live_patching",
    "set_vcpus_number_live",
    "pvs_proxy",
    "igmp_snooping",
    "rpu",
    "pool_size",
    "cbt",
    "usb_passthrough",
    "network_sriov",
    "corosync",
    "cluster_address",
    "zstd_export",
    "pool_secret_rotation",
    "certificate_verification",
    "updates",
    "internal_repo_access",
    "vtpm",
    "vm_groups",
    "vm_start",
    "vm_appliance_start",
]


def restrictions(forbidden: list[str]) -> dict[str, str]:
    """Pool.restrictions with these features forbidden."""
    plain = {f"restrict_{name}": "true" if name in forbidden else "false" for name in RESTRICTIONS}
    return plain | {"enable_xha": "true", "platform_filter": "false", "regular_nag_dialog": "false"}


def build_pool(site: Site, line: Line) -> str:
    """Create the pool's record; hosts come later."""
    forbidden = names(line.values.get("restrict", ""))
    for name in forbidden:
        if name not in RESTRICTIONS:
            raise line.wrong(f"the unknown restriction `{name}`", "a feature such as xen_motion or storage_xen_motion")
    other = {"memory-ratio-hvm": "0.25", "memory-ratio-pv": "0.25"}
    if line.has("upgrading"):
        other["rolling_upgrade_in_progress"] = "true"
    ref = site.records.create("pool", line.name, line.number, name_label=line.name)
    telemetry = site.records.create("secret", f"telemetry {line.name}", value=stable_uuid(line.name, "telemetry"))
    site.records.change(
        "pool", ref, other_config=other, restrictions=restrictions(forbidden), ha_cluster_stack="xhad",
        coordinator_bias=True, ext_auth_cache_enabled=False, wlb_verify_cert=True, migration_compression=False,
        tls_verification_enabled=True, telemetry_uuid=telemetry,
    )  # fmt: skip
    for kind in drivers.TYPES:
        site.records.create("SM", kind, **drivers.driver(kind))
    return ref


def finish_pool(site: Site, ref: str, line: Line) -> None:
    """Fill in what depends on the hosts and networks."""
    flagged = [host for host in site.hosts.values() if host.line.has("coordinator")]
    if len(flagged) > 1:
        raise flagged[1].line.wrong("a second coordinator", "one coordinator for the pool")
    master = flagged[0] if flagged else next(iter(site.hosts.values()))
    site.records.change("pool", ref, master=master.ref, cpu_info=pool_level(site))
    if line.has("ha"):
        _protect(site, ref)
    if "migration-network" in line.values:
        network = site.network(line, line.values["migration-network"])
        other = site.records.get("pool", ref)["other_config"]
        uuid = site.records.get("network", network)["uuid"]
        site.records.change("pool", ref, other_config=other | {"xo:migrationNetwork": uuid})


def _protect(site: Site, ref: str) -> None:
    site.records.change(
        "pool", ref, ha_enabled=True, ha_host_failures_to_tolerate=1, ha_plan_exists_for=1,
        ha_configuration={"timeout": "60"},
    )  # fmt: skip


def common(features: list[str]) -> str:
    """The features that all of these sets have; a shorter set counts as zeros beyond its end."""
    words = [[int(word, 16) for word in text.split("-")] for text in features]
    length = min(len(each) for each in words)
    level = []
    for position in range(length):
        bits = 0xFFFFFFFF
        for each in words:
            bits &= each[position]
        level.append(f"{bits:08x}")
    return "-".join(level)


def pool_level(site: Site) -> dict[str, str]:
    """Pool.cpu_info: sums of CPUs, and the features that every host has; for hvm, every host that can do hvm."""
    hosts = [site.records.get("host", host.ref) for host in site.hosts.values()]
    able = [host["cpu_info"] for host in hosts if any("hvm" in each for each in host["capabilities"])]
    cpus = [host["cpu_info"] for host in hosts]
    level = {
        key: common([cpu[key] for cpu in (able or cpus if "hvm" in key else cpus)])
        for key in cpus[0]
        if key.startswith("features_")
    }
    return {
        "vendor": cpus[0]["vendor"],
        "cpu_count": str(sum(int(cpu["cpu_count"]) for cpu in cpus)),
        "socket_count": str(sum(int(cpu["socket_count"]) for cpu in cpus)),
        **level,
    }
