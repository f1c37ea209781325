"""What of a joining host's database arrives in the pool's.

Objects keep their uuids and get new references; what cannot be brought over is left out without a word, as XAPI does.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from xenferry.lab.calls.network import RESERVED
from xenferry.lab.datamodel import NULL
from xenferry.lab.db import Database, Record

if TYPE_CHECKING:
    from xenferry.lab.lab import Lab

HOST = (
    "uuid", "name_label", "name_description", "hostname", "address", "external_auth_type",
    "external_auth_service_name", "external_auth_configuration", "license_params", "edition", "license_server",
    "chipset_info", "last_software_update", "last_update_hash", "ssh_enabled", "ssh_enabled_timeout", "ssh_expiry",
    "console_idle_timeout", "ssh_auto_mode", "secure_boot", "software_version", "https_only", "max_cstate", "ntp_mode",
    "ntp_custom_servers", "timezone", "numa_affinity_policy", "latest_synced_updates_applied",
    "pending_guidances_full", "pending_guidances_recommended", "other_config", "API_version_major",
    "API_version_minor", "API_version_vendor", "sched_policy", "supported_bootloaders", "display",
    "tls_verification_enabled",
)  # fmt: skip
"""What a host tells the pool of itself when it is entered; the rest comes when its toolstack starts there."""
AT_START = (
    "memory_overhead", "cpu_info", "capabilities", "bios_strings", "virtual_hardware_platform_versions", "editions",
    "multipathing", "iscsi_iqn",
)  # fmt: skip
PIF = (
    "device", "MAC", "MTU", "VLAN", "physical", "ip_configuration_mode", "IP", "netmask", "gateway", "DNS",
    "management", "other_config", "disallow_unplug", "ipv6_configuration_mode", "IPv6", "ipv6_gateway",
    "primary_address_type", "managed", "properties",
)  # fmt: skip
SR = ("uuid", "name_label", "name_description", "type", "content_type", "sm_config", "other_config")
VDI = (
    "uuid", "name_label", "name_description", "type", "sharable", "read_only", "other_config", "location",
    "xenstore_data", "sm_config", "managed", "virtual_size", "physical_utilisation", "is_a_snapshot", "snapshot_time",
    "cbt_enabled",
)  # fmt: skip
VM_LEFT = frozenset(
    """VBDs VIFs VGPUs VUSBs VTPMs consoles crash_dumps snapshots children metrics guest_metrics allowed_operations
    current_operations resident_on scheduled_to_be_resident_on affinity snapshot_of parent suspend_VDI suspend_SR
    appliance groups snapshot_schedule attached_PCIs blobs""".split()  # noqa: SIM905 (a list of words)
)
"""Fields of a guest that name other objects."""


NOTHING = "Ref:2"
"""What stands for "no object" in an export, and stays in these guests' records (recorded)."""


