"""What is measured on a host, and of each guest on it: names, units and levels, as xcp-rrdd's plugins have them.

The levels follow from the pool's state: memory to the byte, a load for each guest that runs, traffic and disk access
for each interface and drive that is plugged. How busy a guest keeps its vCPUs, interfaces and drives is invented.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from xenferry.lab.metrics.gauge import Gauge
from xenferry.lab.placement import memory

if TYPE_CHECKING:
    from xenferry.lab.lab import Lab

Record = Mapping[str, Any]
KIB = 1024
FRACTION, BYTES_S = "(fraction)", "B/s"
VCPU_LOAD = 0.12
DOM0_LOAD = 0.04
GUEST_TRAFFIC = 90_000.0
"""Bytes per second in each direction of an interface."""
MANAGEMENT_TRAFFIC = 2_500.0
DRIVE_READ, DRIVE_WRITTEN = 40_000.0, 160_000.0
DRIVE_REQUESTS = 9.0
LATENCY_US = 650.0


def prefixed(lab: Lab, host: str) -> Iterator[tuple[str, list[Gauge]]]:
    """Everything a host measures, by prefix of the legend: of itself, and of each domain on it, dom0 too."""
    yield f"host:{lab.db.get('host', host)['uuid']}:", of_host(lab, host)
    for vm in running(lab, host):
        yield f"vm:{lab.db.get('VM', vm)['uuid']}:", of_guest(lab, vm)


def running(lab: Lab, host: str) -> list[str]:
    """The domains on a host, dom0 and paused ones included."""
    return [
        vm
        for vm in lab.db.get("host", host)["resident_VMs"]
        if lab.db.get("VM", vm)["power_state"] in ("Running", "Paused")
    ]


def of_host(lab: Lab, host: str) -> list[Gauge]:
    return [*_host_memory(lab, host), *_host_cpus(lab, host), *_pifs(lab, host), *_srs(lab, host), *_xapi(lab)]


def of_guest(lab: Lab, vm: str) -> list[Gauge]:
    """Nothing is known of a guest from before it started."""
    record = lab.db.get("VM", vm)
    metrics = lab.db.get("VM_metrics", record["metrics"])
    since = _seconds(metrics["start_time"])
    gauges = [*_guest_memory(record, metrics), *_guest_cpus(record), *_vifs(lab, record), *_drives(lab, record)]
    return [_from(gauge, since) for gauge in gauges]


def _from(gauge: Gauge, since: float) -> Gauge:
    return Gauge(gauge.name, gauge.level, gauge.units, gauge.description, gauge.swing, gauge.kind, since)


def _seconds(date: str) -> float:
    return datetime.strptime(date, "%Y%m%dT%H:%M:%SZ").replace(tzinfo=UTC).timestamp()


def _host_memory(lab: Lab, host: str) -> Iterator[Gauge]:
    total = lab.db.get("host_metrics", lab.db.get("host", host)["metrics"])["memory_total"]
    yield Gauge("memory_total_kib", total / KIB, "KiB", "Total amount of memory in the host")
    free = memory.free(lab.hypervisor.facts, host, field="memory_target")
    yield Gauge("memory_free_kib", free / KIB, "KiB", "Total amount of free memory")
    yield Gauge("memory_reclaimed", 0.0, "B", "Host memory reclaimed by squeezed")
    most = memory.free(lab.hypervisor.facts, host) - free
    yield Gauge("memory_reclaimed_max", float(max(0, most)), "B", "Host memory that could be reclaimed by squeezed")


def _host_cpus(lab: Lab, host: str) -> Iterator[Gauge]:
    cpus = int(lab.db.get("host", host)["cpu_info"].get("cpu_count", "1"))
    records = [lab.db.get("VM", vm) for vm in running(lab, host)]
    vcpus = sum(_vcpus(record) for record in records)
    load = min(1.0, sum(_load(record) for record in records) / cpus)
    for number in range(cpus):
        yield Gauge(f"cpu{number}", load, FRACTION, f"Physical cpu usage for cpu {number}", 0.5)
    yield Gauge("cpu_avg", load, FRACTION, "Average physical cpu usage", 0.3)
    yield Gauge("loadavg", 0.2, FRACTION, "Domain0 loadavg", 0.5)
    yield Gauge("hostload", load, FRACTION, "Host load per physical cpu", 0.3)
    yield Gauge("running_vcpus", float(vcpus), "count", "The total number of running vCPUs per host")
    yield Gauge("running_domains", float(len(records)), "count", "The total number of running domains per host")


def _pifs(lab: Lab, host: str) -> Iterator[Gauge]:
    """A guest's traffic goes through the NIC of its network; management speaks a little all the time."""
    total = 0.0
    for pif in lab.db.find("PIF", host=host, physical=True):
        record = lab.db.get("PIF", pif)
        level = MANAGEMENT_TRAFFIC * record["management"] + GUEST_TRAFFIC * len(_vifs_on(lab, host, record["network"]))
        total += level
        for way in ("rx", "tx"):
            yield _rate(f"pif_{record['device']}_{way}", level, BYTES_S, "Bytes per second on a physical interface")
            yield _rate(f"pif_{record['device']}_{way}_errors", 0.0, "err/s", "Errors per second")
    yield _rate("pif_aggr_rx", total, BYTES_S, "Bytes per second received on all physical interfaces")
    yield _rate("pif_aggr_tx", total, BYTES_S, "Bytes per second sent on all physical interfaces")


