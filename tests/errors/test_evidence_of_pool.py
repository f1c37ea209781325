"""Causes that the pool's records tell are told from them: what is true here stands first, with its sentence."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest

from xenferry.errors import Cause, catalogue, explain
from xenferry.errors.evidence import Verdict
from xenferry.errors.facts import lacks, listed
from xenferry.pool.snapshot import Snapshot

VM = "OpaqueRef:00000000-0000-4000-8000-0000000000b1"
DISK = "OpaqueRef:00000000-0000-4000-8000-0000000000d1"
STORE = "OpaqueRef:00000000-0000-4000-8000-0000000000c1"
HOST = "OpaqueRef:00000000-0000-4000-8000-0000000000a1"
OTHER = "OpaqueRef:00000000-0000-4000-8000-0000000000a2"
NIC = "OpaqueRef:00000000-0000-4000-8000-0000000000e1"
DRIVE = "OpaqueRef:00000000-0000-4000-8000-0000000000f1"
TASK = "OpaqueRef:00000000-0000-4000-8000-000000000071"
GIB = str(2**30)


@dataclass(frozen=True)
class Case:
    """A text, the cause that is weighed, what the pool shows, and words of the sentence that is to come."""

    text: str
    key: str
    seen: str
    tables: dict[str, dict[str, dict[str, Any]]]


def pool(**tables: dict[str, dict[str, Any]]) -> Snapshot:
    """Two hosts of which the first is the coordinator, a guest on it, and what is given."""
    records: dict[str, dict[str, dict[str, Any]]] = {
        "pool": {"p": {"uuid": "up", "master": HOST}},
        "host": {HOST: {"uuid": "h1", "name_label": "xcp1", "metrics": "m1"},
                 OTHER: {"uuid": "h2", "name_label": "xcp2", "metrics": "m2"}},
        "host_metrics": {"m1": {"uuid": "m1", "live": True}, "m2": {"uuid": "m2", "live": True}},
        "VM": {VM: {"uuid": "g", "name_label": "web", "resident_on": HOST}},
        "VDI": {DISK: {"uuid": "d", "name_label": "root", "SR": STORE}},
        "SR": {STORE: {"uuid": "s", "name_label": "store"}},
        "VBD": {}, "PBD": {}, "PIF": {}, "task": {}, "SM": {}, "Certificate": {},
    }  # fmt: skip
    for name, table in tables.items():
        for ref, fields in table.items():
            own = records[name].get(ref, {"uuid": ref})
            records[name] = {**records[name], ref: {**own, **fields}}
    return Snapshot.from_tables(records)


def case(text: str, key: str, seen: str, **tables: dict[str, dict[str, Any]]) -> Case:
    return Case(text, key, seen, tables)


HOLDS = [
    case(f"VM_HAS_PCI_ATTACHED({VM})", "device", "1 PCI device", VM={VM: {"attached_PCIs": ["x"]}}),
    case(f"VM_IS_TEMPLATE({VM})", "wrong-object", "is a template", VM={VM: {"is_a_template": True}}),
    case(f"OTHER_OPERATION_IN_PROGRESS(VM, {VM}, snapshot, {TASK})", "task", "Async.VM.snapshot (40%)",
         VM={VM: {"current_operations": {TASK: "snapshot"}}},
         task={TASK: {"name_label": "Async.VM.snapshot", "status": "pending", "progress": 0.4}}),
    case(f"OTHER_OPERATION_IN_PROGRESS(VM, {VM}, snapshot, {TASK})", "left-over", "no such task",
         VM={VM: {"current_operations": {TASK: "snapshot"}}}),
    case(f"VM_NOT_RESIDENT_HERE({VM}, {OTHER})", "elsewhere", "runs on xcp1"),
    case(f"CANNOT_RESET_CONTROL_DOMAIN({VM})", "control-domain", "control domain",
         VM={VM: {"is_control_domain": True}}),
    case(f"VM_BAD_POWER_STATE({VM}, halted, running)", "host-died", "xcp1 as not alive",
         VM={VM: {"power_state": "Running"}}, host_metrics={"m1": {"live": False}}),
    case(f"VM_BAD_POWER_STATE({VM}, running, halted)", "changed", "Now it is running",
         VM={VM: {"power_state": "Running"}}),
    case(f"VBD_IS_EMPTY({DRIVE})", "state", "empty now", VBD={DRIVE: {"empty": True, "type": "CD"}}),
    case(f"DEVICE_ALREADY_ATTACHED({DRIVE})", "already", "is connected", VBD={DRIVE: {"currently_attached": True}}),
    case(f"VM_NO_VCPUS({VM})", "none", "0 at most", VM={VM: {"VCPUs_max": "0"}}),
    case(f"HOST_IN_USE({HOST}, VM, {VM})", "guests", "web"),
    case(f"HOST_EVACUATE_IN_PROGRESS({HOST})", "emptied", "being emptied",
         host={HOST: {"current_operations": {TASK: "evacuate"}}}),
    case(f"HOST_EVACUATE_VM_NOT_HA_PROTECTED({VM})", "no-priority", "'best-effort'",
         pool={"p": {"ha_enabled": True}}, VM={VM: {"ha_restart_priority": "best-effort"}}),
    case(f"HOST_IS_LIVE({HOST})", "running", "xcp1 as alive"),
    case(f"VDI_CBT_ENABLED({DISK})", "tracking", "are tracked", VDI={DISK: {"cbt_enabled": True}}),
    case(f"VM_NO_SUSPEND_SR({VM})", "not-set", "xcp1, xcp2"),
    case("TOO_MANY_STORAGE_MIGRATES(3)", "limit", "Async.VM.migrate_send (10%)",
         task={TASK: {"name_label": "Async.VM.migrate_send", "status": "pending", "progress": 0.1}}),
    case("OPENVSWITCH_NOT_ACTIVE()", "backend", "xcp2",
         host={OTHER: {"software_version": {"network_backend": "bridge"}}}),
    case(f"CANNOT_ADD_TUNNEL_TO_BOND_SLAVE({NIC})", "wrong-nic", "eth0",
         PIF={NIC: {"device": "eth0", "bond_slave_of": "b"}}),
    case(f"TRANSPORT_PIF_NOT_CONFIGURED({NIC})", "no-address", "eth0", PIF={NIC: {"device": "eth0"}}),
    case(f"HOST_DISABLED({HOST})", "maintenance", "in maintenance",
         host={HOST: {"enabled": False, "other_config": {"MAINTENANCE_MODE": "true"}}}),
    case(f"HOST_DISABLED({HOST})", "starting", "store",
         host={HOST: {"enabled": False}}, PBD={"b": {"host": HOST, "SR": STORE, "currently_attached": False}}),
    case(f"VM_HOST_INCOMPATIBLE_VERSION_MIGRATE({VM}, {OTHER})", "older-host", "xcp2 has 8.2.1, xcp1 8.3.0",
         host={HOST: {"software_version": {"product_version": "8.3.0"}},
               OTHER: {"software_version": {"product_version": "8.2.1"}}}),
    case("NO_HOSTS_AVAILABLE()", "older", "xcp2 has 8.2.1",
         host={HOST: {"software_version": {"product_version": "8.3.0"}},
               OTHER: {"software_version": {"product_version": "8.2.1"}}}),
    case(f"HOST_NOT_ENOUGH_FREE_MEMORY(8{GIB}, {GIB})", "taken", "1 GiB on xcp1",
         host_metrics={"m1": {"memory_free": GIB}, "m2": {"memory_free": GIB}}),
    case(f"HOST_NOT_ENOUGH_FREE_MEMORY({VM})", "no-room", "at least 2 GiB",
         VM={VM: {"memory_dynamic_min": str(2 * 2**30)}}, host_metrics={"m2": {"memory_free": GIB}}),
    case(f"VM_INCOMPATIBLE_WITH_THIS_HOST({VM}, {OTHER}, features)", "weak-host", "xcp2 lacks",
         host={HOST: {"cpu_info": {"features_hvm": "0f-03"}}, OTHER: {"cpu_info": {"features_hvm": "0f-01"}}}),
    case(f"VM_INCOMPATIBLE_WITH_THIS_HOST({VM}, {OTHER}, features)", "stale-features", "than the pool offers now",
         pool={"p": {"cpu_info": {"features_hvm": "0f-01"}}}, VM={VM: {"last_boot_CPU_flags": {"features": "0f-03"}}}),
    case("HA_IS_ENABLED()", "on", "is on", pool={"p": {"ha_enabled": True}}),
    case("HA_TOO_FEW_HOSTS()", "too-small", "2 of 2 hosts"),
    case("HA_LOST_STATEFILE()", "state-file", "store on xcp2",
         SR={STORE: {"shared": True}}, PBD={"b": {"host": OTHER, "SR": STORE, "currently_attached": False}}),
    case(f"HOST_CANNOT_DESTROY_SELF({HOST})", "coordinator", "xcp1"),
    case(f"VDI_IN_USE({DISK}, destroy)", "attached", "web",
         VBD={DRIVE: {"VM": VM, "VDI": DISK, "currently_attached": True}}),
    case(f"VDI_IN_USE({DISK}, destroy)", "task", "connected to dom0",
         VM={VM: {"is_control_domain": True, "name_label": "dom0"}},
         VBD={DRIVE: {"VM": VM, "VDI": DISK, "currently_attached": True}}),
    case(f"VDI_IN_USE({DISK}, destroy)", "left-over", "nobody has it connected",
         VDI={DISK: {"sm_config": {"host_OpaqueRef:x": "RW"}}}),
    case(f"VDI_READONLY({DISK})", "kind", "is read-only", VDI={DISK: {"read_only": True}}),
    case(f"VDI_NOT_MANAGED({DISK})", "not-managed", "not managed", VDI={DISK: {"managed": False}}),
    case(f"SR_NOT_SHARABLE({STORE}, {HOST})", "not-sharable", "type ext", SR={STORE: {"type": "ext"}}),
    case(f"PBD_EXISTS({STORE}, {HOST}, x)", "exists", "xcp1 has one", PBD={"b": {"host": HOST, "SR": STORE}}),
    case("DEFAULT_SR_NOT_FOUND(x)", "none-set", "no default SR"),
    case("SR_BACKEND_FAILURE_68(, ISCSI login failed, )", "not-allowed", "xcp1, xcp2",
         host={HOST: {"other_config": {"iscsi_iqn": "iqn.a"}}, OTHER: {"other_config": {"iscsi_iqn": "iqn.a"}}}),
    case("SR_BACKEND_FAILURE_97(, x, )", "no-initiator", "xcp2", host={HOST: {"other_config": {"iscsi_iqn": "iqn.a"}}}),
    case("TOO_MANY_PENDING_TASKS()", "many-calls", "120 tasks",
         task={f"t{n}": {"status": "pending"} for n in range(120)}),
    case("CERTIFICATE_ALREADY_EXISTS(ours.pem)", "exists", "lists it", Certificate={"x": {"name": "ours.pem"}}),
    case("CERTIFICATE_DOES_NOT_EXIST(theirs.pem)", "missing", "none of that name"),
    case("TLS_VERIFICATION_NOT_ENABLED_IN_POOL()", "not-on", "xcp1, xcp2"),
    case(f"VM_HAS_TOO_MANY_SNAPSHOTS({VM})", "too-many", "has 2 snapshots", VM={VM: {"snapshots": ["a", "b"]}}),
    case(f"DUPLICATE_VM({VM})", "left-over", "This pool has 'web'"),
    case("DUPLICATE_MAC_SEED(5eed)", "mac", "web", VM={VM: {"other_config": {"mac_seed": "5eed"}}}),
    case(f"SR_DOES_NOT_SUPPORT_MIGRATION({STORE}, x)", "driver", "lacks VDI_MIRROR",
         SR={STORE: {"type": "raw"}}, SM={"x": {"type": "raw", "features": {"VDI_SNAPSHOT": "1"}}}),
    case("HA_OPERATION_WOULD_BREAK_FAILOVER_PLAN()", "no-reserve", "survive 2 failures",
         pool={"p": {"ha_enabled": True, "ha_host_failures_to_tolerate": "2", "ha_plan_exists_for": "1"}}),
    case(f"HA_CONSTRAINT_VIOLATION_SR_NOT_SHARED({STORE})", "not-agile", "is not shared"),
    case("LICENCE_RESTRICTION(Storage_motion)", "licence", "xcp2: free", host={OTHER: {"edition": "free"}}),
    case("PATCH_PRECHECK_FAILED_ISO_MOUNTED(x)", "tools-iso", "web",
         VDI={DISK: {"is_tools_iso": True}}, VBD={DRIVE: {"VM": VM, "VDI": DISK}}),
    case("PATCH_PRECHECK_FAILED_VM_RUNNING(x)", "guests", "xcp1"),
    case("APPLY_UPDATES_IN_PROGRESS()", "in-progress", "xcp2",
         host={OTHER: {"current_operations": {TASK: "apply_updates"}}}),
    case("APPLY_GUIDANCE_FAILED(x)", "guidance", "xcp2 (restart_toolstack)",
         host={OTHER: {"pending_guidances": ["restart_toolstack"]}}),
    case("SYNC_UPDATES_IN_PROGRESS()", "in-progress", "synchronising",
         pool={"p": {"current_operations": {TASK: "sync_updates"}}}),
    case(f"CANNOT_PLUG_BOND_SLAVE({NIC})", "members", "eth0", PIF={NIC: {"device": "eth0", "bond_slave_of": "b"}}),
    case("SR_BACKEND_FAILURE_225(, x, )", "form", "nas/iso", PBD={"b": {"device_config": {"location": "nas/iso"}}}),
    case("SR_BACKEND_FAILURE_433(, x, )", "switched", "xcp1 only", host={HOST: {"multipathing": True}}),
]  # fmt: skip
DOES_NOT_HOLD = [
    case(f"VM_HAS_PCI_ATTACHED({VM})", "device", "none of these"),
    case(f"VM_IS_TEMPLATE({VM})", "wrong-object", "an ordinary guest"),
    case(f"OTHER_OPERATION_IN_PROGRESS(VM, {VM}, snapshot, {TASK})", "task", "try again"),
    case(f"VM_NOT_RESIDENT_HERE({VM}, {HOST})", "elsewhere", "runs on xcp1"),
    case(f"VM_BAD_POWER_STATE({VM}, halted, running)", "host-died", "is alive"),
    case(f"HOST_IN_USE({OTHER}, VM, {VM})", "guests", "No guest"),
    case(f"VDI_CBT_ENABLED({DISK})", "tracking", "not tracked"),
    case("TOO_MANY_STORAGE_MIGRATES(3)", "limit", "try again"),
    case(f"HOST_DISABLED({HOST})", "maintenance", "is enabled now", host={HOST: {"enabled": True}}),
    case("HA_IS_ENABLED()", "on", "is off now"),
    case(f"HOST_CANNOT_DESTROY_SELF({OTHER})", "coordinator", "xcp1"),
    case(f"VDI_IN_USE({DISK}, destroy)", "attached", "No guest"),
    case(f"VDI_IN_USE({DISK}, destroy)", "left-over", "No host has marked"),
    case(f"HOST_NOT_ENOUGH_FREE_MEMORY({VM})", "no-room", "at most 8 GiB",
         VM={VM: {"memory_dynamic_min": GIB}}, host={OTHER: {"enabled": True}},
         host_metrics={"m2": {"memory_free": str(8 * 2**30)}}),
    case(f"VM_INCOMPATIBLE_WITH_THIS_HOST({VM}, {OTHER}, features)", "weak-host", "has every CPU feature",
         host={HOST: {"cpu_info": {"features_hvm": "0f"}}, OTHER: {"cpu_info": {"features_hvm": "0f"}}}),
    case("CERTIFICATE_ALREADY_EXISTS(ours.pem)", "exists", "none of that name"),
    case("CERTIFICATE_DOES_NOT_EXIST(ours.pem)", "missing", "lists it", Certificate={"x": {"name": "ours.pem"}}),
    case("DUPLICATE_MAC_SEED(5eed)", "mac", "No guest"),
    case("PATCH_PRECHECK_FAILED_ISO_MOUNTED(x)", "tools-iso", "in no drive"),
    case("APPLY_UPDATES_IN_PROGRESS()", "in-progress", "try again"),
    case("SYNC_UPDATES_IN_PROGRESS()", "in-progress", "try again"),
]  # fmt: skip


def weighed(one: Case) -> Cause:
    (found,) = explain(one.text, pool(**one.tables))
    return next(cause for cause in found.causes if cause.key == one.key)


@pytest.mark.parametrize("one", HOLDS, ids=lambda one: f"{one.text.partition('(')[0]}-{one.key}")
def test_what_is_true_in_the_pool_speaks_for_the_cause(one: Case) -> None:
    evidence = weighed(one).evidence
    assert (evidence.verdict, one.seen in evidence.seen) == (Verdict.SUPPORTS, True), evidence


@pytest.mark.parametrize("one", DOES_NOT_HOLD, ids=lambda one: f"{one.text.partition('(')[0]}-{one.key}")
def test_what_is_not_true_in_the_pool_speaks_against_the_cause(one: Case) -> None:
    evidence = weighed(one).evidence
    assert (evidence.verdict, one.seen in evidence.seen) == (Verdict.CONTRADICTS, True), evidence


@pytest.mark.parametrize("one", HOLDS, ids=lambda one: f"{one.text.partition('(')[0]}-{one.key}")
def test_without_a_pool_and_with_one_that_was_not_read_nothing_is_claimed(one: Case) -> None:
    for snapshot in (None, Snapshot.from_tables({})):
        (found,) = explain(one.text, snapshot)
        cause = next(cause for cause in found.causes if cause.key == one.key)
        assert cause.evidence.verdict is not Verdict.SUPPORTS or "The text" in cause.evidence.seen
        assert "xcp" not in cause.evidence.seen


def test_features_of_cpus_are_compared_word_by_word() -> None:
    assert lacks("0f-01", "0f-03") is True
    assert lacks("0f-03", "0f-01") is False
    assert lacks("0f", "0f-01") is True
    assert lacks("", "0f") is None
    assert lacks("zz", "0f") is None


def test_a_long_list_of_names_is_cut() -> None:
    assert listed("abcdef") == "a, b, c, d and 2 more"


REFS = {"vm": VM, "vdi": DISK, "sr": STORE, "host": HOST, "pif": NIC, "vbd": DRIVE, "task": TASK, "pbd": "b"}


@pytest.mark.parametrize("whole", [True, False], ids=["a whole pool", "a pool of which little was read"])
def test_no_code_with_the_pool_s_own_objects_breaks_what_weighs_it(whole: bool) -> None:
    rich = pool(
        VBD={DRIVE: {"VM": VM, "VDI": DISK, "currently_attached": True}},
        PBD={"b": {"host": HOST, "SR": STORE, "currently_attached": True}},
        PIF={NIC: {"device": "eth0", "host": HOST}},
        task={TASK: {"name_label": "Async.VM.start", "status": "pending"}},
    )
    snapshot = rich if whole else Snapshot.from_tables({"host": {HOST: {"uuid": "h", "name_label": "xcp1"}}})
    for code in catalogue.codes():
        params = [REFS.get(name.lower(), "7") for name in catalogue.parameters(code) or ()]
        (found,) = explain(f"{code}({', '.join(params)})", snapshot)
        assert found.code == code
        assert all(cause.evidence.seen for cause in found.causes if cause.evidence.verdict is Verdict.SUPPORTS), code
