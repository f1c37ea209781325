"""Rules and lab read XAPI independently: on random pairs of pools they give the same answers to a move between them."""

from __future__ import annotations

import copy
import random
import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from xenferry.lab.clock import virtual_run
from xenferry.lab.error import LabError
from xenferry.lab.lab import Lab
from xenferry.lab.scenario import Scenario, parse
from xenferry.lab.site import Site
from xenferry.pool.records import CLASSES, NULL, VM, Host, Ref
from xenferry.pool.snapshot import Snapshot
from xenferry.rules import crossings
from xenferry.rules.finding import Error
from xenferry.rules.journey import Journey, to_pool

GIB = 1 << 30
TWIN = "00000000-0000-4000-8000-00000000beef"
SEED = "00000000-0000-4000-8000-00000000feed"
VALUES: Mapping[str, Mapping[str, list[Any]]] = {
    "VM": {
        "power_state": ["Running", "Halted", "Suspended", "Paused"],
        "memory_dynamic_min": [GIB // 2, 4 * GIB, 30 * GIB],
        "memory_static_max": [GIB, 8 * GIB, 40 * GIB],
        "domain_type": ["hvm", "pv", "pvh", "pv_in_pvh"],
        "VCPUs_max": [1, 8, 200],
        "HVM_shadow_multiplier": [0.5, 1.0, 3.0],
        "blocked_operations": [{}, {"migrate_send": "no"}, {"pool_migrate": "no"}],
        "current_operations": [{}, {"OpaqueRef:t": "clean_reboot"}],
        "hardware_platform_version": [0, 2, 9],
        "version": [0, 1, 2],
        "uuid": [TWIN],
        "last_boot_CPU_flags": [
            {},
            {"vendor": "AuthenticAMD"},
            {"vendor": "GenuineIntel", "features": "ffffffff-ffffffff"},
            {"vendor": "GenuineIntel", "features": "00000001-00000002"},
        ],
        "other_config": [{}, {"mac_seed": SEED}],
    },
    "VM_metrics": {
        "nomigrate": [False, True],
        "nested_virt": [False, True],
        "current_domain_type": ["hvm", "pv", "pvh", "pv_in_pvh"],
    },
    "VM_guest_metrics": {"other": [{}, {"feature-suspend": "1"}, {"data-cant-suspend-reason": "busy"}]},
    "VBD": {"empty": [False, True], "type": ["Disk", "CD"], "currently_attached": [True, False]},
    "VDI": {
        "cbt_enabled": [False, True],
        "sm_config": [{}, {"key_hash": "x"}],
        "on_boot": ["persist", "reset"],
        "location": ["a.iso", "b.iso"],
    },
    "VIF": {"MAC": ["02:00:00:00:00:01"]},
    "SR": {"uuid": [TWIN], "type": ["nfs", "lvm", "udev", "other"]},
    "SM": {"features": [{}, {"VDI_SNAPSHOT": "1"}, {"VDI_SNAPSHOT": "1", "VDI_MIRROR": "1"}]},
    "host": {
        "enabled": [True, False],
        "memory_overhead": [0, GIB],
        "virtual_hardware_platform_versions": [[0, 1, 2], [0]],
        "software_version": [{"platform_version": "3.4.0", "xapi_build": "26.17.0", "xen": "4.17.5"}],
        "cpu_info": [
            {"vendor": "GenuineIntel", "features_hvm": "ffffffff", "features_pv": "1", "cpu_count": "16"},
            {"vendor": "AuthenticAMD", "features_hvm": "ffffffff", "features_pv": "1", "cpu_count": "4"},
            {"cpu_count": "16"},
        ],
    },
    "host_metrics": {"memory_total": [8 * GIB, 64 * GIB]},
    "PIF": {"ip_configuration_mode": ["None", "DHCP"]},
    "pool": {"restrictions": [{}, {"restrict_storage_xen_motion": "true"}], "default_SR": [NULL]},
}
"""What chance changes; where one value stands, it makes two things alike. Not what the lab needs to work."""


def text(draw: random.Random, pool: str, hosts: list[str]) -> str:
    """A pool with a few guests of every kind."""
    plan = " ha\n  set ha_plan_exists_for=1" if draw.random() < 0.3 else ""
    lines = [f"pool {pool}{plan}", *(f"host {name} memory=64GiB\n  nic eth0 management\n  nic eth1" for name in hosts)]
    lines += ["sr disks nfs default", "sr more lvmoiscsi", "sr images iso", "  image a.iso"]
    for number in range(draw.randint(1, 3)):
        state = draw.choice(["", "halted", "suspended"])
        lines.append(
            f"guest {pool}{number} {state} on={draw.choice(hosts)} memory={draw.choice((1, 2, 8))}GiB"
            f"{draw.choice(('', ' ha=restart')) if plan else ''}"
        )
        lines += [f"  disk d{at} sr={draw.choice(('disks', 'more'))}" for at in range(draw.randint(1, 2))]
        lines += ["  cd a.iso"] * draw.randint(0, 1) + [f"  nic eth{at}" for at in range(draw.randint(0, 2))]
        lines += ["  snapshot s"] * draw.randint(0, 1)
    return "\n".join(lines) + "\n"


def change(scenario: Scenario, draw: random.Random, times: int) -> None:
    """Changes some fields of some objects."""
    tables: dict[str, Any] = scenario.tables  # type: ignore[assignment]
    for _ in range(times):
        cls, field = draw.choice([(cls, field) for cls in VALUES for field in VALUES[cls] if tables.get(cls)])
        record = tables[cls][draw.choice(sorted(tables[cls]))]
        if record.get("is_control_domain") or record.get("is_a_template") or (cls == "VBD" and record["VDI"] == NULL):
            continue
        if len(VALUES[cls][field]) == 1 and any(row[field] == VALUES[cls][field][0] for row in tables[cls].values()):
            continue
        value = draw.choice(VALUES[cls][field])
        if value == "Suspended" and record["suspend_VDI"] == NULL:
            continue
        record[field] = copy.deepcopy(value)
        if cls == "VM" and field == "power_state":
            hosts = sorted(tables["host"])
            on = draw.choice(hosts) if record[field] in ("Running", "Paused") and not record["is_a_snapshot"] else NULL
            record["resident_on"] = on
    for ref, host in tables["host"].items():
        host["resident_VMs"] = [vm for vm, row in tables["VM"].items() if row["resident_on"] == ref]


def alike(east: Scenario, west: Scenario, draw: random.Random) -> None:
    """A guest or a snapshot of one pool is in the other one, too, or has the same seed as one there."""
    tables: list[dict[str, Any]] = [east.tables, west.tables]  # type: ignore[list-item]
    pair = [draw.choice([row for row in each["VM"].values() if not row["is_control_domain"]]) for each in tables]
    field, value = draw.choice([("uuid", TWIN), ("other_config", {"mac_seed": SEED}), ("version", 1)])
    for row in pair:
        row[field] = copy.deepcopy(value)


def unaddressed(west: Lab, draw: random.Random) -> None:
    """The management interface of a host has no address."""
    pif = draw.choice(sorted(west.db.find("PIF", management=True)))
    west.db.update("PIF", pif, IP="")


def snapshot_of(lab: Lab) -> Snapshot:
    """What a client reads."""
    return Snapshot.from_tables({cls: copy.deepcopy(dict(lab.db.all(cls))) for cls in CLASSES})


async def answer(call: Any) -> tuple[Error, Any]:
    try:
        return (), await call
    except LabError as error:
        return (error.code, *error.params), None


async def compare(site: Site, draw: random.Random) -> list[str]:
    """Asks both readings about every guest of the first pool and every host of the second."""
    east, west = site.labs
    here, there = snapshot_of(east), snapshot_of(west)
    wrong: list[str] = []
    for vm in here.guests:
        for host in there.hosts:
            wrong += await _pair(east, west, journey(draw, here, vm, there, host))
        wrong += held(there, journey(draw, here, vm, there, there.hosts[0]))
    last = journey(draw, here, draw.choice(here.guests), there, draw.choice(there.hosts))
    return wrong + await _send(east, west, last)


def journey(draw: random.Random, here: Snapshot, vm: VM, there: Snapshot, host: Host) -> Journey:
    """With the usual map, or with one that lacks something."""
    srs = {Ref(NULL): draw.choice(sorted(there.SR))} if draw.random() < 0.15 else {}
    made = to_pool(here, vm, there, host, srs=srs, networks={})
    keep = {vif: net for vif, net in made.networks.items() if draw.random() < 0.9}
    force, copied = draw.random() < 0.2, draw.random() < 0.2
    return Journey(here, vm, there, host, made.disks, keep, force=force, copy=copied)


def options(j: Journey) -> dict[str, str]:
    """What of the journey is an option of migrate_send."""
    return {name: "true" for name, wanted in (("force", j.force), ("copy", j.copy)) if wanted}


def held(there: Snapshot, j: Journey) -> list[str]:
    """What is looked at once for all hosts is the same for each; and all hosts at once are what each is alone."""
    ways = [replace(j, host=host) for host in there.hosts]
    loose = [rule for rule in crossings.rules() if not rule.per_host and len({rule.refused(way) for way in ways}) > 1]
    together = crossings.why_each(ways) == [crossings.why(way) for way in ways]
    return [f"{rule.code} depends on the host" for rule in loose] + ([] if together else ["together is not each"])


async def _pair(east: Lab, west: Lab, j: Journey) -> list[str]:
    pif = next(pif for pif in j.there.PIF.values() if pif.host == j.host.ref and pif.management)
    receiving, dest = await answer(west.call("host.migrate_receive", j.host.ref, pif.network, {}))
    said = crossings.first(j, "receive")
    wrong = [] if said == receiving else [f"receive {j.target}: rules {said}, lab {receiving}"]
    if dest is None:
        return wrong
    asked, _ = await answer(
        east.call("VM.assert_can_migrate", j.vm.ref, dest, True, dict(j.disks), dict(j.networks), options(j), {})
    )
    said = crossings.first(j, "ask")
    return (
        wrong
        if said == asked
        else [*wrong, f"{j.vm.name_label} {j.vm.power_state} {options(j)}: rules {said}, lab {asked}"]
    )


async def _send(east: Lab, west: Lab, j: Journey) -> list[str]:
    """In earnest, where the rules say that it is refused before it begins; else it may still fail on the way."""
    said = crossings.first(j, "send")
    pif = next(pif for pif in j.there.PIF.values() if pif.host == j.host.ref and pif.management)
    _, dest = await answer(west.call("host.migrate_receive", j.host.ref, pif.network, {}))
    if dest is None or not said:
        return []
    sent = (j.vm.ref, dest, True, dict(j.disks), dict(j.networks), options(j), {}, {})
    told, _ = await answer(east.call("VM.migrate_send", *sent))
    return [] if told == said else [f"send {j.vm.name_label} {j.vm.power_state} {options(j)}: rules {said}, lab {told}"]


def disagreements(draw: random.Random) -> list[str]:
    scenarios = [parse(text(draw, "east", ["north", "south"])), parse(text(draw, "west", ["upper", "lower"]))]
    for scenario in scenarios:
        change(scenario, draw, draw.choice((2, 5, 12)))
    for _ in range(draw.choice((0, 0, 1, 3))):
        alike(*scenarios, draw)
    site = Site.from_scenarios(scenarios)
    if draw.random() < 0.15:
        unaddressed(site.labs[1], draw)
    return virtual_run(compare(site, draw))


@pytest.mark.parametrize("seed", range(40))
def test_both_readings_agree_about_two_pools(seed: int) -> None:
    draw = random.Random(seed)  # noqa: S311 made-up pools
    assert not (wrong := disagreements(draw)), "\n".join(wrong[:5])


def test_the_lab_agrees_on_what_ha_keeps_from_being_sent() -> None:
    east, west = re.split(r"^(?=pool west)", crossings.article("ha-forbids-sending").example, flags=re.MULTILINE)
    site = Site.from_scenarios([parse(east), parse(west)])

    async def ask() -> tuple[list[str], list[Error]]:
        here, there = map(snapshot_of, site.labs)
        ways = [to_pool(here, vm, there, there.hosts[0], srs={}, networks={}) for vm in here.guests]
        wrong = [each for way in ways for each in await _send(*site.labs, way)]
        return wrong, [crossings.first(way) for way in ways]

    wrong, said = virtual_run(ask())
    assert not wrong
    assert ("HA_OPERATION_WOULD_BREAK_FAILOVER_PLAN",) in said