def _vifs_on(lab: Lab, host: str, network: str) -> list[str]:
    here = set(running(lab, host))
    return [vif for vif in lab.db.find("VIF", network=network) if lab.db.get("VIF", vif)["VM"] in here]


def _srs(lab: Lab, host: str) -> Iterator[Gauge]:
    """A storage repository has the access of the drives of this host's guests, under its uuid's first eight digits."""
    here = set(running(lab, host))
    for pbd in lab.db.find("PBD", host=host, currently_attached=True):
        sr = lab.db.get("PBD", pbd)["SR"]
        drives = [vbd for vbd in lab.db.all("VBD").values() if vbd["VM"] in here and _reads(lab, vbd, sr)]
        yield from _access(f"{{}}_{lab.db.get('SR', sr)['uuid'][:8]}", len(drives))


def _reads(lab: Lab, vbd: Record, sr: str) -> bool:
    """Whether the drive is plugged with a disk of this repository in it."""
    vdi = vbd["VDI"]
    return bool(vbd["currently_attached"]) and lab.db.exists("VDI", vdi) and lab.db.get("VDI", vdi)["SR"] == sr


def _xapi(lab: Lab) -> Iterator[Gauge]:
    yield Gauge("pool_session_count", float(len(lab.db.all("session"))), "sessions", "Number of sessions")
    yield Gauge("pool_task_count", float(len(lab.db.all("task"))), "tasks", "Number of tasks")
    yield Gauge("xapi_memory_usage_kib", 170_000.0, "KiB", "Total memory allocated used by xapi daemon", 0.02)


def _guest_memory(record: Record, metrics: Record) -> Iterator[Gauge]:
    target = record["memory_target"] or record["memory_dynamic_max"]
    actual = metrics["memory_actual"] if metrics["memory_actual"] > 0 else target
    yield Gauge("memory", float(actual), "B", "Memory currently allocated to VM")
    yield Gauge("memory_target", float(target), "B", "Target of VM balloon driver")
    yield Gauge("memory_internal_free", 0.4 * actual / KIB, "KiB", "Memory used as reported by the guest agent", 0.1)


def _vcpus(record: Record) -> int:
    return int(record["VCPUs_at_startup"])


def _load(record: Record) -> float:
    return _vcpus(record) * (DOM0_LOAD if record["is_control_domain"] else VCPU_LOAD)


def _guest_cpus(record: Record) -> Iterator[Gauge]:
    each = _load(record) / max(1, _vcpus(record))
    for number in range(_vcpus(record)):
        yield Gauge(f"cpu{number}", each, FRACTION, f"CPU{number} usage", 0.6)
    yield Gauge("cpu_usage", each, FRACTION, "Domain CPU usage", 0.4)
    yield Gauge("runstate_fullrun", each / 4, FRACTION, "Fraction of time that all vCPUs are running", 0.4)
    for state in ("full_contention", "concurrency_hazard", "partial_contention"):
        yield Gauge(f"runstate_{state}", 0.0, FRACTION)
    yield Gauge("runstate_partial_run", each / 2, FRACTION, "Fraction of time that some vCPUs are running", 0.4)
    yield Gauge("runstate_blocked", 1 - each, FRACTION, "Fraction of time that all vCPUs are blocked")


def _vifs(lab: Lab, record: Record) -> Iterator[Gauge]:
    for vif in record["VIFs"]:
        one = lab.db.get("VIF", vif)
        for way in ("rx", "tx"):
            level = GUEST_TRAFFIC if one["currently_attached"] else 0.0
            yield _rate(f"vif_{one['device']}_{way}", level, BYTES_S, "Bytes per second on an interface")
            yield _rate(f"vif_{one['device']}_{way}_errors", 0.0, "err/s", "Errors per second")


def _drives(lab: Lab, record: Record) -> Iterator[Gauge]:
    for vbd in record["VBDs"]:
        one = lab.db.get("VBD", vbd)
        if one["device"] and one["type"] == "Disk":
            yield from _access(f"vbd_{one['device']}_{{}}", int(one["currently_attached"]))


def _access(name: str, drives: int) -> Iterator[Gauge]:
    """What so many drives in use do together; `name` has a place for what is measured."""
    read, written, requests = DRIVE_READ * drives, DRIVE_WRITTEN * drives, DRIVE_REQUESTS * drives
    yield _rate(name.format("read"), read, BYTES_S, "Reads")
    yield _rate(name.format("write"), written, BYTES_S, "Writes")
    for kind, part in (("read", read), ("write", written), ("total", read + written)):
        yield Gauge(name.format(f"io_throughput_{kind}"), part / 2**20, "MiB/s", "Data", 0.5, "ABSOLUTE")
    for kind, share in (("read", 0.2), ("write", 0.8), ("total", 1.0)):
        yield Gauge(name.format(f"iops_{kind}"), share * requests, "requests/s", "Requests", 0.5, "ABSOLUTE")
    busy = 1.0 if drives else 0.0
    for kind in ("read_latency", "write_latency", "latency"):
        yield Gauge(name.format(kind), busy * LATENCY_US, "us", "Average I/O latency", 0.4)
    yield Gauge(name.format("iowait"), busy * 0.004, "s/s", "Total I/O wait time per second", 0.5, "ABSOLUTE")
    yield Gauge(name.format("inflight"), 0.0, "requests", "I/O requests currently in flight")
    yield Gauge(name.format("avgqu_sz"), busy * 0.006, "requests", "Average I/O queue size", 0.5)


def _rate(name: str, level: float, units: str, description: str) -> Gauge:
    return Gauge(name, level, units, description, 0.5, "DERIVE")
