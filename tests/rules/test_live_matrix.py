"""The matrix that follows events always equals the one judged from the whole snapshot."""

from __future__ import annotations

import random
from typing import Any

import msgspec
import pytest

from xenferry.lab.scenario import parse
from xenferry.pool.records import NULL, Record, Ref
from xenferry.pool.snapshot import Snapshot
from xenferry.rules.catalogue import mobility
from xenferry.rules.facts import memory
from xenferry.rules.live import LiveMatrix
from xenferry.rules.matrix import Matrix, matrix

POOL = """
pool p
host xcp1 memory=32GiB
  nic eth0 management
  nic eth1 network=LAN
host xcp2 memory=24GiB
  nic eth0 management
  nic eth1 network=LAN
host xcp3 memory=16GiB
  nic eth0 management
sr nfs nfs
sr local lvm on=xcp1
network inside
sr isos iso on=xcp1
  image debian.iso
guest one on=xcp1 memory=2GiB
  disk root sr=nfs
  cd debian.iso
  nic LAN
guest two on=xcp1 memory=1GiB..4GiB
  disk root sr=local
guest three on=xcp2 memory=8GiB
  disk root sr=nfs
  nic LAN
guest four halted memory=12GiB
  disk root sr=nfs
guest five on=xcp3 memory=3GiB
  disk root sr=nfs
"""
INTERNAL = POOL + "  nic inside\nguest six on=xcp2\n  nic inside\n"
PROTECTED = POOL.replace("pool p", "pool p ha") + "guest seven ha=restart on=xcp1\n  disk root sr=nfs\n"

VALUES: dict[str, dict[str, Any]] = {
    "VM": {
        "power_state": ["Running", "Halted", "Suspended", "Paused"],
        "memory_dynamic_min": [1 << 30, 3 << 30, 9 << 30, 14 << 30],
        "memory_static_max": [4 << 30, 16 << 30],
        "VCPUs_max": [1, 4, 999],
        "blocked_operations": [{}, {"pool_migrate": "no"}],
        "current_operations": [{}, {"OpaqueRef:t": "pool_migrate"}],
        "is_a_template": [False, False, True],
        "allowed_operations": [(), ("start",)],
        "name_label": ["x"],
    },
    "VM_metrics": {"nomigrate": [False, True], "memory_actual": [1, 2], "current_domain_type": ["hvm", "pv"]},
    "VM_guest_metrics": {"other": [{}, {"feature-suspend": "1"}]},
    "VBD": {"empty": [False, True], "currently_attached": [False, True]},
    "VDI": {"physical_utilisation": [1, 2], "on_boot": ["persist", "reset"]},
    "VIF": {"device": ["0", "1"]},
    "host": {"enabled": [True, False], "current_operations": [{}, {"OpaqueRef:t": "evacuate"}], "resident_VMs": [()]},
    "host_metrics": {"live": [True, False], "memory_total": [8 << 30, 64 << 30], "memory_free": [1, 2]},
    "PBD": {"currently_attached": [True, False]},
    "SR": {"physical_utilisation": [5, 6], "shared": [True, False]},
    "network": {"other_config": [{}, {"assume_network_is_shared": "true"}]},
}


def masks(judged: Matrix) -> dict[str, dict[Ref, int]]:
    """Every answer: rule and side -> guest -> hosts, without those that say nothing."""
    sides = {rule.code: judged.refused_by(rule) for rule in mobility()}
    sides |= {f"{rule.code}?": judged.unknown_by(rule) for rule in mobility()}
    return {code: {ref: hosts for ref, hosts in side.items() if hosts} for code, side in sides.items()}


def rows(judged: Matrix) -> dict[Ref, list[tuple[str, int]]]:
    found: dict[Ref, list[tuple[str, int]]] = {vm.ref: [] for vm in judged.guests}
    for code, side in masks(judged).items():
        for ref, hosts in side.items():
            found[ref].append((code, hosts))
    return found


def changed(s: Snapshot, draw: random.Random) -> tuple[Snapshot, frozenset[Ref]]:
    """One random event: a field, a place, a network or a disk changes; an object goes or comes back as it was."""
    kind = draw.choice(["field", "field", "field", "place", "plug", "gone"])
    cls = {"field": draw.choice(sorted(VALUES)), "place": "VM", "plug": draw.choice(["VIF", "VBD"])}.get(kind, "VBD")
    if kind == "gone":
        cls = draw.choice(["VM", "VBD", "VIF", "VM_metrics"])
    ref = draw.choice(sorted(s.tables[cls]))
    table: dict[Ref, Record] = dict(s.tables[cls])
    if kind == "gone":
        del table[ref]
        return s.with_tables({cls: table}, 0.0), frozenset({ref})
    fields: dict[str, Any] = {}
    if kind == "field":
        field = draw.choice(sorted(VALUES[cls]))
        fields[field] = draw.choice(VALUES[cls][field])
    elif kind == "place":
        fields[draw.choice(["resident_on", "scheduled_to_be_resident_on"])] = draw.choice([*sorted(s.host), NULL])
    else:
        fields |= {"network": draw.choice(sorted(s.network))} if cls == "VIF" else {"VDI": draw.choice(sorted(s.VDI))}
    table[ref] = msgspec.structs.replace(table[ref], **fields)
    msgspec.structs.force_setattr(table[ref], "ref", ref)
    return s.with_tables({cls: table}, 0.0), frozenset({ref})


@pytest.mark.parametrize("text", [POOL, INTERNAL, PROTECTED], ids=["plain", "internal", "ha"])
@pytest.mark.parametrize("seed", range(12))
def test_following_events_is_as_good_as_judging_anew(text: str, seed: int) -> None:
    draw = random.Random(seed)  # noqa: S311 made-up events
    s = Snapshot.from_tables(parse(text).tables)
    live, before = LiveMatrix(s), rows(matrix(s))
    for _ in range(40):
        if len(s.VM) < 6 or len(s.VBD) < 3 or len(s.VIF) < 2 or not s.VM_metrics:
            break
        s, touched = changed(s, draw)
        differing = live.follow(s, touched)
        whole = matrix(Snapshot(s.tables, not_read=s.not_read))
        assert masks(live.matrix) == masks(whole)
        assert memory.ladder(live.snapshot) == memory.ladder(Snapshot(s.tables, not_read=s.not_read))
        after = rows(whole)
        assert differing == {ref for ref in before.keys() | after.keys() if before.get(ref) != after.get(ref)}
        assert [vm.ref for vm in live.matrix.guests] == [vm.ref for vm in whole.guests]
        before = after


def test_what_no_check_reads_changes_nothing() -> None:
    s = Snapshot.from_tables(parse(POOL).tables)
    live = LiveMatrix(s)
    host = s.hosts[0]
    busy = msgspec.structs.replace(host, tags=("evacuate",))
    msgspec.structs.force_setattr(busy, "ref", host.ref)
    assert live.follow(s.with_tables({"host": {**s.host, host.ref: busy}}, 0.0), {host.ref}) == frozenset()


def test_a_table_that_changed_takes_what_follows_from_it_along() -> None:
    s = Snapshot.from_tables(parse(POOL).tables)
    plugged = s.with_sr_plugged
    kept = s.with_tables({"VM": dict(s.VM)}, 0.0)
    assert kept.with_sr_plugged is plugged
    pbds = {ref: msgspec.structs.replace(pbd, currently_attached=False) for ref, pbd in s.PBD.items()}
    assert s.with_tables({"PBD": pbds}, 0.0).with_sr_plugged == {}
