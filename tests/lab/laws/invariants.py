"""The laws themselves: each says what it found broken, and where."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from xenferry.lab import relations
from xenferry.lab.datamodel import NULL, datamodel
from xenferry.lab.lab import Lab

from .deeds import CLIENTS_OWN

DANGLING = frozenset(
    {
        ("VM", "affinity"), ("VM", "suspend_SR"), ("VM", "suspend_VDI"), ("task", "resident_on"),
        ("pool", "default_SR"), ("pool", "suspend_image_SR"), ("pool", "crash_dump_SR"), ("host", "suspend_image_sr"),
        ("host", "crash_dump_sr"), ("host", "local_cache_sr"), ("VDI", "snapshot_of"), ("VM", "snapshot_of"),
        ("VM", "parent"), ("VDI", "parent"), ("VBD", "VDI"), ("task", "subtask_of"), ("message", "obj_uuid"),
        ("VBD", "metrics"), ("VIF", "metrics"),
    }
)  # fmt: skip
"""Fields XAPI itself lets dangle: wishes that anybody may set to anything, ancestors that have gone, and the metrics of
devices, which have none."""


def broken(lab: Lab) -> Iterator[str]:
    """Every law that does not hold now."""
    yield from _places(lab)
    yield from _memory(lab)
    yield from _references(lab)
    yield from _reverse(lab)
    yield from _operations(lab)


def _places(lab: Lab) -> Iterator[str]:
    if lab.history.twice():
        yield f"on two hosts at once: {lab.history.twice()}"
    for ref, vm in lab.db.all("VM").items():
        if vm["is_control_domain"]:
            continue
        name, home, live = vm["name_label"], vm["resident_on"], vm["power_state"] in ("Running", "Paused")
        if live != (home != NULL):
            yield f"{name} is {vm['power_state']} on {home}"
        truth = lab.history.where(ref)
        if truth != ([home] if live and home not in lab.toolstacks.dead else []) and not _arriving(vm, truth):
            yield f"{name} is {vm['power_state']} on {home}, in truth on {truth}"
        if live and (vm["domid"] < 0 or home not in lab.db.all("host")):
            yield f"{name} runs as domain {vm['domid']} of {home}"


def _arriving(vm: Mapping[str, Any], truth: list[str]) -> bool:
    """A migrated guest runs at its target for a moment before XAPI knows."""
    moving = {"pool_migrate", "migrate_send"} & set(vm["current_operations"].values())
    return bool(moving) and truth == [vm["scheduled_to_be_resident_on"]]


def _memory(lab: Lab) -> Iterator[str]:
    """Reckoned anew, in the way the administrator would with paper: total, dom0, hypervisor, guests, reservations.

    VM.migrate_send promises memory without counting it (XAPI's allocate_vm_to_host after the question whether the
    guest may go), so two that set out at the same time may be promised the same; only one of them arrives.
    """
    for ref, host in lab.db.all("host").items():
        total = lab.db.get("host_metrics", host["metrics"])["memory_total"] - host["memory_overhead"]
        for vm in lab.db.all("VM").values():
            sent = "migrate_send" in vm["current_operations"].values()
            if vm["resident_on"] == ref or (vm["scheduled_to_be_resident_on"] == ref and not sent):
                total -= vm["memory_dynamic_min"] + vm["memory_overhead"]
        if total < 0:
            yield f"{host['name_label']} has {-total} bytes too little"


def _references(lab: Lab) -> Iterator[str]:
    for cls, rows in lab.db.tables.items():
        for field, target in _reference_fields(cls):
            if (cls, field) in DANGLING:
                continue
            for ref, record in rows.items():
                for value in _values(record[field]):
                    if value not in ("", NULL) and value not in lab.db.tables[target]:
                        yield f"{cls}.{field} of {record.get('name_label', ref)} names a {target} that is not there"


def _reference_fields(cls: str) -> list[tuple[str, str]]:
    found = []
    for field in datamodel().classes[cls].fields.values():
        words = field.type.split()
        if words[1:] in (["ref"], ["ref", "set"]):
            found.append((field.name, words[0]))
    return found


def _values(value: Any) -> list[str]:
    return [value] if isinstance(value, str) else list(value)


def _reverse(lab: Lab) -> Iterator[str]:
    for (cls, field), (parent, listed) in relations.forward().items():
        expected: dict[str, set[str]] = {ref: set() for ref in lab.db.tables[parent]}
        for ref, record in lab.db.tables[cls].items():
            for value in _values(record[field]):
                if value in expected:
                    expected[value].add(ref)
        for ref, members in expected.items():
            found = lab.db.tables[parent][ref][listed]
            if sorted(found) != sorted(members):
                yield f"{parent}.{listed} of {ref} is {found}, but {cls}.{field} says {members}"


def _operations(lab: Lab) -> Iterator[str]:
    """Whoever is busy is so with a task that exists.

    Left out: task.cancel's own mark, that is left for ever, and a host that goes down after its call has ended (both
    recorded).
    """
    for cls in lab.db.tables:
        if cls == "task" or "current_operations" not in datamodel().classes[cls].fields:
            continue
        for ref, record in lab.db.tables[cls].items():
            for task in record["current_operations"]:
                going_down = cls == "host" and record["current_operations"][task] == "shutdown"
                if task.startswith("OpaqueRef:") and task not in lab.db.all("task") and not going_down:
                    yield f"{cls} {record.get('name_label', ref)} is busy with a task that is no more"


def restless(lab: Lab) -> Iterator[str]:
    """What must have come to rest when nobody has done anything for hours."""
    for ref, task in lab.db.all("task").items():
        if task["status"] in ("pending", "cancelling") and task["name_label"] != CLIENTS_OWN:
            yield f"{task['name_label']} never ended ({ref})"
    for cls in lab.db.tables:
        if cls == "task" or "current_operations" not in datamodel().classes[cls].fields:
            continue
        for ref, record in lab.db.tables[cls].items():
            if record["current_operations"] and not _waits_for_power(lab, cls, ref):
                yield f"{cls} {record.get('name_label', ref)} is busy for ever: {record['current_operations']}"
    for vm in lab.db.all("VM").values():
        if vm["scheduled_to_be_resident_on"] != NULL:
            yield f"{vm['name_label']} is expected for ever on {vm['scheduled_to_be_resident_on']}"


def _waits_for_power(lab: Lab, cls: str, ref: str) -> bool:
    """A machine that was shut down shows so until it is switched on again."""
    return cls == "host" and ref in lab.toolstacks.dead
