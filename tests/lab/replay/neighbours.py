"""Other pools in the recorded site: hosts that were asked and are not in the captured pool, each a pool of its own.

What they were is put together from what the recording says of them: the reference that they gave for themselves, and
their records in the pool that some of them join later. What it does not say is as in the captured pool's coordinator.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from replay.environment import add_kernels, add_servers
from replay.recording import Line, Tables
from xenferry.lab.datamodel import NULL
from xenferry.lab.lab import Lab
from xenferry.lab.site import Place

OTHER_VENDOR = {"GenuineIntel": "AuthenticAMD"}
SAME_EVERYWHERE = ("SM",)
OF_A_HOST = ("host_cpu", "PCI", "PIF", "Certificate")


def neighbours(lab: Lab, names: Iterable[str], lines: list[Line], tables: Tables) -> dict[str, Place]:
    """A lab on this one's site for each of these names that a line was sent to."""
    asked = sorted({line["host"] for line in lines} - set(names))
    places = {}
    for number, name in enumerate(asked, 1):
        made, host = _tables(lab, name, lines, tables)
        other = Lab.from_capture(made, password="<password>", seed=lab.seed + number)
        add_servers(other.world, [host], lines)
        add_kernels(other.world, [host], lines)
        lab.site.join(other)
        places[name] = Place(other, host)
    return places


def _tables(lab: Lab, name: str, lines: list[Line], tables: Tables) -> tuple[dict[str, Any], str]:
    """The pool of this host, and the host's reference."""
    pattern = lab.coordinator
    later, seen = _described(name, lines)
    host = _own_reference(name, lines) or f"OpaqueRef:{lab.db.new_uuid()}"
    new = {pattern: host, NULL: NULL}
    made: dict[str, Any] = {cls: {ref: dict(row) for ref, row in tables[cls].items()} for cls in SAME_EVERYWHERE}
    record = dict(tables["host"][pattern]) | {"name_label": name, "hostname": name, "uuid": lab.db.new_uuid()} | seen
    made["host"] = {host: record | _empty(record) | {"enabled": True}}
    made["host"][host]["cpu_info"] = _processor(name, record["cpu_info"], lines)
    if not seen:
        made["host"][host]["address"] = f"203.0.113.{len(lab.site.labs) + 10}"
    for cls in OF_A_HOST:
        rows = later.get(cls) or {ref: row for ref, row in tables.get(cls, {}).items() if row["host"] == pattern}
        count = len(seen.get("host_CPUs", rows)) if cls == "host_cpu" else len(rows)
        made[cls] = {_fresh(lab): dict(row) | {"host": host} for row in list(rows.values())[:count]}
    _nics(lab, name, made, tables, lines)
    _metrics(lab, made, _metrics_seen(seen, lines) or dict(tables["host_metrics"][tables["host"][pattern]["metrics"]]))
    _control_domain(lab, made, tables, pattern, new)
    pool = dict(next(iter(tables["pool"].values())))
    blank = {"name_label": "", "name_description": "", "master": host, "cpu_info": made["host"][host]["cpu_info"]}
    none = dict.fromkeys(("default_SR", "suspend_image_SR", "crash_dump_SR"), NULL)
    made["pool"] = {_fresh(lab): pool | blank | none | {"uuid": lab.db.new_uuid(), "other_config": {}, "tags": []}}
    return made, host


def _fresh(lab: Lab) -> str:
    return lab.db.new_ref()


def _empty(record: dict[str, Any]) -> dict[str, Any]:
    """What belongs to no host that stands alone and is fresh."""
    lists = ("resident_VMs", "PBDs", "PIFs", "PCIs", "host_CPUs", "certificates", "tags", "PGPUs", "PUSBs", "features")
    return {name: [] for name in lists} | {"logging": {}, "current_operations": {}, "control_domain": NULL}


def _described(name: str, lines: list[Line]) -> tuple[dict[str, Any], dict[str, Any]]:
    """The records of the host and of its parts in any list of the pool; the last list that has them counts."""
    host, record, parts = "", {}, {}
    for line in lines:
        if line["method"] == "host.get_all_records":
            for ref, row in _records(line).items():
                if row["name_label"] == name:
                    host, record = ref, row
    for line in lines:
        cls, _, call = line["method"].partition(".")
        if call == "get_all_records" and cls in OF_A_HOST and host:
            mine = {ref: row for ref, row in _records(line).items() if row.get("host") == host}
            parts[cls] = mine or parts.get(cls, {})
    return parts, record


def _records(line: Line) -> dict[str, dict[str, Any]]:
    if not line["protocol"].startswith("json"):
        return {}
    result: dict[str, dict[str, Any]] = json.loads(line.get("body") or "{}").get("result") or {}
    return result