class Merge:
    """From one database into another. `known` maps references of the joiner to those of the pool."""

    def __init__(self, joiner: Lab, pool: Lab) -> None:
        self.source: Database = joiner.db
        self.target: Database = pool.db
        self.joiner, self.pool = joiner, pool
        self.known: dict[str, str] = {NULL: NULL}
        self.task = pool.db.new_ref()
        """The import's task, which is gone when anybody looks."""

    def host(self) -> str:
        """The host as the pool sees it first: not live, not enabled, nothing known of its hardware."""
        ref = self.joiner.coordinator
        record = self.source.get("host", ref)
        metrics = self.target.create("host_metrics", live=False, memory_total=0, memory_free=0)
        fields = {name: record[name] for name in HOST}
        made = self.target.create(
            "host", fields, metrics=metrics, enabled=False, ssl_legacy=False, virtual_hardware_platform_versions=[0]
        )
        self.known[ref] = made
        self.known[record["metrics"]] = metrics
        self.target.hidden("host", made).update(self.source.hidden("host", ref))
        return made

    def rest(self) -> None:
        """Storage, networks, NICs and guests."""
        for ref, sr in list(self.source.all("SR").items()):
            self._sr(ref, sr)
        for pbd in list(self.source.all("PBD").values()):
            self._pbd(pbd)
        for ref, vdi in list(self.source.all("VDI").items()):
            self._vdi(ref, vdi)
        for ref, network in list(self.source.all("network").items()):
            self._network(ref, network)
        for ref, pif in list(self.source.all("PIF").items()):
            if pif["physical"]:
                self._pif(ref, pif)
        self._management_vlan()
        self._guests()

    def _sr(self, ref: str, sr: Record) -> None:
        found = self._same("SR", sr["uuid"])
        if found is None and sr["is_tools_sr"]:
            found = next((each for each, one in self.target.all("SR").items() if one["is_tools_sr"]), None)
        sizes = {name: sr[name] for name in ("physical_size", "physical_utilisation", "virtual_allocation")}
        self.known[ref] = found or self.target.create("SR", {name: sr[name] for name in SR} | sizes, shared=False)

    def _same(self, cls: str, uuid: str) -> str | None:
        return next(iter(self.target.find(cls, uuid=uuid)), None)

    def _pbd(self, pbd: Record) -> None:
        """The tools' SR gets its own when the host starts."""
        if not self.source.get("SR", pbd["SR"])["is_tools_sr"]:
            self.target.create(
                "PBD", host=self.known[pbd["host"]], SR=self.known[pbd["SR"]], currently_attached=False,
                device_config=pbd["device_config"], other_config=pbd["other_config"],
            )  # fmt: skip

    def _vdi(self, ref: str, vdi: Record) -> None:
        if vdi["SR"] in self.known and not self.source.get("SR", vdi["SR"])["is_tools_sr"]:
            fields = {name: vdi[name] for name in VDI}
            made = self._same("VDI", vdi["uuid"]) or self.target.create("VDI", fields, SR=self.known[vdi["SR"]])
            self.known[ref] = made

    def _network(self, ref: str, network: Record) -> None:
        """One on a NIC, or the internal management network, is that of the same bridge; others keep their bridge.

        A bridge that XAPI named itself may not be asked for, so such a network does not arrive.
        """
        first = self.source.get("PIF", network["PIFs"][0]) if network["PIFs"] else None
        himn = network["other_config"].get("is_host_internal_management_network") == "true"
        here = next(iter(self.target.find("network", bridge=network["bridge"])), None)
        kept = ("name_label", "name_description", "MTU", "other_config", "bridge", "managed", "purpose", "tags")
        if (first is not None and first["physical"]) or himn:
            self.known[ref] = here or self.target.create("network", {name: network[name] for name in kept})
        elif here is None and not network["bridge"].startswith(RESERVED):
            self.known[ref] = self.target.create("network", {name: network[name] for name in kept})

    def _pif(self, ref: str, pif: Record, network: str | None = None) -> str:
        metrics = self.target.create("PIF_metrics", carrier=False, speed=0, duplex=False)
        made = self.target.create(
            "PIF", {name: pif[name] for name in PIF}, host=self.known[pif["host"]], metrics=metrics,
            network=network or self.known[pif["network"]], currently_attached=False,
        )  # fmt: skip
        self.known[ref] = made
        return made

    def _management_vlan(self) -> None:
        """It goes into the network that is the coordinator's management network."""
        theirs = next(
            pif for pif in self.target.all("PIF").values() if pif["host"] == self.pool.coordinator and pif["management"]
        )
        for vlan in self.source.all("VLAN").values():
            pif = self.source.get("PIF", vlan["untagged_PIF"])
            if pif["management"] and vlan["tagged_PIF"] in self.known:
                made = self._pif(vlan["untagged_PIF"], pif, theirs["network"])
                tagged = self.known[vlan["tagged_PIF"]]
                ref = self.target.create("VLAN", tagged_PIF=tagged, untagged_PIF=made, tag=vlan["tag"])
                self.target.update("PIF", made, VLAN_master_of=ref)

    def _guests(self) -> None:
        """All but the default templates, which the pool has itself; snapshots stay snapshots of theirs."""
        taken: list[tuple[str, Record]] = []
        for ref, vm in list(self.source.all("VM").items()):
            if not vm["is_default_template"] and self._same("VM", vm["uuid"]) is None:
                self.known[ref] = self._guest(vm)
                taken.append((ref, vm))
        for ref, vm in taken:
            fields = ("snapshot_of", "parent", "affinity", "suspend_VDI", "suspend_SR", "resident_on")
            found = {name: self.known.get(vm[name], NULL) for name in fields}
            for name in ("snapshot_of", "parent"):
                found[name] = NOTHING if vm[name] == NULL else found[name]
            self.target.update("VM", self.known[ref], **found)
            for vbd in vm["VBDs"]:
                self._vbd(self.known[ref], self.source.get("VBD", vbd))
            for vif in vm["VIFs"]:
                self._vif(self.known[ref], self.source.get("VIF", vif))

    def _guest(self, vm: Record) -> str:
        """Guests come by way of an export and an import, which leaves its marks."""
        fields: dict[str, Any] = {name: value for name, value in vm.items() if name not in VM_LEFT}
        for cls, field in (("VM_metrics", "metrics"), ("VM_guest_metrics", "guest_metrics")):
            row = dict(self.source.all(cls).get(vm[field], {}))
            row.pop("uuid", None)
            if row:
                fields[field] = self.target.create(cls, row)
        seed = {"mac_seed": vm["other_config"].get("mac_seed") or self.target.new_uuid()}
        marks = {"import_task": self.task, **seed}
        fields |= {"other_config": {**vm["other_config"], **marks}, "version": vm["version"] + 1, "domarch": ""}
        return self.target.create("VM", fields)

    def _vbd(self, vm: str, vbd: Record) -> None:
        kept = ("userdevice", "bootable", "mode", "type", "unpluggable", "empty", "other_config", "qos_algorithm_type")
        if vbd["VDI"] in self.known:
            fields = {name: vbd[name] for name in kept} | {"currently_attached": False}
            metrics = self.target.create("VBD_metrics")
            self.target.create("VBD", fields, VM=vm, VDI=self.known[vbd["VDI"]], metrics=metrics)

    def _vif(self, vm: str, vif: Record) -> None:
        kept = ("device", "MAC", "MTU", "other_config", "locking_mode", "trunks")
        allowed = ("ipv4_allowed", "ipv6_allowed")
        if vif["network"] in self.known:
            fields = {name: vif[name] for name in (*kept, *allowed)} | {"currently_attached": False}
            metrics = self.target.create("VIF_metrics")
            self.target.create("VIF", fields, VM=vm, network=self.known[vif["network"]], metrics=metrics)

    def certificates(self) -> None:
        """The first thing that the toolstack brings along when it starts in the pool."""
        for record in list(self.source.all("Certificate").values()):
            if record["host"] in self.known and record["host"] != NULL:
                fields = {name: value for name, value in record.items() if name != "host"}
                self.target.create("Certificate", fields, host=self.known[record["host"]])

    def processors(self) -> None:
        """What the toolstack then sees of the machine: processors, cards, its own control domain."""
        old, new = self.joiner.coordinator, self.known[self.joiner.coordinator]
        record = self.source.get("host", old)
        for cls in ("host_cpu", "PCI", "PUSB"):
            self._copy(cls, (ref for ref, one in self.source.all(cls).items() if one["host"] == old), new)
        metrics = self.source.all("host_metrics").get(record["metrics"])
        if metrics:
            memory = {name: metrics[name] for name in ("memory_total", "memory_free")}
            self.target.update("host_metrics", self.known[record["metrics"]], **memory)
        self.target.update(
            "host", new, memory_overhead=record["memory_overhead"], cpu_info=record["cpu_info"],
            control_domain=self.known.get(record["control_domain"], NULL),
        )  # fmt: skip
        self._consoles(self.known.get(record["control_domain"], NULL), record["address"])

    def _consoles(self, vm: str, address: str) -> None:
        """The control domain's screen and terminal."""
        for protocol in ("vt100", "rfb") if self.target.exists("VM", vm) else ():
            ref = self.target.new_ref()
            where = f"https://{address}/console?ref={ref}"
            self.target.create("console", ref=ref, protocol=protocol, location=where, VM=vm)

    def _copy(self, cls: str, refs: Iterable[str], host: str) -> None:
        for ref in list(refs):
            record = self.source.get(cls, ref)
            made = self.target.create(cls, {**record, "host": host})
            self.known[ref] = made
            hidden = self.source.internal.get(cls, {}).get(ref)
            if hidden:
                self.target.hidden(cls, made).update(hidden)

    def software(self) -> None:
        """What the toolstack says of itself last."""
        old, new = self.joiner.coordinator, self.known[self.joiner.coordinator]
        record = self.source.get("host", old)
        times = {"agent_start_time": f"{self.pool.now():.0f}."}
        fields = {name: record[name] for name in AT_START}
        self.target.update("host", new, **fields, other_config={**record["other_config"], **times})
