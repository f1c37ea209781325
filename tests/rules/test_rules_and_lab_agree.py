"""The rules and the lab are two readings of XAPI that share no code: on pools that nobody recorded they still agree."""

from __future__ import annotations

import copy
import random
from pathlib import Path
from typing import Any

import oracle
import pytest
from agreement.answers import guest_answers, host_answers
from agreement.compare import RECORDED_WITH

from xenferry.lab.placement.facts import Facts

RECORDING = Path(__file__).parents[1] / "data" / "verdicts-25-pools.jsonl.gz"
POOLS = list(oracle.pools(RECORDING))
CHANGES = 60
GIB = 1 << 30
NULL = "OpaqueRef:NULL"

VALUES: dict[str, dict[str, list[Any]]] = {
    "VM": {
        "power_state": ["Running", "Halted", "Suspended", "Paused"],
        "memory_dynamic_min": [GIB // 2, 4 * GIB, 20 * GIB],
        "memory_dynamic_max": [GIB, 24 * GIB],
        "memory_static_max": [GIB, 8 * GIB, 24 * GIB],
        "domain_type": ["hvm", "pv", "pvh", "pv_in_pvh"],
        "VCPUs_max": [0, 1, 8, 200],
        "VCPUs_at_startup": [0, 1, 8],
        "HVM_shadow_multiplier": [0.5, 1.0, 3.0],
        "actions_after_crash": ["destroy", "rename_restart", "coredump_and_restart"],
        "blocked_operations": [{}, {"pool_migrate": "no"}, {"start": "no"}],
        "is_a_template": [False, True],
        "is_a_snapshot": [False, True],
        "ha_always_run": [False, True],
        "ha_restart_priority": ["", "restart", "best-effort"],
        "hardware_platform_version": [0, 2, 9],
    },
    "VM_metrics": {
        "nomigrate": [False, True],
        "nested_virt": [False, True],
        "current_domain_type": ["hvm", "pv", "pvh", "pv_in_pvh"],
    },
    "VM_guest_metrics": {"other": [{}, {"feature-suspend": "1"}, {"data-cant-suspend-reason": "busy"}]},
    "VBD": {"empty": [False, True], "type": ["Disk", "CD"]},
    "host": {
        "enabled": [True, False],
        "memory_overhead": [0, GIB],
        "virtual_hardware_platform_versions": [[0, 1, 2], [0]],
        "capabilities": [["hvm-3.0-x86_64"], []],
    },
    "host_metrics": {"live": [True, False], "memory_total": [8 * GIB, 64 * GIB]},
    "PBD": {"currently_attached": [True, False]},
    "SR": {"shared": [True, False]},
    "PIF": {"currently_attached": [True, False]},
    "pool": {
        "ha_enabled": [True, False],
        "ha_allow_overcommit": [True, False],
        "ha_plan_exists_for": [0, 1, 2],
        "restrictions": [{}, {"restrict_vm_groups": "true"}, {"restrict_xen_motion": "true"}],
        "other_config": [{}, {"rolling_upgrade_in_progress": "true"}],
    },
}


def changed(pool: dict[str, Any], draw: random.Random) -> dict[str, Any]:
    """The pool with some fields of some objects changed, and some guests placed elsewhere."""
    made = copy.deepcopy(pool)
    records, hosts = made["records"], sorted(made["records"]["host"])
    for _ in range(CHANGES):
        cls = draw.choice([cls for cls in VALUES if records.get(cls)])
        record = records[cls][draw.choice(sorted(records[cls]))]
        field = draw.choice(sorted(VALUES[cls]))
        if not record.get("is_control_domain") and NULL not in (record.get("VDI"), record.get("metrics")):
            record[field] = draw.choice(VALUES[cls][field])
    for vm in records["VM"].values():
        if vm["power_state"] in ("Running", "Paused") and vm["resident_on"] not in hosts:
            vm["resident_on"] = draw.choice(hosts)
        elif vm["power_state"] in ("Halted", "Suspended"):
            vm["resident_on"] = NULL
    for ref in hosts:
        records["host"][ref]["resident_VMs"] = [vm for vm, row in records["VM"].items() if row["resident_on"] == ref]
    return made


def answered_by_the_lab(pool: dict[str, Any]) -> dict[str, Any]:
    """The same pool with the lab's answers in the place of the recorded ones."""
    facts = Facts(pool["records"], pool["internal"], RECORDED_WITH, gvt_g=pool["config"]["gvt_g_supported"])
    verdicts = pool["verdicts"]
    guests = {ref: _guest(facts, ref, asked) for ref, asked in verdicts["VM"].items()}
    hosts = {ref: _host(facts, ref, asked) for ref, asked in verdicts["host"].items()}
    return {**pool, "verdicts": {**verdicts, "VM": guests, "host": hosts}}


def _guest(facts: Facts, ref: str, asked: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {"hosts": {host: {} for host in asked.get("hosts", {})}, "lifecycle": {}}
    for kind, where, _, answer in guest_answers(facts, ref, asked):
        if kind == "migrate_other_sr":
            found["hosts"][where][kind] = {**asked["hosts"][where][kind], "verdict": answer}
        elif where in found["hosts"]:
            found["hosts"][where][kind] = answer
        elif kind == "lifecycle":
            found["lifecycle"][where] = answer
        else:
            found[kind] = answer
    return found


def _host(facts: Facts, ref: str, asked: dict[str, Any]) -> dict[str, Any]:
    names = {"ha_disable": "ha_disable_preserves_plan"}
    answers = {names.get(kind, kind): answer for kind, _, _, answer in host_answers(facts, ref, asked)}
    refusal = answers["can_evacuate"]
    return {**answers, "can_evacuate": refusal and [refusal[0], "|".join(refusal[1])]}


@pytest.mark.parametrize("number", range(len(POOLS)))
def test_both_readings_agree(number: int) -> None:
    draw, score = random.Random(number), oracle.Score()  # noqa: S311 made-up pools
    oracle.judge_pool(answered_by_the_lab(changed(POOLS[number], draw)), score)
    assert score.perfect, "\n".join(score.wrong[:5])