def _own_reference(name: str, lines: list[Line]) -> str | None:
    """What the host said when it was asked for all hosts, or as the place of one of its tasks."""
    for line in lines:
        if line["host"] == name and line["protocol"].startswith("json"):
            result = json.loads(line.get("body") or "{}").get("result")
            if line["method"] == "host.get_all" and result:
                return str(result[0])
            if line["method"] == "task.get_record" and isinstance(result, dict):
                return str(result["resident_on"])
    return None


def _processor(name: str, info: dict[str, str], lines: list[Line]) -> dict[str, str]:
    """A host that was refused because CPUs differ has another maker's."""
    refused = any(line["host"] == name and "CPUs differ" in str(line.get("body")) for line in lines)
    return info | ({"vendor": OTHER_VENDOR.get(info["vendor"], "GenuineIntel")} if refused else {})


def _nics(lab: Lab, name: str, made: dict[str, Any], tables: Tables, lines: list[Line]) -> None:
    """Physical NICs alone, on networks of their own; a network that requests name is that of the first."""
    named = _named(name, "network", lines)
    made["network"], made["PIF_metrics"] = {}, {}
    address = next(iter(made["host"].values()))["address"]
    for ref, pif in list(made["PIF"].items()):
        if not pif["physical"]:
            del made["PIF"][ref]
            continue
        old = dict(tables["network"].get(pif["network"]) or next(iter(tables["network"].values())))
        network = named.pop(0) if named and pif["management"] else _fresh(lab)
        made["network"][network] = old | {"PIFs": [], "VIFs": [], "uuid": lab.db.new_uuid()}
        metrics = dict(tables["PIF_metrics"].get(pif["metrics"], {"carrier": True, "speed": 1000}))
        pif |= {"network": network, "metrics": _fresh(lab), "VLAN_slave_of": [], "bond_slave_of": NULL, "PCI": NULL}
        pif |= {"IP": address if pif["management"] else pif["IP"], "uuid": lab.db.new_uuid()}
        made["PIF_metrics"][pif["metrics"]] = metrics | {"uuid": lab.db.new_uuid()}


def _named(name: str, field: str, lines: list[Line]) -> list[str]:
    """References in this field of records sent to the host that it gave nobody before."""
    given: set[str] = set()
    found: list[str] = []
    for line in lines:
        if line["host"] != name:
            continue
        for param in line["params"] if isinstance(line["params"], list) else ():
            ref = param.get(field) if isinstance(param, dict) else None
            if isinstance(ref, str) and ref not in given and ref not in found:
                found.append(ref)
        given.add(
            str(json.loads(line["body"]).get("result"))
            if line["protocol"].startswith("json") and line.get("body")
            else ""
        )
    return found


def _metrics_seen(seen: dict[str, Any], lines: list[Line]) -> dict[str, Any]:
    """The host's metrics as a stream of events told of them; the last time counts."""
    found: dict[str, Any] = {}
    for line in lines:
        if line["method"] == "event.from" and line["protocol"].startswith("json") and seen:
            result = json.loads(line.get("body") or "{}").get("result") or {}
            for event in result.get("events", []):
                if event["class"] == "host_metrics" and event["ref"] == seen["metrics"]:
                    found = event.get("snapshot") or found
    return found


def _metrics(lab: Lab, made: dict[str, Any], old: dict[str, Any]) -> None:
    """How much memory the host has."""
    for host in made["host"].values():
        host["metrics"] = _fresh(lab)
        made["host_metrics"] = {host["metrics"]: old | {"uuid": lab.db.new_uuid(), "live": True}}


def _control_domain(lab: Lab, made: dict[str, Any], tables: Tables, pattern: str, new: dict[str, str]) -> None:
    made["VM"], made["VM_metrics"] = {}, {}
    for vm in tables["VM"].values():
        if not vm["is_control_domain"] or vm["resident_on"] != pattern:
            continue
        ref, metrics = _fresh(lab), _fresh(lab)
        host = next(iter(made["host"].values()))
        fields = {"resident_on": new[pattern], "affinity": new[pattern], "metrics": metrics, "uuid": lab.db.new_uuid()}
        label = f"Control domain on host: {host['name_label']}"
        made["VM"][ref] = dict(vm) | fields | {"name_label": label, "VBDs": [], "VIFs": [], "consoles": []}
        made["VM_metrics"][metrics] = dict(tables["VM_metrics"][vm["metrics"]]) | {"uuid": lab.db.new_uuid()}
        host["control_domain"] = ref
